//! Why a command fails: a sentence, and how it ends.

use std::error::Error as _;
use std::time::Duration;

use elbm_client::types;
use elbm_client::{ConnectError, Error, ResponseValue};
use reqwest::StatusCode;
use reqwest::header::{LOCATION, RETRY_AFTER};
use serde::{Deserialize, Serialize};

use crate::exit::Exit;

/// A failure.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Failure {
    #[serde(skip)]
    pub(crate) exit: Exit,
    /// The service's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    pub(crate) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request_id: Option<String>,
    /// What became of each part of a change that was made in part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) items: Vec<types::ItemOutcome>,
    /// When to ask again.
    #[serde(skip)]
    pub(crate) retry_after: Option<Duration>,
}

/// What a request does, which decides what a lost answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Request {
    Read,
    Change,
}

/// The body of an error, also of a newer service with codes that this client does not know.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    error: String,
    message: String,
    request_id: String,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, code: None, message: message.into(), request_id: None, items: Vec::new(), retry_after: None }
    }

    /// What the client says of a request to this server.
    pub(crate) async fn of(error: Error<types::Error>, server: &str, request: Request) -> Self {
        match error {
            Error::ErrorResponse(answer) => Self::answered(answer),
            Error::InvalidRequest(sentence) => Self::new(Exit::Usage, sentence),
            Error::CommunicationError(error) if error.is_connect() || error.is_builder() => {
                Self::new(Exit::TryLater, format!("{server} cannot be reached: {}", root(&error)))
            }
            Error::CommunicationError(error) | Error::ResponseBodyError(error) | Error::InvalidUpgrade(error) => {
                lost(request, &format!("{server} did not answer: {}", root(&error)))
            }
            // The status is lost, a change may have been made all the same.
            Error::InvalidResponsePayload(body, _) => match Body::read(&body) {
                Some(body) => body.failure(Exit::Failed),
                None => foreign(request, server, "its answer is none of elb-instance-manager"),
            },
            Error::UnexpectedResponse(answer) => {
                let (status, to) = (answer.status(), answer.headers().get(LOCATION).cloned());
                if let Some(to) = to.as_ref().and_then(|to| to.to_str().ok()) {
                    return Self::new(Exit::Failed, format!("{server} redirects to {to}: name that address"));
                }
                let body = answer.bytes().await.ok().and_then(|body| Body::read(&body));
                match body {
                    Some(body) => {
                        let exit = exit(status, &body.error);
                        body.failure(exit)
                    }
                    None => foreign(request, server, &format!("it answers {status}")),
                }
            }
            Error::Custom(sentence) => Self::new(Exit::Failed, sentence),
        }
    }

    fn answered(answer: ResponseValue<types::Error>) -> Self {
        let retry_after = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let exit = exit(answer.status(), &answer.error.to_string());
        let types::Error { error, items, message, request_id } = answer.into_inner();
        Self {
            exit,
            code: Some(error.to_string()),
            message,
            request_id: Some(request_id),
            items,
            retry_after: retry_after.map(Duration::from_secs),
        }
    }

    /// Whether the same would be answered about every other machine.
    pub(crate) fn is_about_all(&self) -> bool {
        matches!(self.exit, Exit::NotFound | Exit::NotPermitted | Exit::TryLater)
    }

    /// Whether the same may go well a little later.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self.exit, Exit::TryLater | Exit::Unknown)
            || matches!(self.code.as_deref(), Some("AwsUnreachable" | "AwsError" | "AwsTimeout"))
    }
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        let cause = error.source().map_or_else(String::new, |cause| format!(": {cause}"));
        Self::new(Exit::Usage, format!("{error}{cause}"))
    }
}

impl Body {
    fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    fn failure(self, exit: Exit) -> Failure {
        Failure { code: Some(self.error), request_id: Some(self.request_id), ..Failure::new(exit, self.message) }
    }
}

fn exit(status: StatusCode, code: &str) -> Exit {
    match (status.as_u16(), code) {
        (_, "WouldBreachMinimumHealthy") => Exit::Guarded,
        (_, "EffectUnverified") => Exit::Unknown,
        (400, _) => Exit::Usage,
        (401 | 403, _) => Exit::NotPermitted,
        (404, _) => Exit::NotFound,
        (409 | 412, _) => Exit::Refused,
        (429 | 503, _) => Exit::TryLater,
        _ => Exit::Failed,
    }
}

fn lost(request: Request, sentence: &str) -> Failure {
    match request {
        Request::Read => Failure::new(Exit::TryLater, sentence),
        Request::Change => Failure::new(Exit::Unknown, format!("{sentence}; the change may have been made")),
    }
}

/// Somebody else answered: another server, or one in front of the service that lost it.
fn foreign(request: Request, server: &str, what: &str) -> Failure {
    match request {
        Request::Read => Failure::new(Exit::Failed, format!("{server} is not the service: {what}")),
        Request::Change => Failure::new(
            Exit::Unknown,
            format!("{server} is not the service, or lost it: {what}; the change may have been made"),
        ),
    }
}

/// The innermost cause, which names what is wrong.
fn root(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
