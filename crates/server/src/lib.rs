//! The HTTP service: implements the API traits that are generated from the contract, on the engine.
//!
//! `main` parses the [`Options`] and runs [`serve`], [`simulate`] or [`healthcheck`].

mod api;
mod healthcheck;
mod http;
mod options;
mod problem;
mod serve;
mod shutdown;
mod simulate;
pub mod telemetry;

pub use healthcheck::healthcheck;
pub use options::{Command, HealthcheckOptions, Options, ServeOptions, SimulateOptions};
pub use serve::serve;
pub use simulate::simulate;
