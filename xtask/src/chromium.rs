//! Chromium, as Debian packages it.

use std::path::PathBuf;

use crate::debian;

/// The names it goes by.
const NAMES: [&str; 2] = ["chromium", "chromium-browser"];

/// The browser, installed where it is not yet.
///
/// # Errors
/// Where it is neither there nor to be installed.
pub(crate) fn installed() -> anyhow::Result<PathBuf> {
    debian::program(&NAMES, "chromium")
}
