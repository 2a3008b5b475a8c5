//! What every answer carries: an id, a body where it is an error, a line in the log.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use elbm_api::ErrorCode;
use futures_util::FutureExt as _;
use openapi_poem_runtime::Operation;
use poem::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use poem::http::{HeaderName, HeaderValue};
use poem::{Endpoint, IntoResponse as _, Request, Response};
use tracing::Instrument as _;

use super::{Exchange, operations};
use crate::audit::Audit;
use crate::metrics::Metrics;
use crate::problem::{Problem, respond};
use crate::telemetry::traces;

/// The headers of every answer that does not say otherwise. An answer is for its caller only, and no page: a browser
/// loads nothing for it, shows it in no frame and guesses no other type.
const DEFAULTS: [(HeaderName, &str); 4] = [
    (CACHE_CONTROL, "private, no-store"),
    (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
];

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a browser says a request is for.
const DESTINATION: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// What a script of a page is told about signing in. Of Basic it is not told: the browser would ask with a window of its own, and hold the
/// answer back meanwhile.
const SCRIPT_CHALLENGE: HeaderValue = HeaderValue::from_static("Bearer");

/// What is around every answer.
#[derive(Debug)]
pub(super) struct Always {
    /// How many proxies of ours stand in front.
    pub(super) proxies: usize,
    /// Where requests are counted.
    pub(super) metrics: Metrics,
    /// Where changes are recorded.
    pub(super) audit: Audit,
}

/// Gives the request its id and finds out the address of its client, turns whatever comes back, an error or a panic too, into an
/// answer, and tells of it, in the log and in numbers.
pub(super) async fn always<E: Endpoint + 'static>(
    around: Arc<Always>,
    next: Arc<E>,
    mut request: Request,
) -> poem::Result<Response> {
    let exchange = Exchange::new(around.proxies, &request);
    let in_flight = around.metrics.begin(exchange.operation(), exchange.started());
    request.set_data(Arc::clone(&exchange));
    let asked = Audit::of(&exchange, &mut request);
    // No page can say otherwise than the browser does.
    let of_script = request.headers().get(DESTINATION).is_some_and(|destination| destination == "empty");

    let id = exchange.id();
    let span = traces::request(exchange.described(), &id, &request);
    // On the heap: it holds the request several times over, and is moved on its way to its task.
    let answering = Box::pin(whatever(Arc::clone(&exchange), next, request)).instrument(span.clone());
    let mut answer = match asked {
        None => exchange.answered(answering).await,
        Some(asked) => {
            let recorded = around.audit.recorded(&exchange, asked, answering).await;
            recorded.unwrap_or_else(|| respond(id, Problem::Panicked))
        }
    };
    let headers = answer.headers_mut();
    for (name, value) in DEFAULTS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if of_script && let Some(challenge) = headers.get_mut(WWW_AUTHENTICATE) {
        *challenge = SCRIPT_CHALLENGE;
    }
    headers.insert(REQUEST_ID, id.into());
    let status = answer.status().as_u16();
    let ms = in_flight.end(status) * 1e3;
    if let Some(code) = exchange.code() {
        around.metrics.error(code);
    }
    let caller = exchange.caller().map(|principal| principal.name.as_str());
    traces::answered(&span, caller, status, exchange.code().map(ErrorCode::as_str));
    let arn = exchange.caller().and_then(|principal| principal.arn.as_deref());
    let (client, method, path) = (exchange.client(), exchange.method(), exchange.path());
    macro_rules! told {
        ($level:ident) => {
            tracing::$level!(%id, %client, caller, arn, %method, path, status, ms, "request")
        };
    }
    if is_probed_well(exchange.described(), status) {
        told!(debug);
    } else {
        told!(info);
    }
    Ok(answer)
}

/// Whether a load balancer or an orchestrator was told what it hears every few seconds: in the log that would hide the rest.
fn is_probed_well(operation: Option<&Operation>, status: u16) -> bool {
    status == 200 && operation.is_some_and(|operation| !operations::is_protected(operation))
}

/// What comes back, as an answer.
async fn whatever<E: Endpoint>(exchange: Arc<Exchange>, next: Arc<E>, request: Request) -> Response {
    let id = exchange.id();
    match AssertUnwindSafe(next.call(request)).catch_unwind().await {
        Ok(Ok(answer)) => answer.into_response(),
        Ok(Err(error)) => respond(id, Problem::from_framework(error, exchange.path())),
        Err(_) => respond(id, Problem::Panicked),
    }
}
