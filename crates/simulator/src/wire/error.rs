//! An error as AWS answers it.

/// An error of AWS: what the codecs put into their XML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct AwsError {
    /// The code, such as `TargetGroupNotFound`.
    pub code: String,
    /// The HTTP status.
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
