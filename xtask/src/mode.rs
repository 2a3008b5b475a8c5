//! Whether a command does what it says, or only says it.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use crate::process::Process;

/// How a command goes about what changes something.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub(crate) struct Mode {
    /// Prints what would be run and written, and changes nothing
    #[arg(long)]
    dry_run: bool,
}

impl Mode {
    /// Whether things are done.
    pub(crate) fn acts(self) -> bool {
        !self.dry_run
    }

    /// Runs a process to its end.
    ///
    /// # Errors
    /// Those of [`Process::run`].
    pub(crate) fn run(self, process: &Process) -> anyhow::Result<()> {
        if self.dry_run {
            process.echo();
            return Ok(());
        }
        process.run()
    }

    /// Writes a file of the checkout, its folder too, where it does not say that already.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(crate) fn write(self, path: &Path, text: &str) -> anyhow::Result<()> {
        if fs::read_to_string(path).is_ok_and(|before| before == text) {
            return Ok(());
        }
        eprintln!("writes {}", path.display());
        if self.dry_run {
            return Ok(());
        }
        let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
        folder.and_then(|()| fs::write(path, text)).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Removes a file or a folder, if it is there.
    ///
    /// # Errors
    /// Where it cannot be removed.
    pub(crate) fn remove(self, path: &Path) -> anyhow::Result<()> {
        let Ok(found) = fs::symlink_metadata(path) else { return Ok(()) };
        eprintln!("removes {}", path.display());
        if self.dry_run {
            return Ok(());
        }
        let removed = if found.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        removed.with_context(|| format!("cannot remove {}", path.display()))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::fs;

    use super::Mode;
    use crate::process::Process;
    use crate::workspace;

    /// Nothing is done.
    pub(crate) const DRY: Mode = Mode { dry_run: true };
    /// All is done.
    pub(crate) const WET: Mode = Mode { dry_run: false };

    #[test]
    fn a_dry_run_changes_nothing() {
        let folder = workspace::target().join("mode-test");
        WET.remove(&folder).expect("the folder of an earlier run");
        let file = folder.join("file");

        DRY.run(&Process::new("false")).expect("it is not run");
        DRY.write(&file, "new").expect("it is not written");
        assert!(!folder.exists());

        WET.run(&Process::new("false")).expect_err("it is run");
        WET.write(&file, "old").expect("it can be written");
        DRY.write(&file, "new").expect("it is not written");
        DRY.remove(&folder).expect("it is not removed");
        assert_eq!(fs::read_to_string(&file).expect("it is there"), "old");
        WET.remove(&folder).expect("it can be removed");
        assert!(!folder.exists());
    }
}
