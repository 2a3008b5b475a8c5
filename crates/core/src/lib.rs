//! The domain, pure: what a load balancer, a target group and a machine are, what a change does, when it may not be
//! done and when it has been seen. No I/O, no SDK, no clock: every decision is a function of its arguments.

mod choice;
mod instance;
mod load_balancer;
mod machine;
mod membership;
mod plan;
mod refusal;
mod remedy;
mod target;
mod verify;

pub use choice::choose_group;
pub use instance::{Instance, InstanceId, InstanceState};
pub use load_balancer::{Kind, LoadBalancer, LoadBalancerState, Scheme, TargetGroup, TargetType};
pub use machine::{Knowledge, Machine, Registration, machine, machines};
pub use membership::{GroupMembership, Membership};
pub use plan::{Change, Selection, Step, plan_attach, plan_detach};
pub use refusal::Refusal;
pub use remedy::remedy;
pub use target::{Target, TargetState};
pub use verify::is_shown;
