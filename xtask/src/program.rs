//! A program of ours that runs while a test needs it.

use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStdout, Stdio};

use anyhow::Context as _;

use crate::process::Process;

/// A running process, which ends with the value.
#[derive(Debug)]
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A running program that says where it listens.
#[derive(Debug)]
pub(crate) struct Program {
    said: Lines<BufReader<ChildStdout>>,
    _running: Running,
}

impl Program {
    /// Starts it, its log going there.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub(crate) fn start(process: &Process, log: Stdio) -> anyhow::Result<Self> {
        let mut running = Running(process.start(Stdio::piped(), log)?);
        let output = running.0.stdout.take().context("the output of the program is not a pipe")?;
        Ok(Self { said: BufReader::new(output).lines(), _running: running })
    }

    /// The rest of the next line that begins so; none, if the program ends before it says one.
    pub(crate) fn says(&mut self, beginning: &str) -> Option<String> {
        self.said.find_map(|line| rest(&line.ok()?, beginning))
    }
}

fn rest(line: &str, beginning: &str) -> Option<String> {
    line.strip_prefix(beginning).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::rest;

    #[test]
    fn finds_the_address_in_the_ready_line() {
        let address = |line| rest(line, "listening on ");
        assert_eq!(address("listening on http://127.0.0.1:41233").as_deref(), Some("http://127.0.0.1:41233"));
        assert_eq!(address("{\"message\":\"listening on http://127.0.0.1:41233\"}"), None);
    }
}
