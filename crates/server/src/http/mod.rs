//! HTTP around the API: routes, who calls, what every answer carries.

pub(crate) mod allow;
mod answer;
mod caller;
mod documents;
mod listen;
mod origin;

use elbm_engine::Engine;
use openapi_poem_runtime::BodyTimeout;
use poem::{Endpoint, EndpointExt as _, Response, Route};

pub(crate) use answer::RequestId;
pub(crate) use caller::Caller;
pub(crate) use listen::{Limits, serve};

use crate::api;

/// The whole service. The layers, from the outside: an answer for everything with id and log line; no changes from
/// foreign pages; who calls; the front page; the routes.
pub(crate) fn routes(engine: Engine, body_timeout: BodyTimeout) -> impl Endpoint<Output = Response> {
    documents::add(Route::new().nest("/", api::endpoint(engine)))
        .data(body_timeout)
        .around(documents::front)
        .around(caller::identified)
        .around(origin::checked)
        .around(answer::always)
}
