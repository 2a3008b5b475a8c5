//! Instances of a group in its target groups and Classic load balancers.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{AutoScalingGroup, ScalingRefusal, TrafficSource};
use crate::fleet::{FleetError, TargetType};
use crate::state::{HealthState, Moment, NamedTarget, World};

impl World {
    /// Registers instances in all of them, or in none. Rule: asg-registers.
    pub(super) fn register_in(
        &mut self,
        sources: &[TrafficSource],
        ids: &BTreeSet<String>,
        at: Moment,
    ) -> Result<(), ScalingRefusal> {
        if ids.is_empty() {
            return Ok(());
        }
        let mut tried = self.clone();
        for source in sources {
            tried.register_in_one(source, ids, at).map_err(ScalingRefusal::Registration)?;
        }
        *self = tried;
        Ok(())
    }

    fn register_in_one(&mut self, source: &TrafficSource, ids: &BTreeSet<String>, at: Moment) -> Result<(), String> {
        let text = |refusal: &dyn std::error::Error| refusal.to_string().trim_end_matches('.').to_owned();
        match source {
            TrafficSource::TargetGroup(arn) => self.register(arn, &named(ids), at).map_err(|refusal| text(&refusal)),
            TrafficSource::Classic(name) => {
                self.register_classic(name, ids, at).map(drop).map_err(|refusal| text(&refusal))
            }
        }
    }

    /// Registers instances for long enough to be healthy.
    pub(super) fn add_in(&mut self, source: &TrafficSource, id: &str, now: DateTime<Utc>) -> Result<(), FleetError> {
        match source {
            TrafficSource::Classic(name) => self.add_classic_instance(name, id, now),
            TrafficSource::TargetGroup(arn) => {
                let group = self.target_group(arn).map_err(|_| FleetError::UnknownTargetGroup(arn.clone()))?;
                let name = group.name.clone();
                self.add_target(&name, id, None, now)
            }
        }
    }

    /// Deregisters instances where they are registered, and returns how long they drain. What was deleted meanwhile is
    /// passed over. Rule: asg-deregisters.
    pub(super) fn deregister_in(&mut self, source: &TrafficSource, ids: &BTreeSet<String>, at: Moment) -> Duration {
        match source {
            TrafficSource::TargetGroup(arn) => {
                let Ok(group) = self.target_group(arn) else { return Duration::ZERO };
                let is_live = group
                    .targets
                    .members(at.now)
                    .any(|(key, registration)| ids.contains(&key.id) && registration.deregistered.is_none());
                let drains = if is_live { group.targets.deregistration_delay() } else { Duration::ZERO };
                self.deregister(arn, &named(ids), at).map_or(Duration::ZERO, |()| drains)
            }
            TrafficSource::Classic(name) => {
                let Ok(owner) = self.classic(name) else { return Duration::ZERO };
                let (drains, live) = (owner.attributes.drain_time(), &owner.live(at.now) & ids);
                let drains = if live.is_empty() { Duration::ZERO } else { drains };
                self.deregister_classic(name, &live, at).map_or(Duration::ZERO, |_| drains)
            }
        }
    }

    /// Whether a group of this VPC can use it. Rule: asg-traffic-sources.
    pub(super) fn check_source(&self, source: &TrafficSource, vpc: &str) -> Result<(), ScalingRefusal> {
        let (fits, refusal) = match source {
            TrafficSource::TargetGroup(arn) => {
                let fits =
                    |group: &crate::state::TargetGroup| group.target_type == TargetType::Instance && group.vpc == vpc;
                (self.target_group(arn).is_ok_and(fits), ScalingRefusal::TargetGroups)
            }
            TrafficSource::Classic(name) => {
                (self.classic(name).is_ok_and(|owner| owner.vpc == vpc), ScalingRefusal::LoadBalancers)
            }
        };
        if fits { Ok(()) } else { Err(refusal) }
    }

    /// Whether an instance of the group passes its health checks.
    pub(super) fn serves(&self, group: &AutoScalingGroup, source: &TrafficSource, now: DateTime<Utc>) -> bool {
        match source {
            TrafficSource::TargetGroup(arn) => self.target_group(arn).is_ok_and(|found| {
                found.targets.members(now).any(|(key, registration)| {
                    group.members.contains_key(&key.id)
                        && self.health(found, key, Some(registration), now).state == HealthState::Healthy
                })
            }),
            TrafficSource::Classic(name) => self
                .classic_health(name, &[], now)
                .is_ok_and(|told| told.iter().any(|(id, health)| group.members.contains_key(id) && health.passes())),
        }
    }
}

fn named(ids: &BTreeSet<String>) -> Vec<NamedTarget> {
    ids.iter().map(|id| NamedTarget { id: id.clone(), port: None, zone: None }).collect()
}
