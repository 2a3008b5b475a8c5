//! The generator on small contracts: what it generates is committed, compiled here, run here and held fresh here.

mod answers;
mod conformance;
mod files;
mod freshness;
mod generated;
mod refusals;
mod requests;
mod server;
mod values;
