//! From an `OpenAPI` 3.1 contract to a server on poem-openapi, and to a client.
//!
//! ```text
//! YAML ─ allow ─ references ─ examples ─ round trip ─ model ─ emit ─ files
//! ```
//!
//! Everything before the model proves that the contract says nothing that the generator would overlook: [`Contract::read`]
//! refuses it with a JSON pointer. [`generate`] cannot fail. [`conformance`] closes the circle: it holds the document that
//! the generated code emits against the contract. [`generate_client`] hands the contract to progenitor.

mod allow;
mod client;
mod compare;
pub mod conformance;
mod contract;
mod emit;
mod error;
mod examples;
pub mod files;
pub mod model;
mod names;
mod pointer;
mod references;
mod round_trip;

pub use client::generate_client;
pub use compare::{Difference, differences};
pub use contract::Contract;
pub use emit::{Files, generate};
pub use error::Error;
pub use names::Name;
