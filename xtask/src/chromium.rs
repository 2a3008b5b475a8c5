//! Chromium, as Debian packages it.

use std::path::PathBuf;

use anyhow::Context as _;

use crate::debian;

/// The names it goes by.
const NAMES: [&str; 2] = ["chromium", "chromium-browser"];

/// The browser, installed where it is not yet.
///
/// # Errors
/// Where it is neither there nor to be installed.
pub(crate) fn installed() -> anyhow::Result<PathBuf> {
    if let Some(found) = found() {
        return Ok(found);
    }
    debian::install(&["chromium"]).context("Chromium is needed; on Debian, as root: apt-get install chromium")?;
    found().context("Chromium was installed, but is not on the PATH")
}

fn found() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).flat_map(|folder| NAMES.map(|name| folder.join(name))).find(|file| file.is_file())
}
