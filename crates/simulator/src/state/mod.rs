//! What the simulated account holds. Pure: no I/O, and the time is passed in; what changes with time is derived from
//! timestamps when it is read.

mod access_keys;
mod arn;
mod attributes;
pub(crate) mod auto_scaling;
mod balancing;
mod build;
mod checks;
pub(crate) mod classic;
mod conditions;
mod grouping;
mod health;
pub(crate) mod ids;
mod instance;
mod launching;
mod listener;
mod load_balancer;
mod naming;
mod network;
pub(crate) mod quotas;
mod refusal;
mod registering;
mod routing;
mod starting;
mod tagging;
pub(crate) mod tags;
mod target_group;
mod targets;
mod vpcs;
mod world;

pub(crate) use attributes::Attributes;
pub(crate) use balancing::LoadBalancerRequest;
pub use checks::CheckFailure;
pub(crate) use conditions::Conditions;
pub use conditions::{AdministrativeOverride, Anomaly};
pub(crate) use grouping::{CheckPort, HealthCheckSettings, TargetGroupRequest};
pub use health::{Health, HealthState};
pub(crate) use ids::ACCOUNT;
pub(crate) use instance::{Instance, Lifecycle, is_id, is_instance_id};
pub(crate) use launching::{Launch, LaunchRequest, StateChange};
pub(crate) use listener::{Action, Condition, Listener, ListenerRule, Redirect, WeightedGroup};
pub(crate) use load_balancer::{EnabledZone, LoadBalancer};
pub(crate) use naming::NamedTarget;
pub(crate) use network::{Subnet, Vpc};
pub(crate) use refusal::Refusal;
pub(crate) use registering::Moment;
pub(crate) use routing::ListenerSettings;
pub(crate) use tagging::{check_balancing_keys, check_balancing_tags, check_ec2_tags};
pub(crate) use target_group::TargetGroup;
pub(crate) use targets::{Registration, TargetKey};
pub(crate) use world::World;

#[cfg(test)]
mod health_tests;

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
