//! Classic load balancers: they know instances, not target groups.

mod attributes;
mod create;
mod health;
mod instances;
mod refusal;
mod settings;
mod tags;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

pub(crate) use attributes::{AccessLog, Attributes, DesyncMode};
pub(crate) use refusal::ClassicRefusal;
pub(crate) use tags::with as with_tags;

use self::health::Configured;
use super::targets::{TargetKey, Targets};
use super::{World, ids};
use crate::fleet::{ClassicHealthCheck, ClassicListener, Scheme};

/// A Classic load balancer.
#[derive(Debug, Clone)]
pub(crate) struct ClassicLoadBalancer {
    pub(crate) name: String,
    pub(crate) scheme: Scheme,
    pub(crate) vpc: String,
    pub(crate) availability_zones: BTreeSet<String>,
    pub(crate) created: DateTime<Utc>,
    /// By port.
    pub(crate) listeners: BTreeMap<u16, ClassicListener>,
    pub(crate) health_check: ClassicHealthCheck,
    pub(crate) attributes: Attributes,
    pub(crate) tags: BTreeMap<String, String>,
    /// Who is registered, and who drains.
    registered: Targets,
    /// Every instance that was ever registered. Rule: classic-unknown-instance.
    known: BTreeSet<String>,
    /// When the health check was configured, where it was.
    configured: Option<Configured>,
}

impl ClassicLoadBalancer {
    pub(crate) fn dns_name(&self, region: &str) -> String {
        let prefix = if self.scheme == Scheme::Internal { "internal-" } else { "" };
        let digits = 1_000_000_000 + ids::number(&format!("classic {}", self.name)) % 1_000_000_000;
        format!("{prefix}{}-{digits}.{region}.elb.amazonaws.com", self.name)
    }

    /// The instances that a read is shown, but for those that drain, in the order of their ids.
    pub(crate) fn shown(&self, now: DateTime<Utc>) -> Vec<String> {
        let live = self.registered.shown(now).filter(|(_, registration)| registration.deregistered.is_none());
        live.map(|(key, _)| key.id.clone()).collect()
    }
}

impl World {
    /// The Classic load balancer of this name.
    pub(crate) fn classic(&self, name: &str) -> Result<&ClassicLoadBalancer, ClassicRefusal> {
        self.classic.get(name).ok_or_else(|| ClassicRefusal::NotFound(name.to_owned()))
    }

    fn classic_mut(&mut self, name: &str) -> Result<&mut ClassicLoadBalancer, ClassicRefusal> {
        self.classic.get_mut(name).ok_or_else(|| ClassicRefusal::NotFound(name.to_owned()))
    }
}

/// What an instance is told apart by: a Classic load balancer has it once, for all listeners.
fn key(id: &str) -> TargetKey {
    TargetKey { id: id.to_owned(), port: None, zone: None }
}

#[cfg(test)]
#[path = "classic_tests.rs"]
mod tests;
