//! HTTP around the API: routes, who calls, what every answer carries.

mod answer;
mod body;
mod caller;
mod client;
mod documents;
mod exchange;
mod head;
mod listen;
pub(crate) mod operations;
mod origin;
mod page;
mod unreadable;

use std::sync::Arc;

use openapi_poem_runtime::BodyTimeout;
use poem::{Endpoint, EndpointExt as _, Response, Route};

use answer::Always;
pub(crate) use caller::{Caller, Gate};
pub(crate) use client::Client;
pub(crate) use exchange::{Exchange, RequestId};
pub(crate) use listen::{Limits, serve};

use crate::api::{self, Api};
use crate::audit::Audit;
use crate::metrics::Metrics;

/// The whole service. The layers, from the outside: an answer for everything with id and log line; no large heads; no
/// changes from foreign pages; who calls; the web page; the routes.
pub(crate) fn routes(
    api: Api,
    gate: Gate,
    body_timeout: BodyTimeout,
    proxies: usize,
    metrics: Metrics,
    audit: Audit,
) -> impl Endpoint<Output = Response> {
    let gate = Arc::new(gate);
    let always = Arc::new(Always { proxies, metrics, audit });
    documents::add(Route::new().nest("/", api::endpoint(api)))
        .data(body_timeout)
        .around(body::bounded)
        .around(page::served)
        .around(move |next, request| caller::identified(Arc::clone(&gate), next, request))
        .around(origin::checked)
        .around(head::small)
        .around(move |next, request| answer::always(Arc::clone(&always), next, request))
}
