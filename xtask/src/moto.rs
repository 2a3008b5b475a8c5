//! moto, the independent witness: an AWS of other people's making, in a Python environment of its own.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::process::Process;
use crate::workspace;

/// The packages, pinned.
const REQUIREMENTS: &str = include_str!("../requirements-moto.txt");

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
        let environment = installed()?;
        let port = free_port()?;
        let program = environment.join("bin/moto_server").display().to_string();
        let server = Process::new(program).words("-H 127.0.0.1 -p").args([port.to_string()]).start(Stdio::null())?;
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

/// The Python environment with these very packages.
fn installed() -> anyhow::Result<PathBuf> {
    let environment = workspace::target().join("tools/moto");
    let stamp = environment.join("installed");
    if fs::read_to_string(&stamp).is_ok_and(|packages| packages == REQUIREMENTS) {
        return Ok(environment);
    }
    let python = environment.display().to_string();
    Process::new("python3").words("-m venv --clear").args([python]).run().context("Python 3 with venv is needed")?;
    let pip = environment.join("bin/pip").display().to_string();
    Process::new(pip).words("install --quiet --requirement xtask/requirements-moto.txt").run()?;
    fs::write(&stamp, REQUIREMENTS).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(environment)
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
