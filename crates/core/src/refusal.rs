//! Why a change is not made. Each sentence is for the caller: it names what is wrong and what to do.

use crate::{InstanceId, InstanceState};

/// A change that is refused before anything is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The machine is registered there already.
    #[error("{instance} is registered in target group '{group}' on port {port} already")]
    AlreadyAttached {
        /// The machine.
        instance: InstanceId,
        /// The name of the target group.
        group: String,
        /// The port.
        port: u16,
    },
    /// No registration of the machine is where the caller looked.
    #[error("{instance} is not registered in {place}")]
    NotAttached {
        /// The machine.
        instance: InstanceId,
        /// Where it was looked for, in words.
        place: String,
    },
    /// Every registration of the machine is draining already.
    #[error("{instance} is draining in {place} already; it is gone once its connections have ended")]
    Draining {
        /// The machine.
        instance: InstanceId,
        /// Where it was looked for, in words.
        place: String,
    },
    /// EC2 does not know the machine.
    #[error("EC2 does not know {0} in this region; a new instance may be unknown for some seconds")]
    UnknownInstance(InstanceId),
    /// The machine is gone for good.
    #[error("{instance} is {}; a terminated instance cannot be attached", state_word(*state))]
    TerminatedInstance {
        /// The machine.
        instance: InstanceId,
        /// Its state.
        state: InstanceState,
    },
    /// The load balancer has no group of this name.
    #[error("load balancer '{load_balancer}' has no target group '{group}'; it has {}", listed(choices))]
    TargetGroupNotFound {
        /// The name of the load balancer.
        load_balancer: String,
        /// The name that was asked for.
        group: String,
        /// The names of the groups it has.
        choices: Vec<String>,
    },
    /// The group to attach to cannot be told.
    #[error(
        "load balancer '{load_balancer}' has several target groups; name one with ?targetGroup=, out of {}",
        listed(choices)
    )]
    AmbiguousTargetGroup {
        /// The name of the load balancer.
        load_balancer: String,
        /// The names of the groups it has.
        choices: Vec<String>,
    },
    /// The load balancer has no group that takes instances.
    #[error("load balancer '{0}' has no target group that takes instances; create one and give it to a listener first")]
    NoTargetGroup(String),
    /// The named group takes no instances.
    #[error("target group '{group}' takes targets of type {target_type}, not instances")]
    UnsupportedTargetGroup {
        /// The name of the group.
        group: String,
        /// What it takes, in AWS's word.
        target_type: &'static str,
    },
}

fn state_word(state: InstanceState) -> &'static str {
    if state == InstanceState::ShuttingDown { "shutting down" } else { "terminated" }
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ")
}
