//! From what went wrong to the answer. Status and code are decided in one function, [`Problem::verdict`].

use std::error::Error as _;

use elbm_api::{Action, Error as Body, ErrorCode, ItemOutcome as BodyItem, Outcome};
use elbm_core::{Change, Refusal};
use elbm_engine::aws::AwsErrorKind;
use elbm_engine::{Error as EngineError, Item, ItemOutcome};
use openapi_poem_runtime::{Failure, FromFailure, Json, Rejection};
use poem::error::{MethodNotAllowedError, NotFoundError, ResponseError};
use poem::http::StatusCode;
use poem::{IntoResponse as _, Response};

use crate::auth::TooOften;
use crate::auth::policy::Forbidden;
use crate::http::{Caller, RequestId, operations};

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
            Self::Engine(error) => engine_verdict(error),
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
            Self::TooOften(_) => (429, ErrorCode::TooManyRequests),
            Self::Unreadable => (400, ErrorCode::ValidationError),
            Self::LargeHead { .. } => (431, ErrorCode::RequestHeaderFieldsTooLarge),
            Self::ForeignOrigin { .. } => (403, ErrorCode::ForeignOrigin),
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
            Self::Panicked | Self::Engine(EngineError::Died(_)) => "the service failed; its log tells why".to_owned(),
            Self::Framework(error) if error.status().is_server_error() => {
                "the service failed; its log tells why".to_owned()
            }
            Self::Engine(EngineError::Aws(error)) => {
                let action = error.action;
                match &error.kind {
                    AwsErrorKind::AccessDenied => format!("AWS does not let this service call {action}"),
                    AwsErrorKind::Credentials => {
                        "AWS does not take the credentials of this service, or it has none; renew them".to_owned()
                    }
                    AwsErrorKind::Throttled => "AWS throttles this account; repeat the request later".to_owned(),
                    AwsErrorKind::Unreachable => "AWS could not be reached".to_owned(),
                    AwsErrorKind::Timeout => "AWS did not answer in time".to_owned(),
                    AwsErrorKind::Failed => format!("AWS failed at {action}; repeat the request later"),
                    AwsErrorKind::Rejected { .. } => format!("AWS refused {action}; the log of this service tells why"),
                }
            }
            other => other.to_string(),
        }
    }

    /// Which part of a change was made, where a part was.
    fn items(&self) -> Option<Vec<BodyItem>> {
        match self {
            Self::Engine(EngineError::PartialFailure { items, source }) => {
                let cause = engine_verdict(source).1;
                Some(items.iter().map(|item| body_item(item, cause)).collect())
            }
            Self::Engine(EngineError::EffectUnverified { items, .. }) => {
                Some(items.iter().map(|item| body_item(item, ErrorCode::EffectUnverified)).collect())
            }
            _ => None,
        }
    }

    /// The failure that becomes the answer. One that is not the caller's is logged, here and once, with all its causes.
    pub(crate) fn failure(self, request: RequestId) -> Failure<Body> {
        let (status, code) = self.verdict();
        if status >= 500 {
            tracing::error!(id = %request, status, ?code, causes = causes(&self), "{self}");
        }
        let body = Body { error: code, message: self.sentence(), request_id: request.to_string(), items: self.items() };
        let failure = Failure::new(status, body);
        match (status, self) {
            (401, _) => failure.with_header("WWW-Authenticate", CHALLENGE),
            (503, _) => failure.with_header("Retry-After", RETRY_AFTER),
            (_, Self::TooOften(refused)) => failure.with_header("Retry-After", refused.retry_after().to_string()),
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

impl ResponseError for Problem {
    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.verdict().0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

fn engine_verdict(error: &EngineError) -> (u16, ErrorCode) {
    match error {
        EngineError::LoadBalancerNotFound(_) => (404, ErrorCode::LoadBalancerNotFound),
        EngineError::MemberNotFound { .. } => (404, ErrorCode::NotAttached),
        EngineError::Refused(refusal) => match refusal {
            Refusal::AlreadyAttached { .. } => (409, ErrorCode::AlreadyAttached),
            Refusal::NotAttached { .. } => (409, ErrorCode::NotAttached),
            Refusal::Draining { .. } => (409, ErrorCode::Draining),
            Refusal::UnknownInstance(_) | Refusal::TerminatedInstance { .. } => (400, ErrorCode::InvalidTarget),
            Refusal::TargetGroupNotFound { .. } => (404, ErrorCode::TargetGroupNotFound),
            Refusal::AmbiguousTargetGroup { .. } => (400, ErrorCode::AmbiguousTargetGroup),
            Refusal::NoTargetGroup(_) => (400, ErrorCode::NoTargetGroup),
            Refusal::UnsupportedTargetGroup { .. } => (400, ErrorCode::UnsupportedTargetGroup),
            Refusal::OtherVpc { .. } | Refusal::NoAddress(_) => (400, ErrorCode::InvalidTarget),
            Refusal::ClassicHasNoGroups(_) | Refusal::ClassicHasNoPorts(_) => (400, ErrorCode::ValidationError),
            Refusal::AmbiguousLoadBalancer(_) => (400, ErrorCode::AmbiguousLoadBalancer),
            Refusal::WouldBreachMinimumHealthy { .. } | Refusal::LastTarget { .. } => {
                (409, ErrorCode::WouldBreachMinimumHealthy)
            }
        },
        EngineError::InvalidTarget(_) => (400, ErrorCode::InvalidTarget),
        EngineError::TooManyTargets(_) => (400, ErrorCode::TooManyTargets),
        EngineError::TargetGroupGone(_) => (404, ErrorCode::TargetGroupNotFound),
        EngineError::Aws(error) => match error.kind {
            AwsErrorKind::AccessDenied => (500, ErrorCode::AwsAccessDenied),
            AwsErrorKind::Credentials => (500, ErrorCode::AwsCredentials),
            AwsErrorKind::Throttled => (503, ErrorCode::AwsThrottled),
            AwsErrorKind::Unreachable => (502, ErrorCode::AwsUnreachable),
            AwsErrorKind::Timeout => (504, ErrorCode::AwsTimeout),
            AwsErrorKind::Failed | AwsErrorKind::Rejected { .. } => (502, ErrorCode::AwsError),
        },
        EngineError::TooSlow { .. } => (504, ErrorCode::AwsTimeout),
        EngineError::EffectUnverified { .. } | EngineError::Unfinished { .. } => (504, ErrorCode::EffectUnverified),
        EngineError::PartialFailure { .. } => (502, ErrorCode::PartialFailure),
        EngineError::Died(_) => (500, ErrorCode::InternalError),
    }
}

fn body_item(item: &Item, cause: ErrorCode) -> BodyItem {
    let (outcome, error) = match item.outcome {
        ItemOutcome::Done => (Outcome::Done, None),
        ItemOutcome::Failed => (Outcome::Failed, Some(cause)),
        ItemOutcome::Unverified => (Outcome::Unverified, Some(ErrorCode::EffectUnverified)),
        ItemOutcome::NotAttempted => (Outcome::NotAttempted, None),
    };
    BodyItem {
        action: Some(match item.change {
            Change::Register => Action::Attach,
            Change::Deregister => Action::Detach,
        }),
        instance_id: Some(item.instance.to_string()),
        target_group: item.group.clone(),
        port: item.port.map(i32::from),
        outcome,
        error,
    }
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
    let failure = problem.into().failure(caller.request);
    R::from_failure(failure)
        .or_else(|undocumented| {
            tracing::error!(id = %caller.request, status = undocumented.status, "the contract lacks this status");
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
