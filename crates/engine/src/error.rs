//! What the engine answers where it does not succeed.

use std::time::Duration;

use elbm_core::{Change, InstanceId, Refusal, Step};

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
    /// A decision of the domain; nothing was written.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// AWS refused the target; nothing was written. The sentence is AWS's.
    #[error("AWS refused the target: {0}")]
    InvalidTarget(String),
    /// A quota of AWS is reached; nothing was written. The sentence is AWS's.
    #[error("a quota of AWS is reached: {0}")]
    TooManyTargets(String),
    /// The target group was deleted meanwhile.
    #[error("target group '{0}' is gone; it was deleted meanwhile")]
    TargetGroupGone(String),
    /// An AWS call failed; nothing was written.
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// AWS took the change, or may have, and did not show it in time.
    #[error("AWS has not shown the change within {} s; it may have happened: list the machines, or repeat the request", .within.as_secs_f64())]
    EffectUnverified {
        /// How long AWS was asked.
        within: Duration,
        /// What became of each registration.
        items: Vec<Item>,
        /// The AWS call that failed last, for the log.
        source: Option<AwsError>,
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
        /// What ended the change.
        source: Box<Error>,
    },
    /// The task that carried the operation died.
    #[error("the operation ended unexpectedly")]
    Died(#[source] tokio::task::JoinError),
}

/// What became of one registration of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What was to be done.
    pub change: Change,
    /// The machine.
    pub instance: InstanceId,
    /// The name of the target group; `None` in a Classic load balancer.
    pub group: Option<String>,
    /// The port; `None` in a Classic load balancer.
    pub port: Option<u16>,
    /// What became of it.
    pub outcome: ItemOutcome,
}

impl Item {
    /// One for each registration of a step.
    pub(crate) fn of(step: &Step, outcome: ItemOutcome) -> impl Iterator<Item = Self> {
        step.keys.iter().map(move |key| Self {
            change: step.change,
            instance: step.instance.clone(),
            group: (!step.group.is_classic()).then(|| step.group.name.clone()),
            port: key.port,
            outcome,
        })
    }
}

/// What became of one registration of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemOutcome {
    /// AWS has shown the change.
    Done,
    /// The change was not made; why is the source of the failure.
    Failed,
    /// AWS took the change, or may have, and did not show it in time.
    Unverified,
    /// AWS was not asked.
    NotAttempted,
}
