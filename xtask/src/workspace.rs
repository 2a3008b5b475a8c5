//! Where things are in the checkout.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The contract, from the root.
pub(crate) const CONTRACT: &str = "openapi/swagger-file.yaml";
/// The generated sources of the server, from the root.
pub(crate) const API: &str = "crates/api/src";
/// The generated sources of the client, from the root.
pub(crate) const CLIENT: &str = "crates/client/src/generated";

/// The root of the checkout: of the one that cargo runs these commands in, else of the one that they were built in.
pub(crate) fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let own =
            std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        own.parent().map_or_else(|| own.clone(), Path::to_path_buf)
    });
    &ROOT
}

/// The folder that builds and test tools go to.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
