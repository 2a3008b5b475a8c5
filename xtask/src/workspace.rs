//! Where things are in the checkout.

use std::path::{Path, PathBuf};

/// The contract, from the root.
pub(crate) const CONTRACT: &str = "openapi/swagger-file.yaml";
/// The generated sources, from the root.
pub(crate) const API: &str = "crates/api/src";

/// The root of the checkout.
pub(crate) fn root() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}

/// The folder that builds and test tools go to.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
