//! moto, the independent witness: an AWS of other people's making.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::bail;

use crate::process::Process;
use crate::python::Tool;

/// Its packages.
pub(crate) const MOTO: Tool = Tool { name: "moto", requirements: include_str!("../requirements-moto.txt") };

/// How long moto may take to listen.
const STARTUP: Duration = Duration::from_mins(1);

/// A running moto. It ends with the value.
#[derive(Debug)]
pub(crate) struct Moto {
    server: Child,
    port: u16,
}

impl Moto {
    /// Installs moto where it is not yet, and starts it.
    ///
    /// # Errors
    /// Where Python 3 or the package is not to be had, or moto does not listen in time.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let programs = MOTO.installed()?;
        let port = free_port()?;
        let server = server(&programs, port).start(Stdio::null(), Stdio::null())?;
        let mut moto = Self { server, port };
        moto.wait_until_it_listens()?;
        Ok(moto)
    }

    /// Its address as an AWS endpoint.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn wait_until_it_listens(&mut self) -> anyhow::Result<()> {
        let started = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            if let Some(status) = self.server.try_wait()? {
                bail!("moto ended at once ({status})");
            }
            if started.elapsed() > STARTUP {
                bail!("moto does not listen after {} s", STARTUP.as_secs());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn server(programs: &Path, port: u16) -> Process {
    Process::new(programs.join("moto_server").display().to_string()).words("-H 127.0.0.1 -p").args([port.to_string()])
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn listens_on_loopback() {
        assert_eq!(super::server(Path::new("bin"), 4567).to_string(), "bin/moto_server -H 127.0.0.1 -p 4567");
    }
}
