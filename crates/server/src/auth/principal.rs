//! A caller with a name.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::Pattern;

/// Whoever calls, and what it may do; [`policy`](super::policy) alone decides by it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Principal {
    /// The name, in the credentials file and in the log.
    pub(crate) name: String,
    /// What it may do.
    pub(crate) role: Role,
    /// The load balancers that it may do it to: those that any of the patterns matches.
    pub(crate) load_balancers: Vec<Pattern>,
}

/// What a principal may do.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads
    Viewer,
    /// Reads, attaches and detaches
    Operator,
}

impl Principal {
    /// Whoever reaches the loopback address of a service without credentials.
    pub(crate) fn anonymous() -> Self {
        Self { name: "anonymous".to_owned(), role: Role::Operator, load_balancers: vec![Pattern::all()] }
    }
}

/// The longest name of a principal.
const LONGEST: usize = 64;

/// Reads the name of a principal. It stands in front of a colon in Basic credentials, and in the log.
///
/// # Errors
/// Where it has other characters, or too many: the sentence says which may be.
pub(crate) fn name(text: &str) -> Result<String, String> {
    let known = |letter: char| letter.is_ascii_alphanumeric() || "._@-".contains(letter);
    if (1..=LONGEST).contains(&text.len()) && text.chars().all(known) {
        Ok(text.to_owned())
    } else {
        Err(format!("a name has 1 to {LONGEST} letters, digits and any of . _ @ -"))
    }
}
