//! `cargo xtask test`

use super::check;
use crate::chromium;
use crate::moto::Moto;
use crate::process::Process;
use crate::steps::Steps;

/// Runs the tests, everything that the machine at hand can test
///
/// Without an option: formatting, lints, documentation, the contract check, unit, property and integration tests on the
/// simulator, and the same integration flows on moto.
#[derive(Debug, clap::Args)]
pub(crate) struct Test {
    /// Unit, property and integration tests on the simulator only
    #[arg(long, conflicts_with = "full")]
    quick: bool,
    /// All there is, as continuous integration runs it
    #[arg(long)]
    full: bool,
}

impl Test {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let mut steps = Steps::default();
        if self.quick {
            steps.step("tests on the simulator", || Process::cargo().words("test --workspace").run())?;
            steps.skip("formatting, lints, documentation, contract, moto", "--quick");
            steps.report();
            return Ok(());
        }
        steps.step("formatting", || Process::cargo().words("fmt --all --check").run())?;
        steps.step("lints", || Process::cargo().words("clippy --workspace --all-targets -- --deny warnings").run())?;
        steps.step("documentation", || {
            Process::cargo().words("doc --workspace --no-deps --quiet").env("RUSTDOCFLAGS", "--deny warnings").run()
        })?;
        steps.step("contract", check::run)?;
        steps.step("tests on the simulator", || Process::cargo().words("test --workspace").run())?;
        steps.step("integration flows on moto", || {
            let moto = Moto::start()?;
            integration("flows::").env("ELBM_TEST_MOTO", moto.endpoint()).run()
        })?;
        steps.skip(
            "integration tests of ports, draining and faults on moto",
            "moto has none of them; they ran on the simulator",
        );
        if self.full {
            steps.step("Swagger UI in Chromium", || {
                let browser = chromium::installed()?;
                integration("--ignored browser::").env("ELBM_TEST_CHROMIUM", browser.display().to_string()).run()
            })?;
        } else {
            steps.skip("Swagger UI in Chromium", "it runs with --full");
        }
        steps.report();
        Ok(())
    }
}

/// Some of the integration tests.
fn integration(filter: &str) -> Process {
    Process::cargo().words("test --workspace --test integration --").words(filter)
}
