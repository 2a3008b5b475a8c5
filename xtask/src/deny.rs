//! cargo-deny: licences, versions and sources of what is built in, as `.cargo/deny.toml` allows them.

use std::path::Path;

use crate::process::Process;
use crate::python::Tool;
use crate::steps::Steps;

/// Built already, as building it takes minutes.
pub(crate) const DENY: Tool = Tool { name: "deny", requirements: include_str!("../requirements-deny.txt") };

/// What is known of crates that are broken. It changes from day to day, and no checkout with it.
const ADVISORIES: &str = "https://github.com/RustSec/advisory-db";

/// Holds the dependencies against `.cargo/deny.toml`; with advisories those of `RustSec` too, where they can be reached.
///
/// # Errors
/// Where cargo-deny is not to be had, or something is not allowed, or is and need not be.
pub(crate) fn test(steps: &mut Steps, advisories: bool) -> anyhow::Result<()> {
    let programs = steps.step("licences, versions and sources of dependencies", || {
        let programs = DENY.installed()?;
        check(&programs).words("licenses bans sources").run()?;
        Ok(programs)
    })?;
    let name = "advisories on dependencies";
    if !advisories {
        steps.skip(name, "they run with --deep");
    } else if reachable().attempt()?.succeeded {
        steps.step(name, || check(&programs).words("advisories").run())?;
    } else {
        steps.skip(name, &format!("{ADVISORIES} cannot be reached"));
    }
    Ok(())
}

/// Warnings are errors: an exception that nothing needs any more is one.
fn check(programs: &Path) -> Process {
    Process::new(programs.join("cargo-deny").display().to_string())
        .words("--workspace --locked --config .cargo/deny.toml check --deny warnings --hide-inclusion-graph")
}

fn reachable() -> Process {
    Process::new("git").words("ls-remote --exit-code").args([ADVISORIES, "HEAD"]).env("GIT_TERMINAL_PROMPT", "0")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{check, reachable};

    #[test]
    fn an_exception_that_is_not_needed_fails() {
        assert_eq!(
            check(Path::new("bin")).words("licenses bans sources").to_string(),
            "bin/cargo-deny --workspace --locked --config .cargo/deny.toml check --deny warnings --hide-inclusion-graph licenses \
             bans sources"
        );
    }

    #[test]
    fn whether_there_are_advisories_is_asked_of_where_they_are_and_nobody_is_asked_for_a_password() {
        assert_eq!(
            reachable().to_string(),
            "GIT_TERMINAL_PROMPT=0 git ls-remote --exit-code https://github.com/RustSec/advisory-db HEAD"
        );
    }
}
