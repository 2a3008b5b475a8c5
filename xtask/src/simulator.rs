//! The simulator alone, started for a test.

use std::process::Stdio;

use anyhow::Context as _;

use crate::process::Process;
use crate::program::Program;
use crate::service;

/// What the simulator prints before the address of its control endpoint.
const CONTROL: &str = "control on ";

/// A running simulator. It ends with the value.
#[derive(Debug)]
pub(crate) struct Simulator {
    endpoint: String,
    control: String,
    _program: Program,
}

impl Simulator {
    /// Builds the simulator where it has to be, and starts it on free ports, its clock running so many times faster.
    ///
    /// # Errors
    /// Where it cannot be built or started, or ends before it listens.
    pub(crate) fn start(time_scale: u32) -> anyhow::Result<Self> {
        service::build().run()?;
        let mut program = Program::start(&simulated(time_scale), Stdio::inherit())?;
        let mut address = |ready| program.says(ready).context("the simulator ended before it listened");
        let (endpoint, control) = (address(service::READY)?, address(CONTROL)?);
        Ok(Self { endpoint, control, _program: program })
    }

    /// Its address as an AWS endpoint.
    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The address of its control endpoint.
    pub(crate) fn control(&self) -> &str {
        &self.control
    }
}

fn simulated(time_scale: u32) -> Process {
    service::binary()
        .words("simulate --listen 127.0.0.1:0 --control 127.0.0.1:0 --time-scale")
        .args([time_scale.to_string()])
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
