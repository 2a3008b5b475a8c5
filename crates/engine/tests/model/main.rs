//! The engine on the real AWS SDK against the simulator in one process, without a socket: properties over random worlds,
//! random changes and random failures. `PROPTEST_CASES` says how many cases each has.

mod connector;
mod drains;
mod guard;
mod lab;
mod lists;
mod network;
mod plans;
mod replicas;
mod scene;
mod table;
mod verified;
mod witness;
