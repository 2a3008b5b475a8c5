//! What can be said of each thing; the defaults are AWS's where AWS has one.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use ipnet::Ipv4Net;
use serde::Deserialize;

use super::{InstanceState, LoadBalancerKind, LoadBalancerState, Protocol, Scheme, TargetType};
use crate::state::CheckFailure;
use crate::text::{duration, parsed};

/// The region's default VPC, and the VPC where nothing else is said.
pub(crate) const DEFAULT_VPC: &str = "vpc-0a1b2c3d4e5f60718";

/// A VPC beside the default one. A VPC that nothing declares but something names is made with the subnets that it needs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct VpcSpec {
    /// The id; one is made where it is `None`.
    pub id: Option<String>,
    /// The addresses, /16 to /28; 172.31.0.0/16 by default.
    #[serde(deserialize_with = "parsed")]
    pub block: Ipv4Net,
    /// The subnets, whose blocks do not overlap; none by default.
    pub subnets: Vec<SubnetSpec>,
    /// The tags; none by default.
    pub tags: BTreeMap<String, String>,
}

impl Default for VpcSpec {
    fn default() -> Self {
        let block = Ipv4Net::new_assert(Ipv4Addr::new(172, 31, 0, 0), 16);
        Self { id: None, block, subnets: Vec::new(), tags: BTreeMap::new() }
    }
}

/// A subnet of a VPC.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubnetSpec {
    /// The id; one is made where it is `None`.
    pub id: Option<String>,
    /// The zone; the region's first, `a`, where it is `None`.
    pub availability_zone: Option<String>,
    /// The addresses, within those of the VPC.
    #[serde(deserialize_with = "parsed")]
    pub block: Ipv4Net,
    /// The tags; none where it is empty.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// An EC2 instance.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct InstanceSpec {
    /// The id; one is made where it is `None`.
    pub id: Option<String>,
    /// The type; `t3.micro` by default.
    pub instance_type: String,
    /// When it was launched; `2016-08-29T09:12:33.001Z` by default.
    pub launch_time: DateTime<Utc>,
    /// The zone; the region's first, `a`, where it is `None`.
    pub availability_zone: Option<String>,
    /// The private address, one of the subnet; one is made where it is `None`.
    pub private_ip: Option<Ipv4Addr>,
    /// The Name tag; none by default.
    pub name: Option<String>,
    /// The other tags; none by default.
    pub tags: BTreeMap<String, String>,
    /// The state; running by default.
    pub state: InstanceState,
    /// The VPC; by default the same as that of target groups.
    pub vpc: String,
    /// The subnet, which says VPC and zone; that of VPC and zone where it is `None`.
    pub subnet: Option<String>,
    /// Why its health checks fail, on every port and from before the start on; `None`, the default, where they pass.
    pub failing: Option<CheckFailure>,
}

impl Default for InstanceSpec {
    fn default() -> Self {
        Self {
            id: None,
            instance_type: "t3.micro".to_owned(),
            launch_time: DateTime::from_timestamp_nanos(1_472_461_953_001_000_000),
            availability_zone: None,
            private_ip: None,
            name: None,
            tags: BTreeMap::new(),
            state: InstanceState::Running,
            vpc: DEFAULT_VPC.to_owned(),
            subnet: None,
            failing: None,
        }
    }
}

/// A load balancer. Its listeners come from the target groups that say how they are used.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct LoadBalancerSpec {
    /// The name: 1 to 32 letters, digits and hyphens.
    pub name: String,
    /// The kind; application by default.
    pub kind: LoadBalancerKind,
    /// The scheme; internet-facing by default. A gateway load balancer has none.
    pub scheme: Scheme,
    /// The state; active by default.
    pub state: LoadBalancerState,
    /// The enabled zones; the region's first two, `a` and `b`, where it is empty.
    pub availability_zones: Vec<String>,
    /// The VPC.
    pub vpc: String,
    /// The subnets, which say VPC and zones; those of VPC and zones where it is empty.
    pub subnets: Vec<String>,
    /// The attributes that are not at their defaults, such as `deletion_protection.enabled`; none by default.
    pub attributes: BTreeMap<String, String>,
    /// The tags; none by default.
    pub tags: BTreeMap<String, String>,
}

impl Default for LoadBalancerSpec {
    fn default() -> Self {
        Self {
            name: String::new(),
            kind: LoadBalancerKind::Application,
            scheme: Scheme::InternetFacing,
            state: LoadBalancerState::Active,
            availability_zones: Vec::new(),
            vpc: DEFAULT_VPC.to_owned(),
            subnets: Vec::new(),
            attributes: BTreeMap::new(),
            tags: BTreeMap::new(),
        }
    }
}

/// A target group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct TargetGroupSpec {
    /// The name: 1 to 32 letters, digits and hyphens.
    pub name: String,
    /// The protocol; HTTP by default. A lambda group has none.
    pub protocol: Protocol,
    /// The port of targets that are registered without one; 80 by default. A lambda group has none.
    pub port: u16,
    /// What the targets are; instances by default.
    pub target_type: TargetType,
    /// The VPC; by default the same as that of instances.
    pub vpc: String,
    /// How long a deregistered target drains, 0 to 3600 s; 300 s by default. A lambda target does not drain.
    #[serde(deserialize_with = "duration")]
    pub deregistration_delay: Duration,
    /// How long an unhealthy target finishes its connections, 0 to 360,000 s; 0 by default. More than 0 only where the
    /// protocol is that of a network load balancer, which then does not end the connections.
    #[serde(deserialize_with = "duration")]
    pub unhealthy_draining_interval: Duration,
    /// The health check. That of a lambda group is off.
    pub health_check: HealthCheck,
    /// The listeners that use the group, all of one load balancer; none by default.
    pub used_by: Vec<ListenerUse>,
    /// The other attributes that are not at their defaults, such as `slow_start.duration_seconds`; none by default.
    pub attributes: BTreeMap<String, String>,
    /// The tags; none by default.
    pub tags: BTreeMap<String, String>,
}

impl Default for TargetGroupSpec {
    fn default() -> Self {
        Self {
            name: String::new(),
            protocol: Protocol::Http,
            port: 80,
            target_type: TargetType::Instance,
            vpc: DEFAULT_VPC.to_owned(),
            deregistration_delay: Duration::from_mins(5),
            unhealthy_draining_interval: Duration::ZERO,
            health_check: HealthCheck::default(),
            used_by: Vec::new(),
            attributes: BTreeMap::new(),
            tags: BTreeMap::new(),
        }
    }
}

/// When a target counts as healthy. The defaults are those of application load balancers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct HealthCheck {
    /// The time between two checks, 5 to 300 s; 30 s by default.
    #[serde(deserialize_with = "duration")]
    pub interval: Duration,
    /// How long a check waits for an answer, 2 to 120 s; 5 s by default.
    #[serde(deserialize_with = "duration")]
    pub timeout: Duration,
    /// The passed checks that make a target healthy, 2 to 10; 5 by default.
    pub healthy_threshold: u32,
    /// The failed checks that make a target unhealthy, 2 to 10; 2 by default.
    pub unhealthy_threshold: u32,
    /// The path that is asked for; `/` by default.
    pub path: String,
    /// Whether there are checks; where it is `None`, there are but for lambda groups.
    pub enabled: Option<bool>,
    /// The protocol; where it is `None`, that of a group of HTTP or HTTPS, and TCP for the others.
    pub protocol: Option<Protocol>,
    /// The port; that of each target where it is `None`.
    pub port: Option<u16>,
    /// The answers that pass, such as `200-299`; 200 where it is `None`.
    pub matcher: Option<String>,
}

impl HealthCheck {
    /// How long it takes until a good target is healthy.
    #[must_use]
    pub fn time_to_healthy(&self) -> Duration {
        self.interval.saturating_mul(self.healthy_threshold)
    }
}

impl Default for HealthCheck {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(30),
            timeout: Duration::from_secs(5),
            healthy_threshold: 5,
            unhealthy_threshold: 2,
            path: "/".to_owned(),
            enabled: None,
            protocol: None,
            port: None,
            matcher: None,
        }
    }
}

/// A listener that uses a target group. Listeners are told apart by their port: groups that name the same one share it,
/// and a default action of several groups is a weighted forward.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListenerUse {
    /// The name of the load balancer.
    pub load_balancer: String,
    /// The port of the listener.
    pub port: u16,
    /// What of the listener forwards to the group; in a fleet file the default action where nothing is said.
    #[serde(default)]
    pub by: UsedBy,
}

/// What of a listener forwards to a target group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UsedBy {
    /// The default action.
    #[default]
    DefaultAction,
    /// A rule; only application load balancers have rules.
    Rule,
}

impl ListenerUse {
    /// The default action of the listener on this port.
    #[must_use]
    pub fn default_action(load_balancer: &str, port: u16) -> Self {
        Self { load_balancer: load_balancer.to_owned(), port, by: UsedBy::DefaultAction }
    }

    /// A rule of the listener on this port.
    #[must_use]
    pub fn rule(load_balancer: &str, port: u16) -> Self {
        Self { load_balancer: load_balancer.to_owned(), port, by: UsedBy::Rule }
    }
}
