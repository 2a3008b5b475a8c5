//! Values with rules of their own: constrained strings and integers, closed vocabularies. Generated code declares the type
//! and its rules; the macros here add everything that follows from them.

mod integer;
mod string;
mod vocabulary;

pub use integer::{IntegerScalar, integer_schema};
pub use string::{StringScalar, string_schema};
pub use vocabulary::Vocabulary;

use crate::text::quote;

/// What is not a value of the type: a sentence for people, with at most 64 characters of it.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidValue(String);

impl InvalidValue {
    /// Says that the text is not what was expected, e.g. `a Port (1 to 65535)`.
    pub(crate) fn new(text: &str, expected: impl std::fmt::Display) -> Self {
        Self(format!("{} is not {expected}", quote(text)))
    }

    /// Says which rule was broken, without the value, e.g. `it must have 1 item at least, not 0`.
    pub(crate) fn of_rule(sentence: String) -> Self {
        Self(sentence)
    }
}
