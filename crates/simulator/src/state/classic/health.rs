//! The health of an instance of a Classic load balancer: derived from timestamps whenever it is asked.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{ClassicLoadBalancer, ClassicRefusal, key};
use crate::fleet::InstanceState;
use crate::state::World;
use crate::state::checks::{Change, CheckFailure, CheckLog, Finding};
use crate::state::targets::Registration;
use crate::words::words;

words! {
    /// The state of an instance of a Classic load balancer.
    ClassicState {
        InService = "InService",
        OutOfService = "OutOfService",
        Unknown = "Unknown",
    }
}

words! {
    /// Whose the reason is.
    ReasonCode {
        LoadBalancer = "ELB",
        Instance = "Instance",
        None = "N/A",
    }
}

/// The health of an instance, as `DescribeInstanceHealth` tells it. Rule: classic-health.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InstanceHealth {
    pub(crate) state: ClassicState,
    pub(crate) reason: ReasonCode,
    pub(crate) description: &'static str,
}

impl InstanceHealth {
    /// Whether it passes its checks and does not drain.
    pub(crate) fn passes(&self) -> bool {
        self.state == ClassicState::InService && self.description == PASSES
    }
}

/// What is told of an instance that passes its checks.
const PASSES: &str = "N/A";

impl World {
    /// The health of the named instances, or of all where none is named: those that are registered and those that drain.
    /// That of terminated ones is not told. Rule: classic-terminated.
    pub(crate) fn classic_health(
        &self,
        name: &str,
        ids: &[String],
        now: DateTime<Utc>,
    ) -> Result<Vec<(String, InstanceHealth)>, ClassicRefusal> {
        let owner = self.classic(name)?;
        let asked: Vec<String> = if ids.is_empty() {
            owner.registered.shown(now).map(|(key, _)| key.id.clone()).collect()
        } else {
            ids.to_vec()
        };
        // Rule: classic-unknown-instance.
        if let Some(unknown) = asked.iter().find(|id| !owner.known.contains(*id)) {
            return Err(ClassicRefusal::UnknownInstance(unknown.clone()));
        }
        let told = asked.into_iter().filter_map(|id| self.health_in(owner, &id, now).map(|health| (id, health)));
        Ok(told.collect())
    }

    /// The instances that are truly registered and pass their checks, past all stale reads.
    pub(crate) fn classic_passing(&self, owner: &ClassicLoadBalancer, now: DateTime<Utc>) -> Vec<String> {
        let passes = |id: &str, registration: &Registration| {
            let instance = self.instances.get(id).filter(|instance| instance.state(now) == InstanceState::Running);
            instance.is_some_and(|instance| owner.availability_zones.contains(&instance.availability_zone))
                && owner.checked(self.conditions.checks.of(id), id, registration, now).passes()
        };
        let live = owner.registered.members(now).filter(|(_, registration)| registration.deregistered.is_none());
        live.filter(|(key, registration)| passes(&key.id, registration)).map(|(key, _)| key.id.clone()).collect()
    }

    /// `None` for a terminated instance.
    fn health_in(&self, owner: &ClassicLoadBalancer, id: &str, now: DateTime<Utc>) -> Option<InstanceHealth> {
        use ClassicState::{InService, OutOfService};
        let told = |state, reason, description| Some(InstanceHealth { state, reason, description });
        let instance = self.instances.get(id).filter(|instance| instance.state(now) != InstanceState::Terminated)?;
        let Some(registration) = owner.registered.shown_one(&key(id), now) else {
            let description = "Instance is not currently registered with the LoadBalancer.";
            return told(OutOfService, ReasonCode::Instance, description);
        };
        // Rule: classic-draining.
        if registration.deregistered.is_some() {
            return told(InService, ReasonCode::None, "Instance deregistration currently in progress.");
        }
        let not_running = match instance.state(now) {
            InstanceState::Running => None,
            InstanceState::Pending => Some("Instance is in pending state."),
            InstanceState::Stopping | InstanceState::Stopped => Some("Instance is in stopped state."),
            InstanceState::ShuttingDown | InstanceState::Terminated => Some("Instance is in terminated state."),
        };
        if let Some(description) = not_running {
            return told(OutOfService, ReasonCode::Instance, description);
        }
        // Rule: classic-other-zone.
        if !owner.availability_zones.contains(&instance.availability_zone) {
            let description = "Instance is in the EC2 Availability Zone for which LoadBalancer is not configured to \
                               route traffic to.";
            return told(OutOfService, ReasonCode::LoadBalancer, description);
        }
        Some(owner.checked(self.conditions.checks.of(id), id, registration, now))
    }
}

impl ClassicLoadBalancer {
    /// What the checks say of a running instance that meets these changes. Rule: classic-checks.
    fn checked(&self, changes: &[Change], id: &str, registration: &Registration, now: DateTime<Utc>) -> InstanceHealth {
        use ClassicState::{InService, OutOfService, Unknown};
        let (state, reason, description) = match self.finding(changes, id, registration, now) {
            Finding::Healthy => (InService, ReasonCode::None, PASSES),
            Finding::Unchecked => {
                (OutOfService, ReasonCode::LoadBalancer, "Instance registration is still in progress.")
            }
            Finding::Undecided => (
                OutOfService,
                ReasonCode::Instance,
                "Instance has not passed the configured HealthyThreshold number of health checks consecutively.",
            ),
            Finding::Unhealthy { failure: CheckFailure::InternalError, .. } => {
                (Unknown, ReasonCode::LoadBalancer, "A transient error occurred. Please try again later.")
            }
            Finding::Unhealthy { .. } => (
                OutOfService,
                ReasonCode::Instance,
                "Instance has failed at least the UnhealthyThreshold number of health checks consecutively.",
            ),
        };
        InstanceHealth { state, reason, description }
    }

    /// What the checks have found since the registration, or since they are configured as they are: until then they have
    /// found what those before them had.
    fn finding(&self, changes: &[Change], id: &str, registration: &Registration, now: DateTime<Utc>) -> Finding {
        let before = self.configured.as_ref().filter(|configured| configured.at > registration.registered);
        let begin = before.map_or(registration.registered, |configured| configured.at);
        let port = self.health_check.port();
        let own = changes.iter().filter(|change| change.port.is_none_or(|changed| Some(changed) == port));
        let found = Finding::of(&self.health_check.counted(), own, begin, now);
        match before {
            Some(before) if matches!(found, Finding::Unchecked | Finding::Undecided) => {
                before.found.get(id).copied().unwrap_or(found)
            }
            _ => found,
        }
    }

    /// What the checks have found so far of every instance, whatever their settings will be.
    pub(super) fn found_so_far(&self, checks: &CheckLog, now: DateTime<Utc>) -> Configured {
        let found = self
            .registered
            .members(now)
            .map(|(key, registration)| (key.id.clone(), self.finding(checks.of(&key.id), &key.id, registration, now)));
        Configured { at: now, found: found.collect() }
    }
}

/// When checks were configured, and what those before them had found.
#[derive(Debug, Clone)]
pub(super) struct Configured {
    at: DateTime<Utc>,
    /// By the ids of the instances.
    found: BTreeMap<String, Finding>,
}
