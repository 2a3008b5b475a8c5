//! The simulator alone, started for a test.

use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStdout, Stdio};

use anyhow::Context as _;

use crate::process::Process;
use crate::service;

/// What the simulator prints before its address, and before that of its control endpoint.
const READY: [&str; 2] = ["listening on ", "control on "];

/// A running simulator. It ends with the value.
#[derive(Debug)]
pub(crate) struct Simulator {
    process: Child,
    addresses: [String; 2],
}

impl Simulator {
    /// Builds the simulator where it has to be, and starts it on free ports, its clock running so many times faster.
    ///
    /// # Errors
    /// Where it cannot be built or started, or ends before it listens.
    pub(crate) fn start(time_scale: u32) -> anyhow::Result<Self> {
        service::build().run()?;
        let process = simulated(time_scale).start(Stdio::piped(), Stdio::inherit())?;
        let mut simulator = Self { process, addresses: [const { String::new() }; 2] };
        let output = simulator.process.stdout.take().context("the output of the simulator is not a pipe")?;
        simulator.addresses = addresses(BufReader::new(output).lines())?;
        Ok(simulator)
    }

    /// Its address as an AWS endpoint.
    pub(crate) fn endpoint(&self) -> &str {
        &self.addresses[0]
    }

    /// The address of its control endpoint.
    pub(crate) fn control(&self) -> &str {
        &self.addresses[1]
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn simulated(time_scale: u32) -> Process {
    service::binary()
        .words("simulate --listen 127.0.0.1:0 --control 127.0.0.1:0 --time-scale")
        .args([time_scale.to_string()])
}

fn addresses(mut lines: Lines<BufReader<ChildStdout>>) -> anyhow::Result<[String; 2]> {
    let mut address = |ready: &str| {
        let found = lines.find_map(|line| line.ok()?.strip_prefix(ready).map(str::to_owned));
        found.context("the simulator ended before it listened")
    };
    Ok([address(READY[0])?, address(READY[1])?])
}

#[cfg(test)]
mod tests {
    #[test]
    fn runs_on_free_ports_with_its_control_endpoint() {
        let command = super::simulated(60).to_string();
        let (_, arguments) = command.split_once("/debug/elb-instance-manager ").expect("the program");
        assert_eq!(arguments, "simulate --listen 127.0.0.1:0 --control 127.0.0.1:0 --time-scale 60");
    }
}
