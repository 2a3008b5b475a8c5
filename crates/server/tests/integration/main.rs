//! The service as its users meet it: the real binary on a port of its own, spoken to over HTTP, on a real AWS endpoint:
//! the simulator, or moto where `ELBM_TEST_MOTO` names one. Every answer is held against the contract.
//!
//! What both backends can show is in `flows`; the other modules need the simulator.

mod audit;
mod audited;
mod aws_sign_in;
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
mod identities;
mod kinds;
mod lease_faults;
mod lease_table;
mod limits;
mod maintenance;
mod managers;
mod members;
mod metrics;
mod monitoring;
mod promises;
mod readiness;
mod replicas;
mod requests;
mod restore;
mod rounds;
mod secrets;
mod soak;
mod standby;
mod startup;
mod statuses;
mod table;
mod thrift;
mod tls;
mod traces;
mod waits;
