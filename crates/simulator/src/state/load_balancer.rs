//! Load balancers and their listeners.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::ids;
use crate::fleet::{LoadBalancerKind, LoadBalancerState, Protocol, Scheme};

/// A load balancer with target groups.
#[derive(Debug, Clone)]
pub(crate) struct LoadBalancer {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) kind: LoadBalancerKind,
    pub(crate) scheme: Scheme,
    pub(crate) state: LoadBalancerState,
    pub(crate) availability_zones: Vec<String>,
    pub(crate) vpc: String,
    pub(crate) created: DateTime<Utc>,
    /// By port.
    pub(crate) listeners: BTreeMap<u16, Listener>,
}

/// A listener.
#[derive(Debug, Clone)]
pub(crate) struct Listener {
    pub(crate) arn: String,
    pub(crate) port: u16,
    pub(crate) protocol: Protocol,
    /// The ARNs of the target groups of the default action; without one the default action is a fixed response.
    pub(crate) forwards_to: Vec<String>,
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
}
