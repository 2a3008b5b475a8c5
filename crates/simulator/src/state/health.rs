//! The health of a target: derived from facts and their times whenever it is asked.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use super::checks::{Change, CheckFailure, Finding};
use super::target_group::TargetGroup;
use super::targets::Registration;
use crate::fleet::{InstanceState, LoadBalancerKind};
use crate::words::words;

words! {
    /// The state of a target, in AWS's words.
    HealthState {
        /// It is being registered, or its first checks run.
        Initial = "initial",
        /// It passed its checks.
        Healthy = "healthy",
        /// It failed its checks.
        Unhealthy = "unhealthy",
        /// It failed its checks, and finishes its connections.
        UnhealthyDraining = "unhealthy.draining",
        /// It is not registered, or takes no traffic though it is.
        Unused = "unused",
        /// It was deregistered and finishes its connections.
        Draining = "draining",
        /// It is not checked, or nobody knows what the checks found.
        Unavailable = "unavailable",
    }
}

/// The health of a target, as `DescribeTargetHealth` tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// The state.
    pub state: HealthState,
    /// Why it is so, in AWS's code; `None` for a healthy target.
    pub reason: Option<&'static str>,
    /// Why it is so, in AWS's words; `None` for a healthy target.
    pub description: Option<Cow<'static, str>>,
}

/// What the health of a registered target depends on outside of its group.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Backing<'a> {
    /// The kind of the load balancer that uses the group; `None` where none does.
    pub(crate) kind: Option<LoadBalancerKind>,
    /// The state of the instance that is not running.
    pub(crate) not_running: Option<InstanceState>,
    /// Whether the target is in a zone that the load balancer does not serve.
    pub(crate) in_other_zone: bool,
    /// Whether a load balancer has the address of the target.
    pub(crate) is_reserved: bool,
    /// Since when the instance runs and the address is free.
    pub(crate) ready_since: DateTime<Utc>,
    /// What the checks of the target's id meet.
    pub(crate) changes: &'a [Change],
}

impl Health {
    /// The health of a target that is not registered. Rule: health-not-registered.
    pub(crate) fn not_registered() -> Self {
        Self::because(HealthState::Unused, "Target.NotRegistered", "Target is not registered to the target group")
    }

    /// The health of a target that is registered or drains. The descriptions are AWS's. Rule: health-descriptions.
    pub(crate) fn of(
        group: &TargetGroup,
        port: Option<u16>,
        registration: &Registration,
        backing: Backing<'_>,
        now: DateTime<Utc>,
    ) -> Self {
        if registration.deregistered.is_some() {
            // Rule: health-draining.
            return Self::because(
                HealthState::Draining,
                "Target.DeregistrationInProgress",
                "Target deregistration is in progress",
            );
        }
        let Some(kind) = backing.kind else {
            // Rule: health-not-in-use.
            return Self::because(
                HealthState::Unused,
                "Target.NotInUse",
                "Target group is not configured to receive traffic from the load balancer",
            );
        };
        if let Some(state) = backing.not_running {
            // Rule: health-invalid-state.
            let description = match state {
                InstanceState::Stopped => "Target is in the stopped state",
                InstanceState::Terminated => "Target is in the terminated state",
                _ => "Target is in an invalid state",
            };
            return Self::because(HealthState::Unused, "Target.InvalidState", description);
        }
        if backing.in_other_zone {
            // Rule: health-zone.
            return Self::because(
                HealthState::Unused,
                "Target.NotInUse",
                "Target is in an Availability Zone that is not enabled for the load balancer",
            );
        }
        if backing.is_reserved {
            // Rule: health-ip-unusable.
            return Self::because(
                HealthState::Unused,
                "Target.IpUnusable",
                "The IP address cannot be used as a target, as it is in use by a load balancer",
            );
        }
        if !group.checks_health() {
            return Self::because(HealthState::Unavailable, "Target.HealthCheckDisabled", "Health checks are disabled");
        }
        // Rule: health-begins-anew.
        let ready = registration.registered.max(group.used_since).max(backing.ready_since);
        let begin = group.checks_begin(ready);
        let changes = backing.changes.iter().filter(|change| change.port.is_none() || change.port == port);
        Self::found(Finding::of(&group.health_check, changes, begin, now), kind, group)
    }

    /// Rule: health-initial.
    fn found(finding: Finding, kind: LoadBalancerKind, group: &TargetGroup) -> Self {
        match finding {
            Finding::Healthy => Self { state: HealthState::Healthy, reason: None, description: None },
            Finding::Undecided => {
                Self::because(HealthState::Initial, "Elb.InitialHealthChecking", "Initial health checks in progress")
            }
            Finding::Unchecked => {
                Self::because(HealthState::Initial, "Elb.RegistrationInProgress", "Target registration is in progress")
            }
            Finding::Unhealthy { failure, lasting } => {
                // Rule: unhealthy-draining.
                let drains = lasting < group.attributes.unhealthy_draining();
                Self::failed(
                    failure,
                    kind,
                    if drains { HealthState::UnhealthyDraining } else { HealthState::Unhealthy },
                )
            }
        }
    }

    /// Why checks have failed, as each kind of load balancer tells it. Rule: health-failures.
    fn failed(failure: CheckFailure, kind: LoadBalancerKind, unhealthy: HealthState) -> Self {
        let is_application = kind == LoadBalancerKind::Application;
        match failure {
            CheckFailure::InternalError => {
                // Rule: health-internal-error.
                let state = if is_application { unhealthy } else { HealthState::Unavailable };
                Self::because(state, "Elb.InternalError", "Health checks failed due to an internal error")
            }
            CheckFailure::ResponseCode(code) if is_application => Self::because(
                unhealthy,
                "Target.ResponseCodeMismatch",
                format!("Health checks failed with these codes: [{code}]"),
            ),
            CheckFailure::Timeout if is_application => Self::because(unhealthy, "Target.Timeout", "Request timed out"),
            CheckFailure::ResponseCode(_) | CheckFailure::Timeout | CheckFailure::Connection => {
                Self::because(unhealthy, "Target.FailedHealthChecks", "Health checks failed")
            }
        }
    }

    fn because(state: HealthState, reason: &'static str, description: impl Into<Cow<'static, str>>) -> Self {
        Self { state, reason: Some(reason), description: Some(description.into()) }
    }
}
