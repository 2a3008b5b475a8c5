//! A caller with a name.

use std::borrow::Cow;
use std::sync::Arc;

use clap::ValueEnum;
use elbm_core::InstanceId;

use super::Pattern;

/// Whoever calls, and what it may do; the policy of the service alone decides by it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Principal {
    /// The name, in the credentials file and in the log.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// The load balancers that it may do it to: those that any of the patterns matches.
    pub load_balancers: Vec<Pattern>,
    /// Who AWS says it is, where it has signed in with AWS.
    pub arn: Option<Arc<str>>,
    /// The instance that it is: of [`Role::SelfOnly`], which nobody else has.
    pub instance: Option<InstanceId>,
}

/// What a principal may do.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Role {
    /// Reads
    Viewer,
    /// Reads, attaches and detaches
    Operator,
    /// An EC2 instance: attaches and detaches itself, and sees whether it is attached
    SelfOnly,
}

impl Principal {
    /// Whoever reaches the loopback address of a service without credentials.
    #[must_use]
    pub fn anonymous() -> Self {
        Self::new("anonymous".to_owned(), Role::Operator, vec![Pattern::all()])
    }

    /// Whoever has given a password or a token.
    #[must_use]
    pub fn new(name: String, role: Role, load_balancers: Vec<Pattern>) -> Self {
        Self { name, role, load_balancers, arn: None, instance: None }
    }

    /// What a rate limit is for: each instance has its own, while others could choose a new session name each time.
    #[must_use]
    pub fn limited(&self) -> Cow<'_, str> {
        match &self.instance {
            Some(instance) => format!("{}/{instance}", self.name).into(),
            None => self.name.as_str().into(),
        }
    }
}

/// The longest name of a principal.
const LONGEST: usize = 64;

/// Reads the name of a principal. It stands in front of a colon in Basic credentials, and in the log.
///
/// # Errors
/// Where it has other characters, or too many: the sentence says which may be.
pub fn name(text: &str) -> Result<String, String> {
    let known = |letter: char| letter.is_ascii_alphanumeric() || "._@-".contains(letter);
    if (1..=LONGEST).contains(&text.len()) && text.chars().all(known) {
        Ok(text.to_owned())
    } else {
        Err(format!("a name has 1 to {LONGEST} letters, digits and any of . _ @ -"))
    }
}
