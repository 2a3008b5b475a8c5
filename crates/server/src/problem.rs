//! From what went wrong to the answer. Status and code are decided in one function, [`Problem::verdict`].

mod items;
mod sentence;
mod verdict;

use std::error::Error as _;

use elbm_api::{Error as Body, ErrorCode, ItemOutcome};
use elbm_engine::aws::AwsErrorKind;
use elbm_engine::{Error as EngineError, Failure as NotWritten};
use openapi_poem_runtime::{Failure, FromFailure, Json, Rejection};
use poem::error::{MethodNotAllowedError, NotFoundError, ResponseError};
use poem::http::StatusCode;
use poem::{IntoResponse as _, Response};

use crate::auth::policy::Forbidden;
use crate::auth::{NotSignedIn, TooOften};
use crate::http::{Caller, Exchange, RequestId, operations};

pub(crate) use items::item;

/// Everything that can go wrong with a request.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// The operation failed or was refused.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The request was refused before an operation saw it.
    #[error(transparent)]
    Rejected(Rejection),
    /// There is no such path.
    #[error("there is nothing at this path; /swagger/ shows what there is")]
    NoRoute,
    /// The path has no such method.
    #[error("this path does not take this method; it takes {allow}")]
    NoMethod {
        /// The methods that it has.
        allow: String,
    },
    /// The caller may not do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The caller asks too often.
    #[error(transparent)]
    TooOften(#[from] TooOften),
    /// The caller could not be signed in with AWS.
    #[error(transparent)]
    NotSignedIn(NotSignedIn),
    /// What was sent is not HTTP.
    #[error("what was sent is no HTTP request")]
    Unreadable,
    /// The head of the request is too large.
    #[error("the head of a request may have {headers} headers and {bytes} bytes in them at most")]
    LargeHead {
        /// The most headers.
        headers: usize,
        /// The most bytes.
        bytes: usize,
    },
    /// A page of another origin wants to change something.
    #[error("a page of '{origin}' may not change anything here")]
    ForeignOrigin {
        /// The origin that the browser named.
        origin: String,
    },
    /// The service was told to stop.
    #[error("the service ends: ask another one")]
    Ending,
    /// A handler panicked.
    #[error("the handler of the request panicked")]
    Panicked,
    /// An error of the framework that none of the others is.
    #[error("{0}")]
    Framework(poem::Error),
}

/// How long a caller should wait when AWS throttles the account, in seconds: AWS refills the slower of its buckets with
/// 4 calls a second, so that in 2 seconds a change has what it needs.
const RETRY_AFTER: &str = "2";

/// What a caller without credentials is asked for: either will do.
const CHALLENGE: &str = r#"Basic realm="elb-instance-manager", charset="UTF-8", Bearer realm="elb-instance-manager""#;

impl Problem {
    /// Status and code, decided here and nowhere else.
    fn verdict(&self) -> (u16, ErrorCode) {
        match self {
            Self::Engine(error) => verdict::of_engine(error),
            Self::Rejected(rejection) => match rejection {
                Rejection::Unauthenticated => (401, ErrorCode::Unauthorized),
                Rejection::Malformed { .. } => (400, ErrorCode::ValidationError),
                Rejection::PayloadTooLarge { .. } => (413, ErrorCode::PayloadTooLarge),
                Rejection::BodyTimeout { .. } => (408, ErrorCode::RequestTimeout),
                Rejection::UnsupportedMediaType { .. } => (415, ErrorCode::UnsupportedMediaType),
            },
            Self::NoRoute => (404, ErrorCode::NotFound),
            Self::NoMethod { .. } => (405, ErrorCode::MethodNotAllowed),
            Self::Forbidden(_) => (403, ErrorCode::Forbidden),
            Self::TooOften(_) | Self::NotSignedIn(NotSignedIn::TooOften(_)) => (429, ErrorCode::TooManyRequests),
            Self::NotSignedIn(NotSignedIn::Aws(error)) => verdict::of_aws(&error.kind),
            Self::NotSignedIn(NotSignedIn::Token(_) | NotSignedIn::Signature { .. } | NotSignedIn::Stranger(_)) => {
                (401, ErrorCode::Unauthorized)
            }
            Self::Unreadable => (400, ErrorCode::ValidationError),
            Self::LargeHead { .. } => (431, ErrorCode::RequestHeaderFieldsTooLarge),
            Self::ForeignOrigin { .. } => (403, ErrorCode::ForeignOrigin),
            Self::Ending => (503, ErrorCode::NotReady),
            Self::Panicked => (500, ErrorCode::InternalError),
            Self::Framework(error) if error.status().is_client_error() => (400, ErrorCode::ValidationError),
            Self::Framework(_) => (500, ErrorCode::InternalError),
        }
    }

    /// The sentence for the caller. A failure that is not the caller's tells nothing of AWS's words: the log does.
    fn sentence(&self) -> String {
        match self {
            Self::Rejected(Rejection::Unauthenticated) => {
                "the Authorization header is missing or has no credentials of this service; where it was started without \
                 credentials, leave the header out and call it by a loopback name"
                    .to_owned()
            }
            Self::Panicked => sentence::FAILED.to_owned(),
            Self::Framework(error) if error.status().is_server_error() => sentence::FAILED.to_owned(),
            Self::Engine(error) => sentence::of_engine(error),
            Self::NotSignedIn(NotSignedIn::Aws(error)) => sentence::of_aws(error),
            other => other.to_string(),
        }
    }

    /// What became of each part of a change, where that differs.
    fn items(&self) -> Option<Vec<ItemOutcome>> {
        let Self::Engine(
            EngineError::PartialFailure { items, .. }
            | EngineError::EffectUnverified { items, .. }
            | EngineError::ItemsRefused { items },
        ) = self
        else {
            return None;
        };
        Some(items.iter().cloned().map(item).collect())
    }

    /// How long a caller should wait where AWS, or the budget of calls, has too little for it, in seconds.
    fn retry_after(&self) -> String {
        let kind = match self {
            Self::Engine(EngineError::Aws(error) | EngineError::Write(NotWritten::Aws(error))) => Some(&error.kind),
            Self::NotSignedIn(NotSignedIn::Aws(error)) => Some(&error.kind),
            _ => None,
        };
        match kind {
            Some(AwsErrorKind::BudgetSpent { until }) => until.as_secs_f64().ceil().to_string(),
            _ => RETRY_AFTER.to_owned(),
        }
    }

    /// The failure that becomes the answer. One that is not the caller's is logged, here and once, with all its causes.
    pub(crate) fn failure(self, request: RequestId) -> Failure<Body> {
        let (status, code) = self.verdict();
        Exchange::fails_with(code);
        // Why it is not ready yet is logged where it is found out.
        if status >= 500 && code != ErrorCode::NotReady {
            tracing::error!(id = %request, status, ?code, causes = causes(&self), "{self}");
        }
        let body = Body { error: code, message: self.sentence(), request_id: request.to_string(), items: self.items() };
        let failure = Failure::new(status, body);
        match (status, self) {
            (401, _) => failure.with_header("WWW-Authenticate", CHALLENGE),
            (503, problem) => failure.with_header("Retry-After", problem.retry_after()),
            (_, Self::TooOften(refused) | Self::NotSignedIn(NotSignedIn::TooOften(refused))) => {
                failure.with_header("Retry-After", refused.retry_after().to_string())
            }
            (_, Self::NoMethod { allow }) => failure.with_header("Allow", allow),
            _ => failure,
        }
    }

    /// What an error of the framework is, for a request of this path.
    pub(crate) fn from_framework(error: poem::Error, path: &str) -> Self {
        let error = match error.downcast::<Self>() {
            Ok(problem) => return problem,
            Err(error) => error,
        };
        if let Some(rejection) = Rejection::of(&error) {
            Self::Rejected(rejection)
        } else if error.is::<NotFoundError>() {
            Self::NoRoute
        } else if error.is::<MethodNotAllowedError>() {
            Self::NoMethod { allow: operations::methods(path) }
        } else {
            Self::Framework(error)
        }
    }
}

impl From<NotSignedIn> for Problem {
    fn from(error: NotSignedIn) -> Self {
        match error {
            NotSignedIn::TooOften(refused) => Self::TooOften(refused),
            other => Self::NotSignedIn(other),
        }
    }
}

impl ResponseError for Problem {
    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.verdict().0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// Code and sentence of what ends no request, but is told in a stream.
pub(crate) fn told(error: &EngineError) -> (ErrorCode, String) {
    (verdict::of_engine(error).1, sentence::of_engine(error))
}

/// The sources of an error, outermost first, in one line.
fn causes(problem: &Problem) -> String {
    let mut causes = Vec::new();
    let mut next = problem.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    causes.join(": ")
}

/// The answer of an operation that failed.
///
/// # Panics
/// Where the contract documents neither the status nor 500 for the operation, which a test excludes.
pub(crate) fn failed<R: FromFailure<Body>>(caller: &Caller, problem: impl Into<Problem>) -> R {
    failed_request(caller.request, problem)
}

/// The same, of an operation that does not know its caller.
///
/// # Panics
/// As [`failed`].
pub(crate) fn failed_request<R: FromFailure<Body>>(request: RequestId, problem: impl Into<Problem>) -> R {
    let failure = problem.into().failure(request);
    R::from_failure(failure)
        .or_else(|undocumented| {
            tracing::error!(id = %request, status = undocumented.status, "the contract lacks this status");
            R::from_failure(Failure { status: 500, headers: Vec::new(), ..undocumented })
        })
        .unwrap_or_else(|failure| panic!("the contract documents neither {} nor 500", failure.status))
}

/// The answer to a request that no operation answered.
pub(crate) fn respond(request: RequestId, problem: Problem) -> Response {
    let failure = problem.failure(request);
    let mut answer = Json(failure.body).into_response();
    answer.set_status(StatusCode::from_u16(failure.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    for (name, value) in failure.headers {
        if let Ok(value) = value.parse() {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}

#[cfg(test)]
mod tests;
