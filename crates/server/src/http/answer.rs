//! What every answer carries: an id, a body where it is an error, a line in the log.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt as _;
use poem::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use poem::http::{HeaderName, HeaderValue};
use poem::{Endpoint, IntoResponse as _, Request, Response};
use uuid::Uuid;

use super::Client;
use crate::auth::Principal;
use crate::problem::{Problem, respond};

/// The id of a request: in the `X-Request-Id` header of its answer, in error bodies and in the log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestId(Uuid);

tokio::task_local! {
    /// The id of the request that this task answers.
    static CURRENT: RequestId;
}

impl RequestId {
    /// The id of the request that is being answered, for an operation that does not know its caller.
    pub(crate) fn current() -> Self {
        CURRENT.try_get().unwrap_or_else(|_| Self::new())
    }

    /// The id that [`always`] gave to the request.
    pub(super) fn of(request: &Request) -> Self {
        request.data().copied().unwrap_or_else(Self::new)
    }

    pub(crate) fn new() -> Self {
        Self(Uuid::new_v4())
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The headers of every answer that does not say otherwise. An answer is for its caller only, and no page: a browser
/// loads nothing for it, shows it in no frame and guesses no other type.
const DEFAULTS: [(HeaderName, &str); 4] = [
    (CACHE_CONTROL, "private, no-store"),
    (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
];

/// What a script of a page is told about signing in. Of Basic it is not told: the browser would ask with a window of its own, and hold the
/// answer back meanwhile.
const SCRIPT_CHALLENGE: HeaderValue = HeaderValue::from_static("Bearer");

/// Gives the request its id and the address of its client, behind so many proxies of ours, and turns whatever comes back, an error or a panic too, into an answer.
pub(super) async fn always<E: Endpoint>(proxies: usize, next: Arc<E>, mut request: Request) -> poem::Result<Response> {
    let started = Instant::now();
    let id = RequestId::new();
    request.set_data(id);
    let client = Client::behind(proxies, &request);
    request.set_data(client);
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    // No page can say otherwise than the browser does.
    let of_script = request.headers().get("sec-fetch-dest").is_some_and(|destination| destination == "empty");

    let mut answer = match AssertUnwindSafe(CURRENT.scope(id, next.call(request))).catch_unwind().await {
        Ok(Ok(answer)) => answer.into_response(),
        Ok(Err(error)) => respond(id, Problem::from_framework(error, &path)),
        Err(_) => respond(id, Problem::Panicked),
    };
    let headers = answer.headers_mut();
    for (name, value) in DEFAULTS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if of_script && let Some(challenge) = headers.get_mut(WWW_AUTHENTICATE) {
        *challenge = SCRIPT_CHALLENGE;
    }
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        headers.insert("x-request-id", value);
    }
    let status = answer.status().as_u16();
    let principal = answer.data::<Arc<Principal>>();
    let caller = principal.map(|principal| principal.name.as_str());
    let arn = principal.and_then(|principal| principal.arn.as_deref());
    tracing::info!(%id, %client, caller, arn, %method, path, status, ms = started.elapsed().as_secs_f64() * 1e3, "request");
    Ok(answer)
}
