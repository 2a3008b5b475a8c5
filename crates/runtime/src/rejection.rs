//! Why a request is refused before an operation sees it.

use std::time::Duration;

use poem::{
    error::{ParsePathError, ResponseError},
    http::StatusCode,
};

/// A request that an operation never sees. The sentences are for people; none repeats more than 64 characters of the
/// request.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Rejection {
    /// The operation needs a caller and the request names none: 401.
    #[error("this operation needs an Authorization header")]
    Unauthenticated,
    /// A part of the request is not well formed: 400.
    #[error("{sentence}")]
    Malformed {
        /// The part of the request.
        location: Location,
        /// What is wrong with it.
        sentence: String,
    },
    /// The body is larger than the service reads: 413.
    #[error("the body of a request may have {limit} bytes at most")]
    PayloadTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The body did not arrive in time: 408.
    #[error("the body of a request must arrive within {} s", .within.as_secs_f64())]
    BodyTimeout {
        /// How long it may take.
        within: Duration,
    },
    /// The body is declared as something else than the operation reads, or not at all: 415.
    #[error("{sentence}")]
    UnsupportedMediaType {
        /// What is wrong with the `Content-Type` header.
        sentence: String,
    },
}

/// A part of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Location {
    /// The path of the URL.
    Path,
    /// The query of the URL.
    Query,
    /// A header.
    Header,
    /// The body.
    Body,
}

impl Rejection {
    /// The rejection that the error carries. [`None`] for every other error, e.g. of a path or method that is not there.
    #[must_use]
    pub fn of(error: &poem::Error) -> Option<Self> {
        // A nested route refuses a path that is not UTF-8 before any extractor sees it.
        let unreadable = || Self::malformed(Location::Path, "the path is not UTF-8 when decoded");
        error.downcast_ref().cloned().or_else(|| error.is::<ParsePathError>().then(unreadable))
    }

    /// A refusal of one part of the request.
    pub(crate) fn malformed(location: Location, sentence: impl Into<String>) -> Self {
        Self::Malformed { location, sentence: sentence.into() }
    }
}

impl ResponseError for Rejection {
    fn status(&self) -> StatusCode {
        match self {
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Malformed { .. } => StatusCode::BAD_REQUEST,
            Self::PayloadTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTimeout { .. } => StatusCode::REQUEST_TIMEOUT,
            Self::UnsupportedMediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    }
}
