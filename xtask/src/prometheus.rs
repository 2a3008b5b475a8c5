//! Prometheus, as Debian packages it, with its promtool: the rules are checked and tried by the one, and the queries on the other.

use crate::debian;
use crate::process::Process;
use crate::steps::Steps;

/// Where dashboard and rules are.
const RULES: &str = "deployments/monitoring/rules.yaml";
const RULES_TEST: &str = "deployments/monitoring/rules.test.yaml";

/// Checks the rules, tries them on series of their own, and asks every query of dashboard and rules of a Prometheus that scrapes the
/// running service.
///
/// # Errors
/// Where Prometheus is neither there nor to be installed, a rule does not do what it should, or a query finds nothing.
pub(crate) fn test(steps: &mut Steps, integration: impl FnOnce(&'static str) -> Process) -> anyhow::Result<()> {
    let prometheus = steps.step("alert rules", || {
        let prometheus = debian::program(&["prometheus"], "prometheus")?;
        Process::new("promtool").words("check rules").args([RULES]).run()?;
        Process::new("promtool").words("test rules").args([RULES_TEST]).run()?;
        Ok(prometheus.display().to_string())
    })?;
    steps.step("dashboard and alerts on Prometheus", || {
        integration("--ignored --nocapture monitoring::").env("ELBM_TEST_PROMETHEUS", prometheus).run()
    })
}
