//! Packages of Debian and what is made from it.

use std::fs;
use std::os::unix::fs::MetadataExt as _;

use crate::process::Process;

/// Installs packages.
///
/// # Errors
/// Where this is another system, or the caller may not install, or the packages are not to be had.
pub(crate) fn install(packages: &[&str]) -> anyhow::Result<()> {
    update().run()?;
    installation(packages).run()
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
