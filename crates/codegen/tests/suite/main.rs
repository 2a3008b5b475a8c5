//! The generator on small contracts: what it generates is committed, compiled here, run here and held fresh here.

mod conformance;
mod files;
mod freshness;
mod generated;
mod refusals;
mod requests;
mod values;
