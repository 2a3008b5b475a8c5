//! The health of an instance of a Classic load balancer: derived from timestamps whenever it is asked.

use chrono::{DateTime, Utc};

use super::{ClassicLoadBalancer, ClassicRefusal, key};
use crate::clock::has_passed;
use crate::fleet::{FleetError, InstanceState};
use crate::state::World;
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

/// What an instance's checks have found since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Checks {
    passes: bool,
    since: DateTime<Utc>,
    /// Whether it was in service at that time.
    was_in_service: bool,
}

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

    /// `None` for a terminated instance.
    fn health_in(&self, owner: &ClassicLoadBalancer, id: &str, now: DateTime<Utc>) -> Option<InstanceHealth> {
        use ClassicState::{InService, OutOfService, Unknown};
        let told = |state, reason, description| Some(InstanceHealth { state, reason, description });
        let instance = self.instances.get(id).filter(|instance| instance.state != InstanceState::Terminated)?;
        let Some(registration) = owner.registered.shown_one(&key(id), now) else {
            let description = "Instance is not currently registered with the LoadBalancer.";
            return told(OutOfService, ReasonCode::Instance, description);
        };
        if owner.health_is_unknown {
            let description = "A transient error occurred. Please try again later.";
            return told(Unknown, ReasonCode::LoadBalancer, description);
        }
        // Rule: classic-draining.
        if registration.deregistered.is_some() {
            return told(InService, ReasonCode::None, "Instance deregistration currently in progress.");
        }
        let not_running = match instance.state {
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
        Some(owner.checked(id, registration, now))
    }

    /// Lets the checks of an instance fail from now on, or pass again.
    pub(crate) fn set_classic_checks(
        &mut self,
        name: &str,
        id: &str,
        passes: bool,
        now: DateTime<Utc>,
    ) -> Result<(), FleetError> {
        if !self.instances.contains_key(id) {
            return Err(FleetError::UnknownInstance(id.to_owned()));
        }
        let owner = self.classic.get_mut(name).ok_or_else(|| FleetError::UnknownLoadBalancer(name.to_owned()))?;
        let was_in_service =
            owner.registered.shown_one(&key(id), now).is_some_and(|found| owner.is_in_service(id, found, now));
        owner.checks.insert(id.to_owned(), Checks { passes, since: now, was_in_service });
        Ok(())
    }

    /// Lets the health of all instances of a load balancer be unknown, or known again.
    pub(crate) fn set_classic_health_unknown(&mut self, name: &str, unknown: bool) -> Result<(), FleetError> {
        let owner = self.classic.get_mut(name).ok_or_else(|| FleetError::UnknownLoadBalancer(name.to_owned()))?;
        owner.health_is_unknown = unknown;
        Ok(())
    }
}

impl ClassicLoadBalancer {
    /// What the checks say of a running instance. Rule: classic-checks.
    fn checked(&self, id: &str, registration: &Registration, now: DateTime<Utc>) -> InstanceHealth {
        use ClassicState::{InService, OutOfService};
        if self.is_in_service(id, registration, now) {
            return InstanceHealth { state: InService, reason: ReasonCode::None, description: PASSES };
        }
        if !has_passed(self.health_check.interval, registration.registered, now) {
            let description = "Instance registration is still in progress.";
            return InstanceHealth { state: OutOfService, reason: ReasonCode::LoadBalancer, description };
        }
        let found = self.found(id, registration);
        let description = if !found.passes && found.was_in_service {
            "Instance has failed at least the UnhealthyThreshold number of health checks consecutively."
        } else {
            "Instance has not passed the configured HealthyThreshold number of health checks consecutively."
        };
        InstanceHealth { state: OutOfService, reason: ReasonCode::Instance, description }
    }

    fn is_in_service(&self, id: &str, registration: &Registration, now: DateTime<Utc>) -> bool {
        let Checks { passes, since, was_in_service } = self.found(id, registration);
        match (passes, was_in_service) {
            (true, true) => true,
            (true, false) => has_passed(self.health_check.time_to_healthy(), since, now),
            (false, true) => !has_passed(self.health_check.time_to_unhealthy(), since, now),
            (false, false) => false,
        }
    }

    /// What the checks found last; a registration begins anew.
    fn found(&self, id: &str, registration: &Registration) -> Checks {
        let begun = registration.registered;
        match self.checks.get(id) {
            Some(found) if found.since > begun => *found,
            Some(before) => Checks { since: begun, was_in_service: false, ..*before },
            None => Checks { passes: true, since: begun, was_in_service: false },
        }
    }

    /// Keeps who is in service and who is not, whatever the thresholds will be.
    pub(super) fn keep_service_states(&mut self, now: DateTime<Utc>) {
        let kept: Vec<_> = self
            .registered
            .members(now)
            .map(|(key, found)| {
                let was_in_service = self.is_in_service(&key.id, found, now);
                let passes = self.found(&key.id, found).passes;
                (key.id.clone(), Checks { passes, since: now, was_in_service })
            })
            .collect();
        self.checks.extend(kept);
    }
}
