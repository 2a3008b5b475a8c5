//! Processes of a run: started with a cleared environment, asked where they listen and what they use, ended with the value.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::load::float;

/// How long a process may take until it listens: only what hangs meets it.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running process that says where it listens.
#[derive(Debug)]
pub(crate) struct Running {
    address: SocketAddr,
    pid: Pid,
    said: Lines<BufReader<ChildStdout>>,
    what: String,
    _child: Child,
}

/// What a process has used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    /// Its resident memory, in bytes.
    resident: u64,
    /// The processor time that it has had since it started.
    pub(crate) cpu: Duration,
}

impl Usage {
    /// Its resident memory in units of 1,048,576 bytes.
    pub(crate) fn mebibytes(self) -> f64 {
        float(self.resident) / f64::from(1 << 20)
    }
}

impl Running {
    /// Starts a program with these variables and no others, and waits until it listens.
    ///
    /// Its log goes to `/dev/null`: each line is written as ever, and no disk has a part in the numbers.
    ///
    /// # Errors
    /// Where it cannot be started, or ends before it listens.
    pub(crate) async fn start(command: std::process::Command, variables: &[(String, String)]) -> anyhow::Result<Self> {
        let what = format!("{command:?}");
        let mut child = Command::from(command)
            .env_clear()
            .envs(variables.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {what}"))?;
        let pid = child.id().with_context(|| format!("{what} ended at once"))?;
        let mut said = BufReader::new(child.stdout.take().context("the output is not a pipe")?).lines();
        let address = says(&mut said, "listening on http://", &what).await?;
        let address = address.parse().with_context(|| format!("{what} listens on '{address}'"))?;
        Ok(Self { address, pid: Pid::from_u32(pid), said, what, _child: child })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The rest of the next line that begins so.
    ///
    /// # Errors
    /// Where it ends before, or says it in no minute.
    pub(crate) async fn says(&mut self, beginning: &str) -> anyhow::Result<String> {
        says(&mut self.said, beginning, &self.what).await
    }

    /// What it has used until now.
    ///
    /// # Errors
    /// Where it runs no more.
    pub(crate) fn usage(&self) -> anyhow::Result<Usage> {
        let mut system = System::new();
        let wanted = ProcessRefreshKind::nothing().with_memory().with_cpu();
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[self.pid]), false, wanted);
        let process = system.process(self.pid).with_context(|| format!("{} has ended", self.what))?;
        Ok(Usage { resident: process.memory(), cpu: Duration::from_millis(process.accumulated_cpu_time()) })
    }
}

async fn says(said: &mut Lines<BufReader<ChildStdout>>, beginning: &str, what: &str) -> anyhow::Result<String> {
    let found = async {
        while let Some(line) = said.next_line().await? {
            if let Some(rest) = line.strip_prefix(beginning) {
                return Ok(rest.to_owned());
            }
        }
        anyhow::bail!("{what} ended before it said '{beginning}'; started so in a terminal it tells why")
    };
    let found = tokio::time::timeout(PATIENCE, found).await;
    found.with_context(|| format!("{what} did not say '{beginning}' in a minute"))?
}
