//! What is true of the groups, past all stale reads, before and after each call.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use elbm_core::TargetKey;
use elbm_simulator::{Handle, HealthState};

/// The registrations of a group that do not drain, and whether each is healthy.
pub(crate) type Live = BTreeMap<TargetKey, bool>;

/// The registrations of every group, by its name.
pub(crate) type Truth = BTreeMap<String, Live>;

/// Sees every call, and keeps those that changed who is registered.
#[derive(Debug, Clone)]
pub(crate) struct Witness {
    simulator: Handle,
    groups: Vec<Place>,
    changes: Arc<Mutex<Vec<(Truth, Truth)>>>,
}

/// Where targets are registered.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    Group(String),
    Classic(String),
}

impl Witness {
    pub(crate) fn new(simulator: Handle, groups: Vec<Place>) -> Self {
        Self { simulator, groups, changes: Arc::default() }
    }

    /// What is true now.
    pub(crate) fn look(&self) -> Truth {
        self.groups
            .iter()
            .map(|place| match place {
                Place::Group(name) => (name.clone(), self.group(name)),
                Place::Classic(name) => (name.clone(), self.classic(name)),
            })
            .collect()
    }

    fn group(&self, name: &str) -> Live {
        let members = self.simulator.membership(name).expect("the group is there").into_iter();
        let live = members.filter(|member| member.health.state != HealthState::Draining);
        live.map(|member| {
            (TargetKey { id: member.id, port: member.port, zone: None }, member.health.state == HealthState::Healthy)
        })
        .collect()
    }

    fn classic(&self, name: &str) -> Live {
        let passing = self.simulator.classic_passing(name).expect("the load balancer is there");
        let live = self.simulator.classic_membership(name).expect("the load balancer is there").into_iter();
        live.map(|id| {
            let is_healthy = passing.contains(&id);
            (TargetKey { id, port: None, zone: None }, is_healthy)
        })
        .collect()
    }

    /// A call was made, before which this was true.
    pub(crate) fn saw(&self, before: Truth) {
        let after = self.look();
        let keys = |truth: &Truth| -> Vec<Vec<TargetKey>> {
            truth.values().map(|live| live.keys().cloned().collect()).collect()
        };
        if keys(&before) != keys(&after) {
            self.changes.lock().unwrap_or_else(PoisonError::into_inner).push((before, after));
        }
    }

    /// What was true before and after each call that changed who is registered.
    pub(crate) fn changes(&self) -> Vec<(Truth, Truth)> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
