//! The built service on the simulator, with credentials, started for a test.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::process::Process;
use crate::program::Program;
use crate::workspace;

/// What the service, or the simulator alone, prints before its address once it answers.
pub(crate) const READY: &str = "listening on ";

/// A running service. It ends with the value.
#[derive(Debug)]
pub(crate) struct Service {
    url: String,
    token: String,
    _program: Program,
}

impl Service {
    /// Builds the service where it has to be, makes credentials for this run alone, and starts it on a free port.
    ///
    /// # Errors
    /// Where it cannot be built or started, or ends before it listens.
    pub(crate) fn start() -> anyhow::Result<Self> {
        build().run()?;
        let folder = workspace::target().join("service");
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;

        let credentials = folder.join("credentials.json");
        absent(&credentials)?;
        let token =
            String::from_utf8(operator(&credentials).read()?).context("the token is not text")?.trim().to_owned();

        let log = folder.join("log");
        let errors = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut program = Program::start(&simulated(&credentials), errors.into())?;
        let Some(url) = program.says(READY) else {
            bail!("the service ended before it listened; its log: {}", log.display());
        };
        Ok(Self { url, token, _program: program })
    }

    /// Its address, e.g. `http://127.0.0.1:41233`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The bearer token of an operator of all load balancers.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }
}

/// Removes what an earlier run left.
fn absent(file: &Path) -> anyhow::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", file.display()))
        }
        _ => Ok(()),
    }
}

/// Builds the program that is the service, and the simulator.
pub(crate) fn build() -> Process {
    Process::cargo().words("build --quiet --bin elb-instance-manager")
}

/// Makes the credentials file, and prints the token.
fn operator(credentials: &Path) -> Process {
    binary()
        .words("credentials add --file")
        .args([credentials.display().to_string()])
        .words("--name test --role operator --token")
}

/// The simulator's clock is fast, so that what is waited for comes soon, and its calls are free: none waits for the budget.
fn simulated(credentials: &Path) -> Process {
    binary()
        .words("--simulate --time-scale 1000 --aws-share 100 --listen 127.0.0.1:0 --credentials")
        .args([credentials.display().to_string()])
}

/// The program without the variables of the caller: `ELB_MANAGER_*` would change what is tested.
pub(crate) fn binary() -> Process {
    let program = workspace::target().join("debug/elb-instance-manager");
    Process::new("env").args(["-i".to_owned(), program.display().to_string()])
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{operator, simulated};

    #[test]
    fn runs_on_the_simulator_on_a_free_port_without_the_callers_variables() {
        let command = simulated(Path::new("c.json")).to_string();
        let (program, arguments) = command.split_once(" --").expect("there are arguments");
        assert!(program.starts_with("env -i ") && program.ends_with("/debug/elb-instance-manager"), "{program}");
        assert_eq!(arguments, "simulate --time-scale 1000 --aws-share 100 --listen 127.0.0.1:0 --credentials c.json");
    }

    #[test]
    fn its_caller_is_an_operator_with_a_token() {
        let command = operator(Path::new("c.json")).to_string();
        assert!(command.starts_with("env -i "), "{command}");
        assert!(command.ends_with(" credentials add --file c.json --name test --role operator --token"), "{command}");
    }
}
