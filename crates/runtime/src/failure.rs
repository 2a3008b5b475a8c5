//! From a status and an error body, decided in one place, to the closed response of one operation.

use std::str::FromStr;

/// A failure that is not yet the response of an operation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Failure<B> {
    /// The status of the answer.
    pub status: u16,
    /// The body of the answer.
    pub body: B,
    /// The headers of the answer that the contract documents, e.g. `Retry-After`.
    pub headers: Vec<(&'static str, String)>,
}

impl<B> Failure<B> {
    /// A failure without headers.
    pub fn new(status: u16, body: B) -> Self {
        Self { status, body, headers: Vec::new() }
    }

    /// The failure with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The failure, if it carries no other headers than these.
    ///
    /// # Errors
    /// The failure itself: the contract documents no such header with this status.
    pub fn only_headers(self, documented: &[&str]) -> Result<Self, Self> {
        let known = |name: &str| documented.iter().any(|one| one.eq_ignore_ascii_case(name));
        if self.headers.iter().all(|(name, _)| known(name)) { Ok(self) } else { Err(self) }
    }

    /// The value of the header, if the failure carries it.
    ///
    /// # Errors
    /// The failure itself: the value is not of the type that the contract documents.
    pub fn header<T: FromStr>(self, name: &str) -> Result<(Self, Option<T>), Self> {
        let value = self.headers.iter().find(|(one, _)| one.eq_ignore_ascii_case(name)).map(|(_, value)| value.parse());
        match value.transpose() {
            Ok(value) => Ok((self, value)),
            Err(_) => Err(self),
        }
    }
}

/// The response of an operation that can be made from a [`Failure`].
pub trait FromFailure<B>: Sized {
    /// The statuses of the failures that the contract documents for the operation, in order.
    const STATUSES: &'static [u16];

    /// The response.
    ///
    /// # Errors
    /// The failure itself: the contract documents no such status, or none with such headers, for the operation.
    fn from_failure(failure: Failure<B>) -> Result<Self, Failure<B>>;
}
