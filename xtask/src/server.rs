//! Servers of other people's making, started for a test.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::Stdio;

use anyhow::{Context as _, bail};

use crate::process::Process;
use crate::program::Running;
use crate::wait;

/// A running server on a loopback port. It ends with the value.
#[derive(Debug)]
pub(crate) struct Server {
    running: Running,
    port: u16,
}

impl Server {
    /// Starts it, what it prints going there, and waits until it listens.
    ///
    /// # Errors
    /// Where it cannot be started, ends at once, or does not listen in time.
    pub(crate) fn start(process: &Process, port: u16, log: Stdio) -> anyhow::Result<Self> {
        let mut server = Self { running: Running(process.start(Stdio::null(), log)?), port };
        let address = server.address();
        wait::until(&format!("{process} listens"), || {
            if TcpStream::connect(address).is_ok() {
                return Ok(Some(()));
            }
            match server.running.0.try_wait()? {
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

/// A port of the loopback address that nobody listens on.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no loopback port is free")?;
    Ok(listener.local_addr()?.port())
}
