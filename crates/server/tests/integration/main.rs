//! The service as its users meet it: the real binary on a port of its own, spoken to over HTTP, on a real AWS endpoint:
//! the simulator, or moto where `ELBM_TEST_MOTO` names one. Every answer is held against the contract.
//!
//! What both backends can show is in `flows`; the other modules need the simulator.

mod backend;
mod change_sets;
mod changes;
mod clients;
mod connections;
mod context;
mod contract;
mod counts;
mod coverage;
mod credentials;
mod documents;
mod drain;
mod drain_faults;
mod events;
mod everywhere;
mod faults;
mod flows;
mod following;
mod guard;
mod kinds;
mod limits;
mod maintenance;
mod managers;
mod members;
mod promises;
mod readiness;
mod requests;
mod restore;
mod rounds;
mod soak;
mod standby;
mod startup;
mod statuses;
mod table;
mod thrift;
mod tls;
mod waits;
