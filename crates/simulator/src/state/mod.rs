//! What the simulated account holds. Pure: no I/O, and the time is passed in; what changes with time is derived from
//! timestamps when it is read.

mod arn;
pub(crate) mod auto_scaling;
mod build;
mod checks;
pub(crate) mod classic;
mod conditions;
mod health;
pub(crate) mod ids;
mod instance;
mod load_balancer;
mod refusal;
mod registering;
mod target_group;
mod targets;
mod world;

pub use checks::CheckFailure;
pub(crate) use conditions::Conditions;
pub use conditions::{AdministrativeOverride, Anomaly};
pub use health::{Health, HealthState};
pub(crate) use ids::ACCOUNT;
pub(crate) use instance::{Instance, is_instance_id};
pub(crate) use load_balancer::{Listener, LoadBalancer};
pub(crate) use refusal::Refusal;
pub(crate) use registering::{Moment, NamedTarget};
pub(crate) use target_group::TargetGroup;
pub(crate) use targets::{Registration, TargetKey};
pub(crate) use world::World;

#[cfg(test)]
mod health_tests;

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
