//! The HTTP service: implements the API traits that are generated from the contract, on the engine.
//!
//! `main` parses the [`Options`] and runs [`serve()`], [`simulate()`], [`healthcheck()`] or
//! [`add_credentials`].

mod api;
mod audit;
mod auth;
mod healthcheck;
mod http;
mod metrics;
mod open_files;
mod options;
mod problem;
mod reload;
mod serve;
mod shutdown;
mod simulate;
pub mod telemetry;
mod tls;

pub use auth::{ArnPattern, Pattern, Role, add as add_credentials};
pub use healthcheck::healthcheck;
pub use options::{
    AddOptions, Command, CredentialsCommand, HealthcheckOptions, Hidden, OfOthers, Options, ServeOptions,
    SimulateOptions,
};
pub use serve::serve;
pub use simulate::{FleetSource, simulate};
