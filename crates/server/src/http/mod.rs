//! HTTP around the API: routes, who calls, what every answer carries.

pub(crate) mod allow;
mod answer;
mod caller;
mod documents;
mod head;
mod listen;
mod origin;

use std::sync::Arc;

use elbm_engine::Engine;
use openapi_poem_runtime::BodyTimeout;
use poem::{Endpoint, EndpointExt as _, Response, Route};

pub(crate) use answer::RequestId;
pub(crate) use caller::Caller;
pub(crate) use listen::{Limits, serve};

use crate::api;
use crate::auth::Credentials;

/// The whole service. The layers, from the outside: an answer for everything with id and log line; no large heads; no
/// changes from foreign pages; who calls; the front page; the routes.
pub(crate) fn routes(
    engine: Engine,
    credentials: Option<Credentials>,
    body_timeout: BodyTimeout,
) -> impl Endpoint<Output = Response> {
    let credentials = credentials.map(Arc::new);
    documents::add(Route::new().nest("/", api::endpoint(engine)))
        .data(body_timeout)
        .around(documents::front)
        .around(move |next, request| caller::identified(credentials.clone(), next, request))
        .around(origin::checked)
        .around(head::small)
        .around(answer::always)
}
