//! What is installed once: a stamp beside it says what it was.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

/// Installs, unless the stamp says that the very same is there already.
///
/// # Errors
/// Those of the installation, and where the stamp cannot be written.
pub(crate) fn once(stamp: &Path, what: &str, install: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    if fs::read_to_string(stamp).is_ok_and(|installed| installed == what) {
        return Ok(());
    }
    install()?;
    fs::write(stamp, what).with_context(|| format!("cannot write {}", stamp.display()))
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::once;

    #[test]
    fn the_same_is_installed_once_and_a_failure_leaves_no_stamp() {
        let folder = tempfile::tempdir().expect("a folder");
        let stamp = folder.path().join("installed");
        let mut times = 0;
        for what in ["1", "1", "2", "2"] {
            let install = || {
                times += 1;
                Ok(())
            };
            once(&stamp, what, install).expect("installed");
        }
        assert_eq!(times, 2);
        once(&stamp, "3", || bail!("not to be had")).expect_err("it failed");
        once(&stamp, "2", || bail!("it is there")).expect("what was there is there");
    }
}
