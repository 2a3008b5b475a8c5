//! `cargo xtask test`

use std::fs;

use anyhow::Context as _;

use super::{check, soak};
use crate::clients;
use crate::deny;
use crate::deployments;
use crate::fault_tools;
use crate::fuzz;
use crate::moto::Moto;
use crate::page;
use crate::process::Process;
use crate::prometheus;
use crate::schemathesis;
use crate::steps::Steps;
use crate::system;
use crate::witness;
use crate::workspace;

/// Runs the tests, everything that the machine at hand can test
///
/// Without an option: formatting, lints, licences and sources of dependencies, documentation, the contract check, unit, property and integration tests on the
/// simulator, the promises under faults, the same integration flows on moto, the simulator against moto and under the AWS command line, schemathesis's
/// cases from the contract and the generated clients on the running service, the web page's own tests, Terraform on its module, checkov,
/// and the schemas of Kubernetes.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own on the command line")]
pub(crate) struct Test {
    /// Unit, property and integration tests on the simulator only
    #[arg(long, conflicts_with = "full")]
    quick: bool,
    /// All there is, as continuous integration runs it: also the web page and Swagger UI in Chromium, dashboard and alerts on
    /// Prometheus, and the release build measured, in its image, in a registry, and deployed
    #[arg(long)]
    full: bool,
    /// Also every property of the domain, the engine and the simulator with 10,000 cases instead of 256, `RustSec`'s advisories, fuzzing, and half an
    /// hour of mixed load
    #[arg(long, conflicts_with = "quick")]
    deep: bool,
    /// Records on the account of the AWS environment how AWS answers the calls that the simulator is compared by; costs money
    #[arg(long, conflicts_with_all = ["quick", "full", "deep"])]
    aws: bool,
}

impl Test {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let mut steps = Steps::default();
        if self.aws {
            steps.step("AWS's answers", witness::record_aws)?;
            steps.report();
            return Ok(());
        }
        if self.quick {
            steps.step("tests on the simulator", || Process::cargo().words("test --workspace").run())?;
            steps.skip("formatting, lints, dependencies, documentation, contract, rounds of 64 clients, promises under faults, moto, aws-cli, schemathesis, clients, web page, Terraform, checkov, Kubernetes", "--quick");
            steps.report();
            return Ok(());
        }
        steps.step("formatting", || Process::cargo().words("fmt --all --check").run())?;
        steps.step("lints", || Process::cargo().words("clippy --workspace --all-targets -- --deny warnings").run())?;
        deny::test(&mut steps, self.deep)?;
        steps.step("documentation", || {
            Process::cargo()
                .words("doc --workspace --no-deps --document-private-items --quiet")
                .env("RUSTDOCFLAGS", "--deny warnings")
                .run()
        })?;
        steps.step("contract", check::run)?;
        let seen = workspace::target().join("statuses-seen").display().to_string();
        steps.step("tests on the simulator", || {
            fs::write(&seen, "").with_context(|| format!("cannot write {seen}"))?;
            Process::cargo().words("test --workspace").env(COVERAGE, &seen).run()
        })?;
        steps.step("50 rounds with 64 clients", || integration("--ignored --nocapture rounds::").run())?;
        steps.step("what is promised under faults", || {
            fault_tools::installed()?;
            integration("--ignored --nocapture promises::").run()
        })?;
        if self.deep {
            steps.step(&format!("fuzzing, {} s each", fuzz::SECONDS), || fuzz::run(fuzz::SECONDS))?;
            steps.step(&format!("{SOAKED} minutes of mixed load"), || soak::process(SOAKED).run())?;
            steps.step("properties, 10,000 cases each", || {
                Process::cargo()
                    .words("test --profile deep --workspace --lib --test decisions --test model")
                    .env("PROPTEST_CASES", "10000")
                    // By itself proptest makes a case that fails smaller for up to an hour.
                    .env("PROPTEST_MAX_SHRINK_ITERS", "1024")
                    .run()
            })?;
        } else {
            steps.skip("fuzzing and a soak", "they run with --deep; the corpora ran as tests");
            steps.skip("properties with 10,000 cases each", "they run with --deep; they ran with 256");
        }
        steps.step("every documented status was seen", || {
            integration("--ignored --nocapture coverage::").env(COVERAGE, &seen).run()
        })?;
        steps.step("integration flows on moto", || {
            let moto = Moto::start()?;
            integration("flows::").env("ELBM_TEST_MOTO", moto.endpoint()).run()
        })?;
        steps.step("two replicas, 50 rounds with 64 detachers", || {
            let moto = Moto::start()?;
            integration("--ignored --nocapture replicas::").env("ELBM_TEST_LEASES", moto.endpoint()).run()
        })?;
        steps.skip(
            "integration tests of ports, draining and faults on moto",
            "moto has none of them; they ran on the simulator",
        );
        witness::test(&mut steps)?;
        steps.step("schemathesis", schemathesis::run)?;
        clients::test(&mut steps)?;
        page::test(&mut steps)?;
        deployments::test(&mut steps)?;
        if self.full {
            page::test_in_browser(&mut steps)?;
            prometheus::test(&mut steps, integration)?;
            system::test(&mut steps)?;
        } else {
            steps.skip(
                "web page and Swagger UI in Chromium; dashboard and alerts on Prometheus; release build, benchmark, image, registry, \
                 deploy",
                "they run with --full",
            );
        }
        steps.report();
        Ok(())
    }
}

/// How long the mixed load of `--deep` lasts, in minutes.
const SOAKED: u16 = 30;

/// Names the file to which integration tests add the statuses that they have seen.
const COVERAGE: &str = "ELBM_TEST_COVERAGE";

/// Some of the integration tests.
fn integration(filter: &str) -> Process {
    Process::cargo().words("test --workspace --test integration --").words(filter)
}
