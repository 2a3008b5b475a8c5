//! Access keys: whose they are, and the secrets that they sign with.

use std::fmt;

use serde::Deserialize;

/// An access key. What is signed with a key of the fleet is held against its secret; any other key may sign with any secret.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessKeySpec {
    /// Its id, such as `AKIAIOSFODNN7EXAMPLE`.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// The session token that goes with a temporary key.
    pub session_token: Option<String>,
    /// The ARN of whoever has it: a user, or a session of a role.
    pub arn: String,
}

impl fmt::Debug for AccessKeySpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKeySpec").field("id", &self.id).field("arn", &self.arn).finish_non_exhaustive()
    }
}
