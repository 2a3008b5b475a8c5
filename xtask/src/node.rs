//! Tools written in JavaScript, each in a folder of its own under target/tools.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::process::Process;
use crate::stamp;
use crate::workspace;

/// The compiler of TypeScript.
pub(crate) const TYPESCRIPT: Package = Package { name: "typescript", version: "5.9.3" };

/// A package of npm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Package {
    /// Its name, that of its folder.
    name: &'static str,
    version: &'static str,
}

/// Whether this machine can run such tools.
pub(crate) fn is_there() -> bool {
    ["node", "npm"]
        .map(|program| Process::new(program).words("--version").attempt())
        .iter()
        .all(|attempt| matches!(attempt, Ok(attempt) if attempt.succeeded))
}

impl Package {
    /// Its programs; it is installed where it is not yet, in this version.
    ///
    /// # Errors
    /// Where npm or the package is not to be had.
    pub(crate) fn installed(&self) -> anyhow::Result<PathBuf> {
        let folder = workspace::target().join("tools").join(self.name);
        stamp::once(&folder.join("installed"), self.version, || {
            fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
            self.installation(&folder).run()
        })?;
        Ok(programs(&folder))
    }

    fn installation(&self, folder: &Path) -> Process {
        Process::new("npm")
            .words("install --silent --no-audit --no-fund --no-save --prefix")
            .args([folder.display().to_string(), format!("{}@{}", self.name, self.version)])
    }
}

fn programs(folder: &Path) -> PathBuf {
    folder.join("node_modules/.bin")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::TYPESCRIPT;

    #[test]
    fn a_tool_is_pinned_and_leaves_nothing_in_the_checkout() {
        let process = TYPESCRIPT.installation(Path::new("target/tools/typescript")).to_string();
        let beginning =
            "npm install --silent --no-audit --no-fund --no-save --prefix target/tools/typescript typescript@5.";
        assert!(process.starts_with(beginning), "{process}");
    }
}
