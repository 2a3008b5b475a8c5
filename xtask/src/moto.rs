//! moto, the independent witness: an AWS of other people's making.

use std::path::Path;
use std::process::Stdio;

use crate::process::Process;
use crate::python::Tool;
use crate::server::{Server, free_port};

/// Its packages.
pub(crate) const MOTO: Tool = Tool { name: "moto", requirements: include_str!("../requirements-moto.txt") };

/// A running moto. It ends with the value.
#[derive(Debug)]
pub(crate) struct Moto {
    server: Server,
}

impl Moto {
    /// Installs moto where it is not yet, and starts it.
    ///
    /// # Errors
    /// Where Python 3 or the package is not to be had, or moto does not listen in time.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let programs = MOTO.installed()?;
        let port = free_port()?;
        Ok(Self { server: Server::start(&server(&programs, port), port, Stdio::null())? })
    }

    /// Its address as an AWS endpoint.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.server.address())
    }
}

fn server(programs: &Path, port: u16) -> Process {
    Process::new(programs.join("moto_server").display().to_string()).words("-H 127.0.0.1 -p").args([port.to_string()])
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn listens_on_loopback() {
        assert_eq!(super::server(Path::new("bin"), 4567).to_string(), "bin/moto_server -H 127.0.0.1 -p 4567");
    }
}
