//! What the engine answers where it does not succeed.

use std::sync::Arc;
use std::time::Duration;

use elbm_core::{Change, ChangeItem, InstanceId, Refusal, Step, TargetKey, TargetState};

use crate::aws::AwsError;

/// Why an operation did not succeed. `Display` is the sentence for the caller where the fault is the caller's, and
/// never has AWS's details where it is not.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The region has no load balancer of this name.
    #[error("there is no load balancer '{0}' in this region")]
    LoadBalancerNotFound(String),
    /// The load balancer has no registration of this machine.
    #[error("{instance} is not registered in load balancer '{load_balancer}'")]
    MemberNotFound {
        /// The machine.
        instance: InstanceId,
        /// The name of the load balancer.
        load_balancer: String,
    },
    /// EC2 does not know the machine, and it is registered nowhere.
    #[error("EC2 does not know {0} in this region, and it is registered nowhere")]
    InstanceNotFound(InstanceId),
    /// The machine is where the caller may change nothing; nothing was written.
    #[error(
        "{0} is, or was, behind load balancers or in target groups that these credentials are not for; they have to be for \
         all of them, and for all load balancers where it is behind none or no load balancer uses a target group"
    )]
    NotPermitted(InstanceId),
    /// Auto Scaling refused to move the machine into or out of Standby; nothing was written. The sentence is AWS's.
    #[error("Auto Scaling refused it: {0}")]
    StandbyRefused(String),
    /// A decision of the domain; nothing was written.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// AWS did not take a write; nothing was written.
    #[error(transparent)]
    Write(#[from] Failure),
    /// A read of AWS failed; nothing was written.
    #[error(transparent)]
    Aws(Arc<AwsError>),
    /// AWS took the change, or may have, and did not show it in time.
    #[error("AWS has not shown the change within {} s; it may have happened: list the machines, or repeat the request", .within.as_secs_f64())]
    EffectUnverified {
        /// How long AWS was asked.
        within: Duration,
        /// What became of each registration.
        items: Vec<Item>,
        /// The AWS call that failed last, for the log.
        source: Option<Arc<AwsError>>,
    },
    /// AWS answered, but too slowly for the whole operation.
    #[error("AWS did not answer in time: the operation was not done within {} s", .within.as_secs_f64())]
    TooSlow {
        /// How long it had.
        within: Duration,
    },
    /// The change goes on, but its caller has waited long enough.
    #[error("the change is not done within {} s and goes on; it may happen: list the machines, or repeat the request", .within.as_secs_f64())]
    Unfinished {
        /// How long the caller waited.
        within: Duration,
    },
    /// Part of the change was made.
    #[error("AWS failed after a part of the change was made; repeat the request to finish it")]
    PartialFailure {
        /// What became of each registration.
        items: Vec<Item>,
        /// The first failure.
        source: Failure,
    },
    /// Items of a change set were refused, by the domain or by AWS; the others were made, or were so already.
    #[error("{} of {} changes were refused, and the others are done; items tells which and why", refused(items), items.len())]
    ItemsRefused {
        /// What became of each registration.
        items: Vec<Item>,
    },
    /// A read failed that several had asked for.
    #[error(transparent)]
    Shared(Arc<Error>),
    /// Another replica has the lease for too long; nothing was written.
    #[error("another replica of this service has been changing it for {} s ({name}); repeat the request", .within.as_secs_f64())]
    LeaseHeld {
        /// What it is changing.
        name: String,
        /// How long it was waited for.
        within: Duration,
    },
    /// The table in which replicas hold their leases is not there; nothing was written.
    #[error(
        "the lease table '{0}' is not there, without which replicas cannot take turns; make it, or name another one by --lease-table"
    )]
    NoLeaseTable(String),
    /// AWS was not reached yet, or did not let the service read or take leases.
    #[error("not ready yet")]
    NotReady {
        /// What failed last; `None` where nothing has ended yet.
        source: Option<Arc<Self>>,
    },
    /// The task that carried the operation died.
    #[error("the operation ended unexpectedly")]
    Died(#[source] tokio::task::JoinError),
}

impl From<AwsError> for Error {
    fn from(error: AwsError) -> Self {
        Self::Aws(Arc::new(error))
    }
}

impl From<Arc<AwsError>> for Error {
    fn from(error: Arc<AwsError>) -> Self {
        Self::Aws(error)
    }
}

impl Error {
    /// Whether it may be so only because the load balancer has other target groups by now than it had when they were read.
    pub(crate) fn may_be_of_old_topology(&self) -> bool {
        match self {
            Self::MemberNotFound { .. } | Self::Write(Failure::TargetGroupGone(_) | Failure::LoadBalancerGone(_)) => {
                true
            }
            Self::Refused(refusal) => refusal.is_about_groups(),
            Self::Aws(error) => error.code().is_some_and(|code| code.ends_with("NotFound")),
            _ => false,
        }
    }

    /// Whether a change that ended so has written nothing, for certain.
    pub(crate) fn changed_nothing(&self) -> bool {
        match self {
            Self::LoadBalancerNotFound(_)
            | Self::MemberNotFound { .. }
            | Self::InstanceNotFound(_)
            | Self::NotPermitted(_)
            | Self::StandbyRefused(_)
            | Self::Refused(_)
            | Self::Write(_)
            | Self::Aws(_)
            | Self::Shared(_)
            | Self::LeaseHeld { .. }
            | Self::NoLeaseTable(_)
            | Self::NotReady { .. }
            | Self::TooSlow { .. } => true,
            Self::EffectUnverified { .. }
            | Self::Unfinished { .. }
            | Self::PartialFailure { .. }
            | Self::ItemsRefused { .. }
            | Self::Died(_) => false,
        }
    }
}

/// Why AWS did not take a write.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// AWS refused the target. The sentence is AWS's.
    #[error("AWS refused the target: {0}")]
    InvalidTarget(String),
    /// A quota of AWS is reached. The sentence is AWS's.
    #[error("a quota of AWS is reached: {0}")]
    TooManyTargets(String),
    /// The target group was deleted meanwhile.
    #[error("target group '{0}' is gone; it was deleted meanwhile")]
    TargetGroupGone(String),
    /// The Classic load balancer was deleted meanwhile.
    #[error("load balancer '{0}' is gone; it was deleted meanwhile")]
    LoadBalancerGone(String),
    /// The call failed.
    #[error(transparent)]
    Aws(Arc<AwsError>),
}

impl Failure {
    /// Whether the target is at fault, so that other targets may do better.
    fn concerns_target(&self) -> bool {
        matches!(self, Self::InvalidTarget(_) | Self::TooManyTargets(_))
    }
}

/// What became of one registration of a change.
#[derive(Debug, Clone)]
pub struct Item {
    /// What was to be done.
    pub change: Change,
    /// The machine.
    pub instance: InstanceId,
    /// The name of the target group; `None` in a Classic load balancer, and where the item did not get so far.
    pub group: Option<String>,
    /// The port; `None` in a Classic load balancer, and where the item did not get so far.
    pub port: Option<u16>,
    /// Its state after the change, where it is known.
    pub state: Option<TargetState>,
    /// What became of it.
    pub outcome: ItemOutcome,
}

/// What became of one registration of a change.
#[derive(Debug, Clone)]
pub enum ItemOutcome {
    /// AWS has shown the change.
    Done,
    /// It was so already.
    Unchanged,
    /// It would be made.
    Planned,
    /// It may not be made.
    Refused(Refusal),
    /// AWS refused it, or failed: it was not made.
    Failed(Failure),
    /// AWS took the change, or may have, and did not show it in time. With the call that failed last, for the log.
    Unverified(Option<Arc<AwsError>>),
    /// AWS refused it together with others, and it took too many calls to find out which of them is bad: it
    /// was not tried alone.
    NotAttempted(Failure),
}

impl Item {
    /// Of one registration of a step.
    pub(crate) fn new(step: &Step, key: &TargetKey, outcome: ItemOutcome) -> Self {
        Self {
            change: step.change,
            instance: step.instance.clone(),
            group: (!step.group.is_classic()).then(|| step.group.name.clone()),
            port: key.port,
            state: None,
            outcome,
        }
    }

    /// Of an item that has no registration.
    pub(crate) fn bare(item: &ChangeItem, outcome: ItemOutcome) -> Self {
        let ChangeItem { change, instance, selection } = item.clone();
        Self { change, instance, group: selection.group, port: selection.port, state: None, outcome }
    }
}

fn refused(items: &[Item]) -> usize {
    items.iter().filter(|item| !item.outcome.is_done()).count()
}

impl ItemOutcome {
    fn is_done(&self) -> bool {
        matches!(self, Self::Done | Self::Unchanged)
    }

    fn is_made(&self) -> bool {
        matches!(self, Self::Done | Self::Unverified(_))
    }

    fn failure(&self) -> Option<&Failure> {
        if let Self::Failed(failure) = self { Some(failure) } else { None }
    }
}

/// The items, where all are done or were so already. `alone` tells that they are all of one machine, whose failures are
/// those of the whole; in a change set a bad target is the fault of its item.
///
/// # Errors
/// What the worst of them means for the whole: AWS failed, or did not show a change within this time, or items were refused.
pub(crate) fn judged(items: Vec<Item>, within: Duration, alone: bool) -> Result<Vec<Item>, Error> {
    let mut failures = items.iter().filter_map(|item| item.outcome.failure());
    if let Some(source) = failures.find(|failure| alone || !failure.concerns_target()).cloned() {
        let partial = items.iter().any(|item| item.outcome.is_made());
        return Err(if partial { Error::PartialFailure { items, source } } else { source.into() });
    }
    let unverified =
        |item: &Item| if let ItemOutcome::Unverified(call) = &item.outcome { Some(call.clone()) } else { None };
    if let Some(source) = items.iter().find_map(unverified) {
        return Err(Error::EffectUnverified { within, items, source });
    }
    if items.iter().all(|item| item.outcome.is_done()) { Ok(items) } else { Err(Error::ItemsRefused { items }) }
}
