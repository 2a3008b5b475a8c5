//! Why a change is not made. Each sentence is for the caller: it names what is wrong and what to do.

use crate::{InstanceId, InstanceState, InvalidMemory};

/// A change that is refused before anything is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The machine is registered there already.
    #[error("{instance} is registered in {place} already")]
    AlreadyAttached {
        /// The machine.
        instance: InstanceId,
        /// Where it is, in words.
        place: String,
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
    /// The machine does not run.
    #[error("{0} is stopped; AWS takes running instances only: start it first")]
    StoppedInstance(InstanceId),
    /// The machine is in an availability zone that the load balancer does not serve.
    #[error(
        "{instance} is in {zone}, which is not enabled on load balancer '{load_balancer}', so that it would get no \
         traffic; enabled are {}",
        listed(zones)
    )]
    ZoneNotEnabled {
        /// The machine.
        instance: InstanceId,
        /// Its availability zone.
        zone: String,
        /// The name of the load balancer.
        load_balancer: String,
        /// The zones that are enabled.
        zones: Vec<String>,
    },
    /// More targets than AWS takes.
    #[error("{place} would have {wanted} targets, but this account may have {limit} there; ask AWS for a higher quota")]
    OverQuota {
        /// The target group, or load balancer, in words.
        place: String,
        /// How many targets it would have.
        wanted: usize,
        /// How many it may have.
        limit: usize,
    },
    /// Two items of a change set are about the same target.
    #[error("items {first} and {second} are about the same target: {instance} in {place}; leave one out")]
    RepeatedTarget {
        /// The position of the one, from 0.
        first: usize,
        /// The position of the other.
        second: usize,
        /// The machine.
        instance: InstanceId,
        /// The target group, or load balancer, in words.
        place: String,
    },
    /// The membership is not the one that the caller has seen.
    #[error("the membership of '{load_balancer}' is {now} now, not {expected}; list the machines again")]
    MembershipChanged {
        /// The name of the load balancer.
        load_balancer: String,
        /// Its version now.
        now: String,
        /// The version that the caller has seen.
        expected: String,
    },
    /// The machine is in another network than the targets of the group.
    #[error("{instance} is in {own}, another VPC than the targets of '{group}'")]
    OtherVpc {
        /// The machine.
        instance: InstanceId,
        /// Its VPC.
        own: String,
        /// The name of the group.
        group: String,
    },
    /// The machine has no address that a group of addresses could take.
    #[error("EC2 shows no private address of {0}")]
    NoAddress(InstanceId),
    /// A Classic load balancer has no target groups.
    #[error("'{0}' is a Classic load balancer, which has no target groups; leave targetGroup out")]
    ClassicHasNoGroups(String),
    /// A Classic load balancer has the same port for all machines.
    #[error("'{0}' is a Classic load balancer, whose listeners decide the port; leave port out")]
    ClassicHasNoPorts(String),
    /// A v2 and a Classic load balancer have this name.
    #[error("there are a Classic load balancer '{0}' and one of another kind; say which with ?kind=")]
    AmbiguousLoadBalancer(String),
    /// The change would leave too few healthy targets.
    #[error(
        "detaching {instance} would leave {place} with {} of at least {minimum}; \
         force=true with an X-Reason detaches it all the same",
        healthy(*left)
    )]
    WouldBreachMinimumHealthy {
        /// The machine.
        instance: InstanceId,
        /// The target group, or load balancer, in words.
        place: String,
        /// The healthy targets that would be left.
        left: usize,
        /// The fewest that there shall be.
        minimum: usize,
    },
    /// No target is healthy, so that AWS sends traffic to all of them, and this is the last.
    #[error(
        "{instance} is the last target of {place}: none is healthy, so that AWS sends traffic to all of them; \
         force=true with an X-Reason detaches it all the same"
    )]
    LastTarget {
        /// The machine.
        instance: InstanceId,
        /// The target group, or load balancer, in words.
        place: String,
    },
    /// Somebody else manages the targets, in a sentence, and the service is told to leave such alone.
    #[error("{0}; this service refuses such changes")]
    Managed(String),
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
    /// An Auto Scaling group would replace the machine, or register it again.
    #[error(
        "{instance} belongs to the Auto Scaling group '{group}', which would replace it; asg=standby puts it into Standby \
         meanwhile"
    )]
    ManagedByAutoScaling {
        /// The machine.
        instance: InstanceId,
        /// The name of the Auto Scaling group.
        group: String,
    },
    /// The Auto Scaling group has the machine in a state out of which it cannot go where it should.
    #[error("{instance} is {state} in the Auto Scaling group '{group}', not {wanted}; wait until it is")]
    OtherLifecycle {
        /// The machine.
        instance: InstanceId,
        /// The name of the Auto Scaling group.
        group: String,
        /// The lifecycle state, in AWS's word.
        state: String,
        /// The lifecycle state that it would have to be in.
        wanted: &'static str,
    },
    /// Nothing is remembered of the machine.
    #[error("{0} was not drained: its tags remember nothing")]
    NotDrained(InstanceId),
    /// What is remembered of the machine cannot be trusted.
    #[error(
        "what the tags elbm.drain.* of {instance} remember cannot be trusted: {why}; attach the machine where it belongs, \
         and delete these tags"
    )]
    DrainMemoryInvalid {
        /// The machine.
        instance: InstanceId,
        /// Why not.
        why: InvalidMemory,
    },
    /// The instance has no room for the tags in which its registrations would be remembered.
    #[error(
        "{instance} needs {needed} tags to remember what it is drained from, and has room for {free}; delete some first"
    )]
    TagQuota {
        /// The machine.
        instance: InstanceId,
        /// How many tags are needed.
        needed: usize,
        /// How many it can have.
        free: usize,
    },
    /// An address cannot be registered again yet.
    #[error(
        "{address} of {instance} is still draining in target group '{group}', and AWS takes an address again only once it is \
         gone; repeat the request then"
    )]
    AddressDraining {
        /// The machine.
        instance: InstanceId,
        /// The address.
        address: String,
        /// The name of the target group.
        group: String,
    },
    /// Groups that the machine was drained from are not there any more.
    #[error(
        "{instance} was drained from what is not there any more: {}; skipGone=true restores the rest, and forgets it",
        listed(groups)
    )]
    RememberedGroupsGone {
        /// The machine.
        instance: InstanceId,
        /// The names of the target groups and Classic load balancers.
        groups: Vec<String>,
    },
}

impl Refusal {
    /// Whether it follows from which target groups the load balancer has.
    #[must_use]
    pub fn is_about_groups(&self) -> bool {
        matches!(
            self,
            Self::TargetGroupNotFound { .. }
                | Self::AmbiguousTargetGroup { .. }
                | Self::NoTargetGroup(_)
                | Self::UnsupportedTargetGroup { .. }
                | Self::NotAttached { .. }
                | Self::Draining { .. }
                | Self::ZoneNotEnabled { .. }
        )
    }
}

fn healthy(left: usize) -> String {
    if left == 1 { "1 healthy target".to_owned() } else { format!("{left} healthy targets") }
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
