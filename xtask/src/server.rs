//! Servers of other people's making, started for a test.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Stdio};

use anyhow::{Context as _, bail};

use crate::process::Process;
use crate::wait;

/// A running server on a loopback port. It ends with the value.
#[derive(Debug)]
pub(crate) struct Server {
    process: Child,
    port: u16,
}

impl Server {
    /// Starts it, what it prints going there, and waits until it listens.
    ///
    /// # Errors
    /// Where it cannot be started, ends at once, or does not listen in time.
    pub(crate) fn start(process: &Process, port: u16, log: Stdio) -> anyhow::Result<Self> {
        let mut server = Self { process: process.start(Stdio::null(), log)?, port };
        let address = server.address();
        wait::until(&format!("{process} listens"), || {
            if TcpStream::connect(address).is_ok() {
                return Ok(Some(()));
            }
            match server.process.try_wait()? {
                Some(status) => bail!("{process} ended at once ({status})"),
                None => Ok(None),
            }
        })?;
        Ok(server)
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port of the loopback address that nobody listens on.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no loopback port is free")?;
    Ok(listener.local_addr()?.port())
}
