//! Instances are registered and deregistered: the whole call is checked before anything is changed.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{ClassicLoadBalancer, ClassicRefusal, key};
use crate::fleet::InstanceState;
use crate::state::{Moment, World};

/// The most instances of a load balancer. Rule: classic-quotas.
const INSTANCES: usize = 1000;

impl World {
    /// Registers instances, all or none, and returns all that are registered. Rule: classic-whole-call.
    pub(crate) fn register_classic(
        &mut self,
        name: &str,
        ids: &BTreeSet<String>,
        at: Moment,
    ) -> Result<Vec<String>, ClassicRefusal> {
        let owner = self.classic(name)?;
        for id in ids {
            let instance = self.instances.get(id).ok_or_else(|| ClassicRefusal::UnknownInstance(id.clone()))?;
            if instance.state(at.now) != InstanceState::Running {
                return Err(ClassicRefusal::NotRunning(id.clone()));
            }
            if instance.vpc != owner.vpc {
                return Err(ClassicRefusal::OtherVpc(id.clone()));
            }
        }
        let all = &owner.live(at.now) | ids;
        if all.len() > INSTANCES {
            return Err(ClassicRefusal::TooManyInstances(INSTANCES));
        }
        let owner = self.classic_mut(name)?;
        for id in ids {
            owner.known.insert(id.clone());
            owner.registered.register(key(id), at.now, at.stale);
        }
        Ok(all.into_iter().collect())
    }

    /// Deregisters instances, all or none, and returns those that remain. One that drains, or has, is passed over; one
    /// that never was registered is refused. Rule: classic-whole-call. Rule: classic-unknown-instance.
    pub(crate) fn deregister_classic(
        &mut self,
        name: &str,
        ids: &BTreeSet<String>,
        at: Moment,
    ) -> Result<Vec<String>, ClassicRefusal> {
        let owner = self.classic_mut(name)?;
        if let Some(unknown) = ids.iter().find(|id| !owner.known.contains(*id)) {
            return Err(ClassicRefusal::UnknownInstance(unknown.clone()));
        }
        let remaining = &owner.live(at.now) - ids;
        for id in ids {
            owner.registered.deregister(key(id), at.now, at.stale);
        }
        Ok(remaining.into_iter().collect())
    }
}

impl ClassicLoadBalancer {
    /// The instances that are truly registered, but for those that drain.
    pub(crate) fn live(&self, now: DateTime<Utc>) -> BTreeSet<String> {
        let live = self.registered.members(now).filter(|(_, registration)| registration.deregistered.is_none());
        live.map(|(key, _)| key.id.clone()).collect()
    }
}
