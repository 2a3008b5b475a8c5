//! Classic load balancers.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use super::{LoadBalancerSpec, Scheme};
use crate::text::{duration, duration_where_present};
use crate::words::words;

words! {
    /// How a Classic load balancer talks to clients and instances.
    ClassicProtocol {
        /// HTTP.
        Http = "HTTP",
        /// HTTPS.
        Https = "HTTPS",
        /// TCP.
        Tcp = "TCP",
        /// TLS.
        Ssl = "SSL",
    }
}

impl ClassicProtocol {
    pub(crate) const ALL: [Self; 4] = [Self::Http, Self::Https, Self::Tcp, Self::Ssl];

    /// Whether it understands HTTP.
    pub(crate) fn is_http(self) -> bool {
        matches!(self, Self::Http | Self::Https)
    }

    /// Whether clients are shown a certificate.
    pub(crate) fn is_secure(self) -> bool {
        matches!(self, Self::Https | Self::Ssl)
    }
}

/// A Classic load balancer. It may have the name of a load balancer with target groups.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct ClassicLoadBalancerSpec {
    /// The name: 1 to 32 letters, digits and hyphens.
    pub name: String,
    /// The scheme; internet-facing by default.
    pub scheme: Scheme,
    /// The enabled zones; the region's first two, `a` and `b`, where it is empty.
    pub availability_zones: Vec<String>,
    /// The VPC; by default the same as that of instances.
    pub vpc: String,
    /// The listeners, 1 to 100, each on a port of its own; HTTP from port 80 to port 80 by default.
    pub listeners: Vec<ClassicListener>,
    /// The health check.
    pub health_check: ClassicHealthCheck,
    /// How long a deregistered instance drains, 1 to 3600 s; `None`, the default, where it does not.
    #[serde(deserialize_with = "duration_where_present")]
    pub connection_draining: Option<Duration>,
    /// The ids of the registered instances, at most 1,000; none by default. They are in service from the start on, where
    /// their state and zone let them be.
    pub instances: Vec<String>,
    /// The tags; none by default.
    pub tags: BTreeMap<String, String>,
}

impl Default for ClassicLoadBalancerSpec {
    fn default() -> Self {
        let LoadBalancerSpec { scheme, vpc, .. } = LoadBalancerSpec::default();
        Self {
            name: String::new(),
            scheme,
            availability_zones: Vec::new(),
            vpc,
            listeners: vec![ClassicListener::default()],
            health_check: ClassicHealthCheck::default(),
            connection_draining: None,
            instances: Vec::new(),
            tags: BTreeMap::new(),
        }
    }
}

/// A listener of a Classic load balancer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct ClassicListener {
    /// The protocol of clients; HTTP by default.
    pub protocol: ClassicProtocol,
    /// The port that clients connect to; 80 by default.
    pub port: u16,
    /// The protocol of instances; HTTP by default.
    pub instance_protocol: ClassicProtocol,
    /// The port of instances; 80 by default.
    pub instance_port: u16,
    /// The ARN of the certificate that clients are shown; none by default.
    pub certificate: Option<String>,
}

impl Default for ClassicListener {
    fn default() -> Self {
        Self {
            protocol: ClassicProtocol::Http,
            port: 80,
            instance_protocol: ClassicProtocol::Http,
            instance_port: 80,
            certificate: None,
        }
    }
}

/// When an instance of a Classic load balancer is in service. The defaults are those of a load balancer that is created.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct ClassicHealthCheck {
    /// What is checked: `TCP:PORT`, `SSL:PORT`, `HTTP:PORT/PATH` or `HTTPS:PORT/PATH`; `TCP:80` by default.
    pub target: String,
    /// The time between two checks, 5 to 300 s; 30 s by default.
    #[serde(deserialize_with = "duration")]
    pub interval: Duration,
    /// How long a check waits for an answer, 2 to 60 s and less than the interval; 5 s by default.
    #[serde(deserialize_with = "duration")]
    pub timeout: Duration,
    /// The passed checks that bring an instance into service, 2 to 10; 10 by default.
    pub healthy_threshold: u32,
    /// The failed checks that put an instance out of service, 2 to 10; 2 by default.
    pub unhealthy_threshold: u32,
}

impl ClassicHealthCheck {
    /// How long it takes until a good instance is in service.
    #[must_use]
    pub fn time_to_healthy(&self) -> Duration {
        self.interval.saturating_mul(self.healthy_threshold)
    }
}

impl Default for ClassicHealthCheck {
    fn default() -> Self {
        Self {
            target: "TCP:80".to_owned(),
            interval: Duration::from_secs(30),
            timeout: Duration::from_secs(5),
            healthy_threshold: 10,
            unhealthy_threshold: 2,
        }
    }
}
