//! Why a contract is refused.

/// A fault of a contract, with the JSON pointer of the place. The pointer of the whole document is empty.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Error {
    /// The text is not YAML, or has a key twice.
    #[error("the contract is not YAML: {0}")]
    Yaml(String),
    /// The typed model cannot take the document.
    #[error("the contract is not OpenAPI 3.1: {0}")]
    Typed(String),
    /// A key that the generator does not know at this place.
    #[error("{pointer}: this key is not known on {kind}")]
    Unknown {
        /// The key.
        pointer: String,
        /// What has the key, e.g. `an operation`.
        kind: &'static str,
    },
    /// A key without which the generator cannot do.
    #[error("{pointer}: {kind} needs `{key}`")]
    Missing {
        /// What lacks the key.
        pointer: String,
        /// The key.
        key: &'static str,
        /// What lacks the key, e.g. `an operation`.
        kind: &'static str,
    },
    /// A construct that the generator does not translate, or that does not fit together.
    #[error("{pointer}: {sentence}")]
    Unsupported {
        /// The construct.
        pointer: String,
        /// Why, and what to write instead.
        sentence: String,
    },
    /// A reference to nothing.
    #[error("{pointer}: `{reference}` refers to nothing")]
    Dangling {
        /// The `$ref`, or the name of a tag or a security scheme.
        pointer: String,
        /// Where it points.
        reference: String,
    },
    /// A component, or a tag, that nothing uses; the running code would not show it.
    #[error("{pointer}: nothing uses this")]
    Unused {
        /// The component.
        pointer: String,
    },
    /// Something that the typed model drops or changes.
    #[error("{pointer}: the contract has {contract}, the typed model {typed}")]
    RoundTrip {
        /// The place.
        pointer: String,
        /// What the contract has there.
        contract: String,
        /// What is left of it.
        typed: String,
    },
    /// An example that does not fit its schema.
    #[error("{pointer}: this example does not fit its schema: {sentence}")]
    Example {
        /// The example.
        pointer: String,
        /// What is wrong with it.
        sentence: String,
    },
    /// No client can be made of it.
    #[error("progenitor makes no client of the contract: {0}")]
    Client(String),
    /// A name that Rust cannot take, or takes for another one's.
    #[error("{pointer}: {sentence}")]
    Name {
        /// What has the name.
        pointer: String,
        /// Why it cannot have it.
        sentence: String,
    },
}

impl Error {
    /// The JSON pointer of the fault.
    #[must_use]
    pub fn pointer(&self) -> &str {
        match self {
            Self::Yaml(_) | Self::Typed(_) | Self::Client(_) => "",
            Self::Unknown { pointer, .. }
            | Self::Missing { pointer, .. }
            | Self::Unsupported { pointer, .. }
            | Self::Dangling { pointer, .. }
            | Self::Unused { pointer }
            | Self::RoundTrip { pointer, .. }
            | Self::Example { pointer, .. }
            | Self::Name { pointer, .. } => pointer,
        }
    }

    pub(crate) fn unsupported(pointer: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self::Unsupported { pointer: pointer.into(), sentence: sentence.into() }
    }
}
