//! Packages of Debian and what is made from it.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use anyhow::Context as _;

use crate::process::Process;

/// Installs packages.
///
/// # Errors
/// Where this is another system, or the caller may not install, or the packages are not to be had.
pub(crate) fn install(packages: &[&str]) -> anyhow::Result<()> {
    update().run()?;
    installation(packages).run()
}

/// A program that goes by any of these names, from this package where it is not there yet.
///
/// # Errors
/// Where it is neither there nor to be installed.
pub(crate) fn program(names: &[&str], package: &str) -> anyhow::Result<PathBuf> {
    if let Some(found) = on_path(names) {
        return Ok(found);
    }
    needed(package)?;
    on_path(names).with_context(|| format!("{package} was installed, but is not on the PATH"))
}

/// A package that is needed and not there yet.
///
/// # Errors
/// Those of [`install`], with what the caller can do.
pub(crate) fn needed(package: &str) -> anyhow::Result<()> {
    let how = || format!("{package} is needed; on Debian, as root: apt-get install --no-install-recommends {package}");
    install(&[package]).with_context(how)
}

fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let files = std::env::split_paths(&path).flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    files.into_iter().find(|file| file.is_file())
}

/// Whether the caller is root, on Linux.
pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

fn update() -> Process {
    Process::new("apt-get").words("update --quiet --quiet")
}

fn installation(packages: &[&str]) -> Process {
    Process::new("apt-get")
        .words("install --quiet --quiet --yes --no-install-recommends")
        .args(packages.iter().copied())
        // Nobody is there to answer, and no service is to be started.
        .env("DEBIAN_FRONTEND", "noninteractive")
}

#[cfg(test)]
mod tests {
    #[test]
    fn nobody_is_asked() {
        assert_eq!(
            super::installation(&["a", "b"]).to_string(),
            "DEBIAN_FRONTEND=noninteractive apt-get install --quiet --quiet --yes --no-install-recommends a b"
        );
    }
}
