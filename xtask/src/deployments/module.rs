//! A copy of the Terraform module, so that tests meet no state and no backend of a real deployment.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::workspace;

/// What of `deployments/` makes the module, besides its `.tf` files.
const FOLDERS: [&str; 3] = ["templates", "tests", "tests/mocks"];

/// The copy.
#[derive(Debug)]
pub(crate) struct Module {
    folder: PathBuf,
}

impl Module {
    /// Copies the module to the target folder, in place of an earlier copy.
    ///
    /// # Errors
    /// Where files cannot be read or written.
    pub(super) fn copied() -> anyhow::Result<Self> {
        Self::copied_to(workspace::target().join("terraform"))
    }

    /// Copies the module there, in place of an earlier copy.
    ///
    /// # Errors
    /// Where files cannot be read or written.
    pub(crate) fn copied_to(folder: PathBuf) -> anyhow::Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
        }
        let source = workspace::root().join("deployments");
        copy(&source, &folder, |name| Path::new(name).extension().is_some_and(|extension| extension == "tf"))?;
        for inner in FOLDERS {
            copy(&source.join(inner), &folder.join(inner), |_| true)?;
        }
        Ok(Self { folder })
    }

    /// Where it is.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A file beside it.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Copies the files of one folder whose names are wanted.
fn copy(from: &Path, to: &Path, wanted: impl Fn(&str) -> bool) -> anyhow::Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_file() && wanted(&entry.file_name().to_string_lossy()) {
            let target = to.join(entry.file_name());
            fs::copy(entry.path(), &target).with_context(|| format!("cannot write {}", target.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use crate::workspace;

    fn read(path: &str) -> String {
        fs::read_to_string(workspace::root().join(path)).expect(path)
    }

    /// The variables that are keys of config.json, each with its text.
    fn variables() -> Vec<(String, String)> {
        let file = read("deployments/variables.tf");
        let named = file.split("\nvariable \"").skip(1).filter_map(|text| text.split_once('"'));
        let all: Vec<_> = named.map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        assert_eq!(file.matches("variable \"").count(), all.len());
        all.into_iter().filter(|(name, _)| name != "docker_tag").collect()
    }

    #[test]
    fn the_readme_tells_of_every_variable() {
        let readme = read("README.md");
        for (name, _) in variables() {
            assert!(readme.contains(&format!("\n| `{name}` | ")), "{name} has no line in README.md");
        }
    }

    #[test]
    fn every_validation_is_seen_to_refuse() {
        let tests = ["values", "access"].map(|name| read(&format!("deployments/tests/{name}.tftest.hcl"))).concat();
        for (name, text) in variables() {
            let refused = tests.matches(&format!("expect_failures = [var.{name}]")).count();
            let validations = text.matches("\n  validation {").count();
            assert!(
                refused >= validations,
                "{name} has {validations} validations, of which tests see {refused} refuse"
            );
        }
    }

    /// What stands in quotes and is an action of AWS.
    fn actions(text: &str) -> BTreeSet<&str> {
        let services = ["autoscaling:", "dynamodb:", "ec2:", "elasticloadbalancing:"];
        let quoted = text.split('"').skip(1).step_by(2);
        quoted.filter(|word| services.iter().any(|service| word.starts_with(service))).collect()
    }

    #[test]
    fn the_service_may_do_what_it_calls() {
        let engine = read("crates/engine/src/aws/error.rs");
        let permissions = read("deployments/permissions.tf");
        let (service, _) =
            permissions.split_once("\"start\" {").expect("the permissions to start come after the service's");
        let (always, _) = service.split_once("dynamic \"statement\"").expect("what is switched on comes last");
        let calls = actions(&engine);
        assert!(!calls.is_empty(), "the engine's actions are elsewhere");
        assert!(calls.is_subset(&actions(service)), "the service calls {calls:?}");
        assert!(actions(always).is_subset(&calls), "the service calls {calls:?} alone");
    }
}
