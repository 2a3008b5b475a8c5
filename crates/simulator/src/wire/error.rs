//! An error as AWS answers it.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// An error of AWS: what the codecs put into their XML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Deserialize)]
#[serde(deny_unknown_fields)]
#[error("{code}: {message}")]
pub struct AwsError {
    /// The code, such as `TargetGroupNotFound`.
    pub code: String,
    /// The HTTP status, 400 to 599; read from JSON, 400 where it is not said.
    #[serde(default = "bad_request", deserialize_with = "error_status")]
    pub status: u16,
    /// The sentence for people.
    pub message: String,
}

impl AwsError {
    /// An error with HTTP status 400, as most of AWS's have.
    #[must_use]
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), status: 400, message: message.into() }
    }

    /// The same error with another HTTP status, 400 to 599.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }
}

fn bad_request() -> u16 {
    400
}

fn error_status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let status = u16::deserialize(deserializer)?;
    if (400..600).contains(&status) {
        Ok(status)
    } else {
        Err(D::Error::custom(format!("the status of an error is from 400 to 599, not {status}")))
    }
}
