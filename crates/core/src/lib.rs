//! The domain, pure: what a load balancer, a target group and a machine are, what a change does, when it may not be
//! done and when it has been seen. No I/O, no SDK, no clock: every decision is a function of its arguments.

mod budget;
mod change_set;
mod choice;
mod counts;
mod diff;
mod digest;
mod drain;
mod everywhere;
mod guard;
mod instance;
mod isolate;
mod load_balancer;
mod machine;
mod manager;
mod membership;
mod plan;
mod quota;
mod refusal;
mod remedy;
mod settle;
mod target;
mod verify;
mod version;

pub use budget::{Lane, Limit, Queue, Ticket, Turn};
pub use change_set::{ChangeItem, Planned, plan_change, plan_changes};
pub use choice::choose_group;
pub use counts::Counts;
pub use diff::{Difference, difference, follow_pause};
pub use drain::{DrainMemory, InvalidMemory, Remembered, RememberedGroup, RestorePlan, plan_drain, plan_restore};
pub use everywhere::{Everywhere, Place, PlacedRegistration, may_have};
pub use guard::Guard;
pub use instance::{Instance, InstanceId, InstanceState};
pub use isolate::{Isolation, isolate};
pub use load_balancer::{GroupId, HealthCheck, Kind, LoadBalancer, LoadBalancerState, Scheme, TargetGroup, TargetType};
pub use machine::{Knowledge, Machine, Registration, machine, machines};
pub use manager::{Managed, Manager, ManagerKind, consider};
pub use membership::{Addresses, GroupMembership, Membership};
pub use plan::{Change, Selection, Step, plan_attach, plan_detach, present};
pub use quota::{Limits, default_limits, over_quota};
pub use refusal::Refusal;
pub use remedy::remedy;
pub use settle::{Goal, Progress, deadline, is_missing, poll_pause, progress};
pub use target::{Target, TargetKey, TargetState};
pub use verify::{Shown, is_shown};
pub use version::membership_version;
