//! Tools written in Python, each in an environment of its own under target/tools.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::process::Process;
use crate::stamp;
use crate::workspace;

/// The packages of one tool.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tool {
    /// Its name, that of its environment and of `xtask/requirements-NAME.txt`.
    pub(crate) name: &'static str,
    /// What `xtask/requirements-NAME.txt` says: the packages, pinned.
    pub(crate) requirements: &'static str,
}

impl Tool {
    /// The programs of its environment, which is made where it is not yet, or was made for other packages.
    ///
    /// # Errors
    /// Where Python 3 or the packages are not to be had.
    pub(crate) fn installed(&self) -> anyhow::Result<PathBuf> {
        let environment = workspace::target().join("tools").join(self.name);
        let programs = environment.join("bin");
        stamp::once(&environment.join("installed"), self.requirements, || {
            creation(&environment)
                .run()
                .context("Python 3 with venv is needed; `cargo xtask setup` tells how to get it")?;
            self.installation(&programs).run()
        })?;
        Ok(programs)
    }

    fn installation(&self, programs: &Path) -> Process {
        Process::new(programs.join("pip").display().to_string())
            .words("install --quiet --disable-pip-version-check --requirement")
            .args([format!("xtask/requirements-{}.txt", self.name)])
    }
}

fn creation(environment: &Path) -> Process {
    Process::new("python3").words("-m venv --clear").args([environment.display().to_string()])
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Tool, creation};
    use crate::clients::CLIENTS;
    use crate::deny::DENY;
    use crate::deployments::{CHECKOV, KUBERNETES_VALIDATE};
    use crate::moto::MOTO;
    use crate::schemathesis::SCHEMATHESIS;
    use crate::witness::WITNESS;
    use crate::workspace;

    #[test]
    fn an_environment_is_made_anew_and_gets_the_pinned_packages() {
        let environment = creation(Path::new("target/tools/witness")).to_string();
        assert_eq!(environment, "python3 -m venv --clear target/tools/witness");
        let tool = Tool { name: "witness", requirements: "witness==1.0" };
        assert_eq!(
            tool.installation(Path::new("target/tools/witness/bin")).to_string(),
            "target/tools/witness/bin/pip install --quiet --disable-pip-version-check --requirement \
             xtask/requirements-witness.txt"
        );
    }

    #[test]
    fn the_stamp_is_what_pip_reads() {
        for tool in [MOTO, SCHEMATHESIS, WITNESS, CLIENTS, CHECKOV, KUBERNETES_VALIDATE, DENY] {
            let file = workspace::root().join(format!("xtask/requirements-{}.txt", tool.name));
            assert_eq!(std::fs::read_to_string(file).expect("the file is there"), tool.requirements);
            assert!(tool.requirements.contains("=="), "{} is not pinned", tool.name);
        }
    }
}
