//! Target groups.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::attributes::Attributes;
use super::tags::Tags;
use super::targets::Targets;
use crate::fleet::{HealthCheck, Protocol, TargetType};

/// A target group and its targets.
#[derive(Debug, Clone)]
pub(crate) struct TargetGroup {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) target_type: TargetType,
    /// `None` for a lambda group only.
    pub(crate) protocol: Option<Protocol>,
    /// `HTTP1`, `HTTP2` or `GRPC`; `None` where the protocol has no versions.
    pub(crate) protocol_version: Option<String>,
    /// `None` for a lambda group only.
    pub(crate) port: Option<u16>,
    pub(crate) vpc: String,
    pub(crate) health_check: HealthCheck,
    /// The name of the load balancer, one of whose listeners uses the group.
    pub(crate) load_balancer: Option<String>,
    /// Since when it is so.
    pub(super) used_since: DateTime<Utc>,
    pub(crate) targets: Targets,
    pub(crate) attributes: Attributes,
    pub(crate) tags: Tags,
}

/// How long network and gateway load balancers take to register a target, and to deregister it.
const LAG: Duration = Duration::from_mins(3);

impl TargetGroup {
    /// The protocol version where none is named.
    pub(super) fn first_version(protocol: Option<Protocol>) -> Option<String> {
        matches!(protocol, Some(Protocol::Http | Protocol::Https)).then(|| "HTTP1".to_owned())
    }

    /// Lets the group be used by the listeners of a load balancer from now on, or by none.
    pub(super) fn set_load_balancer(&mut self, load_balancer: Option<String>, now: DateTime<Utc>) {
        if self.load_balancer != load_balancer {
            self.load_balancer = load_balancer;
            self.used_since = now;
        }
    }

    /// How long the load balancers of a protocol take to register a target, and beyond the delay to deregister it.
    /// Rule: network-slowness.
    pub(super) fn lag_of(protocol: Option<Protocol>) -> Duration {
        let is_slow = protocol.is_some_and(|own| own.is_of_network() || own == Protocol::Geneve);
        if is_slow { LAG } else { Duration::ZERO }
    }

    /// When the checks begin of a target that there is since `ready`.
    pub(super) fn checks_begin(&self, ready: DateTime<Utc>) -> DateTime<Utc> {
        TimeDelta::from_std(Self::lag_of(self.protocol))
            .ok()
            .and_then(|lag| ready.checked_add_signed(lag))
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// How long it takes until a target is healthy, or unhealthy where its checks fail.
    pub(super) fn time_to_settle(&self) -> Duration {
        let check = &self.health_check;
        let checks = check.healthy_threshold.max(check.unhealthy_threshold);
        Self::lag_of(self.protocol) + check.interval.saturating_mul(checks)
    }

    /// Whether the targets' health is checked at all. Rule: health-lambda.
    pub(crate) fn checks_health(&self) -> bool {
        self.health_check.enabled.unwrap_or(self.target_type != TargetType::Lambda)
    }

    /// Whether its health checks ask for a path.
    pub(crate) fn checks_a_path(&self) -> bool {
        matches!(self.check_protocol(), None | Some(Protocol::Http | Protocol::Https))
    }

    /// The protocol of its health checks; `None` for a lambda group. Rule: health-check-defaults.
    pub(crate) fn check_protocol(&self) -> Option<Protocol> {
        let own = self.protocol?;
        let default = if matches!(own, Protocol::Http | Protocol::Https) { own } else { Protocol::Tcp };
        Some(self.health_check.protocol.unwrap_or(default))
    }
}
