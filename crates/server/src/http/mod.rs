//! HTTP around the API: routes, who calls, what every answer carries.

mod answer;
mod body;
mod caller;
mod client;
mod documents;
mod entrance;
mod exchange;
mod head;
mod listen;
pub(crate) mod operations;
mod origin;
mod page;
mod unreadable;

use std::sync::Arc;

use openapi_poem_runtime::BodyTimeout;
use poem::{Endpoint, Response};

use answer::Always;
pub(crate) use caller::{Caller, Gate};
pub(crate) use client::Client;
use entrance::Entrance;
pub(crate) use exchange::{Exchange, RequestId};
pub(crate) use listen::{Limits, serve};

use crate::api::{self, Api};
use crate::audit::Audit;
use crate::metrics::Metrics;

/// The whole service: around everything what every answer carries, the way in, and the API.
pub(crate) fn service(
    api: Api,
    gate: Gate,
    body_timeout: BodyTimeout,
    proxies: usize,
    metrics: Metrics,
    audit: Audit,
) -> impl Endpoint<Output = Response> {
    let entrance = Arc::new(Entrance::new(gate, body_timeout, api::endpoint(api)));
    Always { entrance, proxies, metrics, audit }
}
