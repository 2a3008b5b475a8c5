//! The domain, pure: what a load balancer, a target group and a machine are, what a change does, when it may not be
//! done and when it has been seen. No I/O, no SDK, no clock: every decision is a function of its arguments.

mod choice;
mod guard;
mod instance;
mod load_balancer;
mod machine;
mod membership;
mod plan;
mod refusal;
mod remedy;
mod settle;
mod target;
mod verify;
mod version;

pub use choice::choose_group;
pub use guard::guard;
pub use instance::{Instance, InstanceId, InstanceState};
pub use load_balancer::{GroupId, HealthCheck, Kind, LoadBalancer, LoadBalancerState, Scheme, TargetGroup, TargetType};
pub use machine::{Knowledge, Machine, Registration, machine, machines};
pub use membership::{Addresses, GroupMembership, Membership};
pub use plan::{Change, Selection, Step, plan_attach, plan_detach};
pub use refusal::Refusal;
pub use remedy::remedy;
pub use settle::{Goal, Progress, deadline, is_missing, poll_pause, progress};
pub use target::{Target, TargetKey, TargetState};
pub use verify::is_shown;
pub use version::membership_version;
