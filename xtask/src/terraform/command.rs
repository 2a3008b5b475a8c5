//! The arguments of Terraform's commands.

use std::path::Path;

use crate::process::Process;
use crate::version::Version;

/// The oldest that will do: from 1.11 on, secrets can be written without being kept in the state.
pub(crate) const OLDEST: Version = Version::new(1, 11, 0);

/// How to get it.
pub(crate) const REMEDY: &str = "https://developer.hashicorp.com/terraform/install";

/// Asks for its version.
pub(crate) fn version() -> Process {
    // It would ask its maker for newer ones.
    Process::new("terraform").words("version").env("CHECKPOINT_DISABLE", "1")
}

/// What a deployment is made from.
#[derive(Debug)]
pub(super) struct Variables<'a> {
    /// The file with the values of `config.json`.
    pub(super) file: &'a Path,
    /// The tag of the image.
    pub(super) docker_tag: Version,
}

impl Variables<'_> {
    fn arguments(&self) -> [String; 3] {
        [format!("-var-file={}", self.file.display()), "-var".to_owned(), format!("docker_tag={}", self.docker_tag)]
    }
}

/// Prepares the folder: backend and providers.
pub(super) fn init() -> Process {
    terraform("init")
}

/// Shows what would change.
pub(super) fn plan(variables: &Variables<'_>) -> Process {
    terraform("plan").words("-input=false").args(variables.arguments())
}

/// Shows what would change and keeps it; the exit code is 0 where nothing would, and 2 where something would.
pub(super) fn save_plan(variables: &Variables<'_>, file: &Path) -> Process {
    plan(variables).words("-detailed-exitcode").args([format!("-out={}", file.display())])
}

/// Makes the changes of a plan that was kept.
pub(super) fn apply(plan: &Path) -> Process {
    terraform("apply").words("-input=false").args([plan.display().to_string()])
}

/// Shows where the service is.
pub(super) fn output() -> Process {
    terraform("output")
}

/// Removes everything; it asks before, unless it was told not to.
pub(super) fn destroy(variables: &Variables<'_>, sure: bool) -> Process {
    let sure = if sure { Some("-auto-approve") } else { None };
    terraform("destroy").args(variables.arguments()).args(sure)
}

fn terraform(command: &str) -> Process {
    // Its hints name commands of its own; here are others.
    Process::new("terraform").args(["-chdir=deployments", command]).env("TF_IN_AUTOMATION", "1")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Variables, apply, destroy, init, output, plan, save_plan, version};
    use crate::version::Version;

    #[test]
    fn says_what_it_runs() {
        let variables = Variables { file: Path::new("/c/v.json"), docker_tag: Version::new(0, 1, 0) };
        let given = "-var-file=/c/v.json -var docker_tag=0.1.0";
        for (process, command) in [
            (init(), "init".to_owned()),
            (plan(&variables), format!("plan -input=false {given}")),
            (
                save_plan(&variables, Path::new("/c/plan")),
                format!("plan -input=false {given} -detailed-exitcode -out=/c/plan"),
            ),
            (apply(Path::new("/c/plan")), "apply -input=false /c/plan".to_owned()),
            (output(), "output".to_owned()),
            (destroy(&variables, false), format!("destroy {given}")),
            (destroy(&variables, true), format!("destroy {given} -auto-approve")),
        ] {
            assert_eq!(process.to_string(), format!("TF_IN_AUTOMATION=1 terraform -chdir=deployments {command}"));
        }
        assert_eq!(version().to_string(), "CHECKPOINT_DISABLE=1 terraform version");
    }
}
