//! schemathesis: cases of other people's making, derived from the contract, held against the running service.

use std::path::Path;

use crate::process::Process;
use crate::python::Tool;
use crate::service::Service;
use crate::workspace;

/// Its packages.
pub(crate) const SCHEMATHESIS: Tool =
    Tool { name: "schemathesis", requirements: include_str!("../requirements-schemathesis.txt") };

/// Installs schemathesis where it is not yet, starts the service on the simulator, and tries the contract that it serves.
///
/// schemathesis prints how many cases it tried, and a curl command for each failure.
///
/// # Errors
/// Where the service or the tool is not to be had, or a check fails.
pub(crate) fn run() -> anyhow::Result<()> {
    let programs = SCHEMATHESIS.installed()?;
    let service = Service::start()?;
    cases(&programs, &workspace::target(), service.url(), service.token()).run()
}

/// What is generated and checked stands in `xtask/schemathesis.toml`. The token is good for this one service.
fn cases(programs: &Path, target: &Path, url: &str, token: &str) -> Process {
    Process::new(programs.join("schemathesis").display().to_string())
        .words("--config-file xtask/schemathesis.toml run --no-color")
        .args([format!("{url}/openapi.json")])
        .env("ELBM_TEST_TOKEN", token)
        // Its notes would go to the checkout otherwise.
        .env("HYPOTHESIS_STORAGE_DIRECTORY", target.join("tools/schemathesis/notes").display().to_string())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::cases;

    #[test]
    fn tries_the_contract_that_the_service_serves_and_leaves_nothing_in_the_checkout() {
        assert_eq!(
            cases(Path::new("bin"), Path::new("target"), "http://127.0.0.1:41233", "t0ken").to_string(),
            "ELBM_TEST_TOKEN=t0ken HYPOTHESIS_STORAGE_DIRECTORY=target/tools/schemathesis/notes bin/schemathesis --config-file \
             xtask/schemathesis.toml run --no-color http://127.0.0.1:41233/openapi.json"
        );
    }
}
