//! Short digests.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// The first sixteen hexadecimal digits.
pub(crate) fn short(hash: Sha256) -> String {
    hash.finalize().iter().take(8).fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
