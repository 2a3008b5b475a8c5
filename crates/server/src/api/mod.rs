//! The operations of the contract, on the engine. A handler converts, calls, and converts back.

mod change_sets;
mod changing;
mod convert;
mod everywhere;
mod instances;
mod load_balancers;
mod machines;
mod members;
mod service;
mod targets;

use elbm_engine::Engine;
use poem::Endpoint;

pub(crate) use convert::target_state;

/// The contract, as it is in the repository.
pub(crate) const CONTRACT: &str = include_str!("../../../../openapi/swagger-file.yaml");

/// Implements the traits that are generated from the contract.
#[derive(Debug, Clone)]
struct Api {
    engine: Engine,
}

/// Every operation of the contract, on this engine.
pub(crate) fn endpoint(engine: Engine) -> impl Endpoint {
    poem::IntoEndpoint::into_endpoint(elbm_api::service(Api { engine }))
}
