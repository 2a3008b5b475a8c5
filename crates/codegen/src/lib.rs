//! From an `OpenAPI` 3.1 contract to a server on poem-openapi.
//!
//! ```text
//! YAML ─ allow ─ references ─ examples ─ round trip ─ model ─ emit ─ files
//! ```
//!
//! Everything before the model proves that the contract says nothing that the generator would overlook: [`Contract::read`]
//! refuses it with a JSON pointer. [`generate`] cannot fail. [`conformance`] closes the circle: it holds the document that
//! the generated code emits against the contract.

mod allow;
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

pub use compare::{Difference, differences};
pub use contract::Contract;
pub use emit::{Files, generate};
pub use error::Error;
pub use names::Name;
