//! The health of a target: derived from its timestamps whenever it is asked.

use chrono::{DateTime, Utc};

use super::target_group::TargetGroup;
use super::targets::Registration;
use crate::clock::has_passed;
use crate::fleet::InstanceState;
use crate::words::words;

words! {
    /// The state of a target, in AWS's words.
    HealthState {
        /// It is being registered, or its first checks run.
        Initial = "initial",
        /// It passed its checks.
        Healthy = "healthy",
        /// It is not registered, or takes no traffic though it is.
        Unused = "unused",
        /// It was deregistered and finishes its connections.
        Draining = "draining",
        /// It is not checked.
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
    pub description: Option<String>,
}

/// What a target's health depends on outside of its group. The defaults are those of a target that is no instance.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Backing {
    /// The state of the instance that is not running.
    pub(crate) not_running: Option<InstanceState>,
    /// Whether the instance is in a zone that the load balancer does not serve.
    pub(crate) in_other_zone: bool,
}

impl Health {
    /// The health of a target that is not registered. Rule: health-not-registered.
    pub(crate) fn not_registered() -> Self {
        Self::because(HealthState::Unused, "Target.NotRegistered", "Target is not registered to the target group")
    }

    /// The health of a target that is registered or drains.
    pub(crate) fn of(group: &TargetGroup, registration: &Registration, backing: Backing, now: DateTime<Utc>) -> Self {
        if registration.deregistered.is_some() {
            // Rule: health-draining.
            return Self::because(
                HealthState::Draining,
                "Target.DeregistrationInProgress",
                "Target deregistration is in progress",
            );
        }
        if group.load_balancer.is_none() {
            // Rule: health-not-in-use.
            return Self::because(
                HealthState::Unused,
                "Target.NotInUse",
                "Target group is not configured to receive traffic from the load balancer",
            );
        }
        if let Some(state) = backing.not_running {
            // Rule: health-invalid-state.
            let description = format!("Target is in the {state} state");
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
        if !group.checks_health() {
            return Self::because(HealthState::Unavailable, "Target.HealthCheckDisabled", "Health checks are disabled");
        }
        Self::in_the_first_checks(group, registration, now)
    }

    /// Rule: health-initial.
    fn in_the_first_checks(group: &TargetGroup, registration: &Registration, now: DateTime<Utc>) -> Self {
        let check = &group.health_check;
        if has_passed(check.time_to_healthy(), registration.registered, now) {
            Self { state: HealthState::Healthy, reason: None, description: None }
        } else if has_passed(check.interval, registration.registered, now) {
            Self::because(HealthState::Initial, "Elb.InitialHealthChecking", "Initial health checks in progress")
        } else {
            Self::because(HealthState::Initial, "Elb.RegistrationInProgress", "Target registration is in progress")
        }
    }

    fn because(state: HealthState, reason: &'static str, description: impl Into<String>) -> Self {
        Self { state, reason: Some(reason), description: Some(description.into()) }
    }
}
