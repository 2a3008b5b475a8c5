//! Load balancers.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::attributes::Attributes;
use super::tags::Tags;
use super::{Action, Listener, ids};
use crate::fleet::{LoadBalancerKind, LoadBalancerState, Scheme};

/// A load balancer with target groups.
#[derive(Debug, Clone)]
pub(crate) struct LoadBalancer {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) kind: LoadBalancerKind,
    pub(crate) scheme: Scheme,
    /// Its state once it is set up.
    pub(crate) state: LoadBalancerState,
    /// When it is set up.
    pub(crate) ready: DateTime<Utc>,
    pub(crate) zones: Vec<EnabledZone>,
    pub(crate) vpc: String,
    pub(crate) security_groups: Vec<String>,
    pub(crate) created: DateTime<Utc>,
    /// By port.
    pub(crate) listeners: BTreeMap<u16, Listener>,
    pub(crate) attributes: Attributes,
    pub(crate) tags: Tags,
}

/// A zone that a load balancer serves, by a subnet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EnabledZone {
    pub(crate) name: String,
    pub(crate) subnet: String,
}

impl LoadBalancer {
    /// The DNS name; a gateway load balancer has none.
    pub(crate) fn dns_name(&self, region: &str) -> Option<String> {
        let number = ids::number(&self.arn);
        match self.kind {
            LoadBalancerKind::Application => {
                let prefix = if self.scheme == Scheme::Internal { "internal-" } else { "" };
                let digits = 1_000_000_000 + number % 1_000_000_000;
                Some(format!("{prefix}{}-{digits}.{region}.elb.amazonaws.com", self.name))
            }
            LoadBalancerKind::Network => Some(format!("{}-{number:016x}.elb.{region}.amazonaws.com", self.name)),
            LoadBalancerKind::Gateway => None,
        }
    }

    /// The state. Rule: load-balancer-provisioning.
    pub(crate) fn state(&self, now: DateTime<Utc>) -> LoadBalancerState {
        if now < self.ready { LoadBalancerState::Provisioning } else { self.state }
    }

    /// Whether it serves the zone.
    pub(crate) fn serves(&self, zone: &str) -> bool {
        self.zones.iter().any(|enabled| enabled.name == zone)
    }

    /// The ARNs of the target groups that its listeners use, by default actions and rules.
    pub(crate) fn used_groups(&self) -> BTreeSet<&str> {
        self.listeners.values().flat_map(Listener::actions).flat_map(Action::groups).collect()
    }
}
