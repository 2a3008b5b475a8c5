//! The operations of the contract, on the engine. A handler converts, calls, and converts back.

mod change_sets;
mod changing;
mod convert;
mod events;
mod everywhere;
mod instances;
mod load_balancers;
mod machines;
mod members;
mod service;
mod targets;

use std::sync::Arc;

use elbm_api::MachineInfo;
use elbm_engine::{Engine, Lists, Readiness};
use openapi_poem_runtime::JsonList;
use poem::Endpoint;

use crate::auth::Streams;
use crate::metrics::Metrics;
use crate::shutdown::Stopping;

pub(crate) use convert::target_state;

/// The contract, as it is in the repository.
pub(crate) const CONTRACT: &str = include_str!("../../../../openapi/swagger-file.yaml");

/// Implements the traits that are generated from the contract.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    /// What carries the operations out.
    pub(crate) engine: Engine,
    /// Whether it can.
    pub(crate) readiness: Readiness,
    /// How many load balancers each caller follows.
    pub(crate) streams: Arc<Streams>,
    /// When the service ends.
    pub(crate) stopping: Stopping,
    /// The lists that were answered last, with the versions of their memberships.
    pub(crate) lists: Lists<(JsonList<MachineInfo>, String)>,
    /// What is counted.
    pub(crate) metrics: Metrics,
}

/// No lists yet; each is rendered once, however many ask for it.
pub(crate) fn rendered_lists() -> Lists<(JsonList<MachineInfo>, String)> {
    Lists::new(|list| {
        let machines: JsonList<_> = list.machines.into_iter().map(convert::machine).collect();
        (machines.rendered(), list.version)
    })
}

/// Every operation of the contract.
pub(crate) fn endpoint(api: Api) -> impl Endpoint {
    poem::IntoEndpoint::into_endpoint(elbm_api::service(api))
}
