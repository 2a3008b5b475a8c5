//! Where the instances and the load balancers of a group are on their ways, derived from timestamps.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::clock::has_passed;
use crate::words::words;

/// How long an instance is pending, and a target group being added. Rule: asg-pending.
pub(super) const PENDING: Duration = Duration::from_secs(30);

words! {
    /// The lifecycle state of an instance.
    LifecycleState {
        Pending = "Pending",
        InService = "InService",
        EnteringStandby = "EnteringStandby",
        Standby = "Standby",
    }
}

/// Where an instance goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    InService,
    Standby,
}

/// An instance of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Member {
    pub(super) goal: Goal,
    pub(super) since: DateTime<Utc>,
    /// How long it takes until it is there.
    pub(super) takes: Duration,
}

impl Member {
    /// Rule: asg-lifecycle.
    pub(crate) fn lifecycle(&self, now: DateTime<Utc>) -> LifecycleState {
        match (self.goal, has_passed(self.takes, self.since, now)) {
            (Goal::InService, false) => LifecycleState::Pending,
            (Goal::InService, true) => LifecycleState::InService,
            (Goal::Standby, false) => LifecycleState::EnteringStandby,
            (Goal::Standby, true) => LifecycleState::Standby,
        }
    }

    /// Whether it is on its way.
    pub(super) fn moves(&self, now: DateTime<Utc>) -> bool {
        !has_passed(self.takes, self.since, now)
    }
}

/// What a group registers its instances in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TrafficSource {
    /// By its ARN.
    TargetGroup(String),
    /// By its name.
    Classic(String),
}

words! {
    /// The state of a target group or Classic load balancer of a group.
    AttachmentState {
        Adding = "Adding",
        Added = "Added",
        InService = "InService",
        Removing = "Removing",
    }
}

/// How a target group or Classic load balancer belongs to a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attachment {
    /// It was attached when the group was created.
    WithGroup,
    /// It was attached later.
    Attached { since: DateTime<Utc> },
    /// It was detached, and its instances drain for so long.
    Detached { since: DateTime<Utc>, drains: Duration },
}

impl Attachment {
    pub(crate) fn is_attached(&self) -> bool {
        !matches!(self, Self::Detached { .. })
    }

    /// The state; `None` where it is gone. `serves` says whether an instance passed a health check that counts.
    /// Rule: asg-attachment-states.
    pub(super) fn state(&self, serves: bool, now: DateTime<Utc>) -> Option<AttachmentState> {
        match self {
            Self::WithGroup => Some(AttachmentState::InService),
            Self::Attached { since } if !has_passed(PENDING, *since, now) => Some(AttachmentState::Adding),
            Self::Attached { .. } if serves => Some(AttachmentState::InService),
            Self::Attached { .. } => Some(AttachmentState::Added),
            Self::Detached { since, drains } => {
                (!has_passed(*drains, *since, now)).then_some(AttachmentState::Removing)
            }
        }
    }
}
