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
use poem::{Endpoint, Request, Response};
use tracing::Instrument as _;

use super::{Entrance, Exchange, operations};
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
pub(super) struct Always<A> {
    /// Where requests go in.
    pub(super) entrance: Arc<Entrance<A>>,
    /// How many proxies of ours stand in front.
    pub(super) proxies: usize,
    /// Where requests are counted.
    pub(super) metrics: Metrics,
    /// Where changes are recorded.
    pub(super) audit: Audit,
}

impl<A: Endpoint + 'static> Endpoint for Always<A> {
    type Output = Response;

    /// Gives the request its id and finds out the address of its client, turns whatever comes back, an error or a panic too, into an
    /// answer, and tells of it, in the log and in numbers.
    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let exchange = Exchange::new(self.proxies, &request);
        let in_flight = self.metrics.begin(exchange.operation(), exchange.started());
        let asked = Audit::of(&exchange, &mut request);
        // No page can say otherwise than the browser does.
        let of_script = request.headers().get(DESTINATION).is_some_and(|destination| destination == "empty");

        let id = exchange.id();
        let span = traces::request(exchange.described(), &id, &request);
        // On the heap, as futures are moved on their way to their task.
        let request = Box::new(request);
        let answering =
            Box::pin(whatever(Arc::clone(&exchange), Arc::clone(&self.entrance), request)).instrument(span.clone());
        let mut answer = match asked {
            None => exchange.answered(answering).await,
            Some(asked) => {
                let recorded = self.audit.recorded(&exchange, asked, answering).await;
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
            self.metrics.error(code);
        }
        let caller = exchange.caller().map(|principal| principal.name.as_str());
        traces::answered(&span, caller, status, exchange.code().map(ErrorCode::as_str));
        tell(&exchange, status, ms);
        Ok(answer)
    }
}

/// The line of a request in the log.
fn tell(exchange: &Exchange, status: u16, ms: f64) {
    let (id, client, method, path) = (exchange.id(), exchange.client(), exchange.method(), exchange.path());
    let caller = exchange.caller().map(|principal| principal.name.as_str());
    let arn = exchange.caller().and_then(|principal| principal.arn.as_deref());
    macro_rules! tell {
        ($level:ident) => {
            tracing::$level!(%id, %client, caller, arn, %method, path, status, ms, "request")
        };
    }
    if is_probed_well(exchange.described(), status) {
        tell!(debug);
    } else {
        tell!(info);
    }
}

/// Whether a load balancer or an orchestrator was told what it hears every few seconds: in the log that would hide the rest.
fn is_probed_well(operation: Option<&Operation>, status: u16) -> bool {
    status == 200 && operation.is_some_and(|operation| !operations::is_protected(operation))
}

/// What comes back, as an answer.
async fn whatever<A: Endpoint>(exchange: Arc<Exchange>, entrance: Arc<Entrance<A>>, request: Box<Request>) -> Response {
    let id = exchange.id();
    match AssertUnwindSafe(entrance.answer(&exchange, request)).catch_unwind().await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => respond(id, Problem::from_framework(error, exchange.path())),
        Err(_) => respond(id, Problem::Panicked),
    }
}
