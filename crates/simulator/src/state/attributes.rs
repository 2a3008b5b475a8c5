//! The attributes of load balancers and target groups: which there are for a kind, their defaults and their values.
//! Rule: load-balancer-attributes. Rule: target-group-attributes.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Refusal;
use crate::fleet::{LoadBalancerKind, Protocol, Scheme, TargetType};

/// How long a deregistered target drains.
pub(crate) const DEREGISTRATION_DELAY: &str = "deregistration_delay.timeout_seconds";
/// Whether a load balancer cannot be deleted.
pub(crate) const DELETION_PROTECTION: &str = "deletion_protection.enabled";
/// Whether a load balancer's nodes send traffic to the targets of all zones.
pub(crate) const CROSS_ZONE: &str = "load_balancing.cross_zone.enabled";

const CONNECTION_TERMINATION: &str = "deregistration_delay.connection_termination.enabled";
const PRESERVE_CLIENT_IP: &str = "preserve_client_ip.enabled";
const UNHEALTHY_TERMINATION: &str = "target_health_state.unhealthy.connection_termination.enabled";
const UNHEALTHY_INTERVAL: &str = "target_health_state.unhealthy.draining_interval_seconds";
const FAILOVER: [&str; 2] = ["target_failover.on_deregistration", "target_failover.on_unhealthy"];

/// An attribute that a kind has.
#[derive(Debug)]
struct Attribute {
    key: &'static str,
    default: &'static str,
    values: Values,
}

/// The values of an attribute.
#[derive(Debug)]
enum Values {
    /// `true` or `false`.
    Flag,
    /// A whole number of this range.
    Number(u32, u32),
    /// 0, or a whole number of this range.
    ZeroOr(u32, u32),
    /// `off`, or a whole number of this range.
    OffOr(u32, u32),
    Words(&'static [&'static str]),
    /// Any text.
    Text,
}

use Values::{Flag, Number, OffOr, Text, Words, ZeroOr};

const fn attribute(key: &'static str, default: &'static str, values: Values) -> Attribute {
    Attribute { key, default, values }
}

const APPLICATION: &[Attribute] = &[
    attribute("access_logs.s3.bucket", "", Text),
    attribute("access_logs.s3.enabled", "false", Flag),
    attribute("access_logs.s3.prefix", "", Text),
    attribute("client_keep_alive.seconds", "3600", Number(60, 604_800)),
    attribute("connection_logs.s3.bucket", "", Text),
    attribute("connection_logs.s3.enabled", "false", Flag),
    attribute("connection_logs.s3.prefix", "", Text),
    attribute(DELETION_PROTECTION, "false", Flag),
    attribute("health_check_logs.s3.bucket", "", Text),
    attribute("health_check_logs.s3.enabled", "false", Flag),
    attribute("health_check_logs.s3.prefix", "", Text),
    attribute("idle_timeout.timeout_seconds", "60", Number(1, 4000)),
    attribute("ipv6.deny_all_igw_traffic", "false", Flag),
    attribute(CROSS_ZONE, "true", Words(&["true"])),
    attribute("routing.http.desync_mitigation_mode", "defensive", Words(&["monitor", "defensive", "strictest"])),
    attribute("routing.http.drop_invalid_header_fields.enabled", "false", Flag),
    attribute("routing.http.preserve_host_header.enabled", "false", Flag),
    attribute("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", "false", Flag),
    attribute("routing.http.xff_client_port.enabled", "false", Flag),
    attribute("routing.http.xff_header_processing.mode", "append", Words(&["append", "preserve", "remove"])),
    attribute("routing.http2.enabled", "true", Flag),
    attribute("waf.fail_open.enabled", "false", Flag),
    attribute("zonal_shift.config.enabled", "false", Flag),
];

const NETWORK: &[Attribute] = &[
    attribute("access_logs.s3.bucket", "", Text),
    attribute("access_logs.s3.enabled", "false", Flag),
    attribute("access_logs.s3.prefix", "", Text),
    attribute(DELETION_PROTECTION, "false", Flag),
    attribute(
        "dns_record.client_routing_policy",
        "any_availability_zone",
        Words(&["availability_zone_affinity", "partial_availability_zone_affinity", "any_availability_zone"]),
    ),
    attribute("ipv6.deny_all_igw_traffic", "false", Flag),
    attribute(CROSS_ZONE, "false", Flag),
    attribute("secondary_ips.auto_assigned.per_subnet", "0", Number(0, 7)),
    attribute("zonal_shift.config.enabled", "false", Flag),
];

const GATEWAY: &[Attribute] = &[attribute(DELETION_PROTECTION, "false", Flag), attribute(CROSS_ZONE, "false", Flag)];

/// The group's own say in what its load balancer does.
const GROUP_CROSS_ZONE: Attribute = attribute(
    CROSS_ZONE,
    "use_load_balancer_configuration",
    Words(&["true", "false", "use_load_balancer_configuration"]),
);
const DELAY: Attribute = attribute(DEREGISTRATION_DELAY, "300", Number(0, 3600));
const STICKINESS: Attribute = attribute("stickiness.enabled", "false", Flag);
const FAILOVER_COUNT: Attribute =
    attribute("target_group_health.dns_failover.minimum_healthy_targets.count", "1", OffOr(1, 1000));
const FAILOVER_SHARE: Attribute =
    attribute("target_group_health.dns_failover.minimum_healthy_targets.percentage", "off", OffOr(1, 100));
const ROUTING_COUNT: Attribute =
    attribute("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "1", Number(1, 1000));
const ROUTING_SHARE: Attribute =
    attribute("target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage", "off", OffOr(1, 100));

const APPLICATION_GROUP: &[Attribute] = &[
    DELAY,
    attribute(
        "load_balancing.algorithm.type",
        "round_robin",
        Words(&["round_robin", "least_outstanding_requests", "weighted_random"]),
    ),
    attribute("load_balancing.algorithm.anomaly_mitigation", "off", Words(&["on", "off"])),
    GROUP_CROSS_ZONE,
    attribute("slow_start.duration_seconds", "0", ZeroOr(30, 900)),
    attribute("stickiness.app_cookie.cookie_name", "", Text),
    attribute("stickiness.app_cookie.duration_seconds", "86400", Number(1, 604_800)),
    STICKINESS,
    attribute("stickiness.lb_cookie.duration_seconds", "86400", Number(1, 604_800)),
    attribute("stickiness.type", "lb_cookie", Words(&["lb_cookie", "app_cookie"])),
    FAILOVER_COUNT,
    FAILOVER_SHARE,
    ROUTING_COUNT,
    ROUTING_SHARE,
];

const LAMBDA_GROUP: &[Attribute] = &[attribute("lambda.multi_value_headers.enabled", "false", Flag)];

const NETWORK_GROUP: &[Attribute] = &[
    attribute(CONNECTION_TERMINATION, "false", Flag),
    DELAY,
    GROUP_CROSS_ZONE,
    attribute(PRESERVE_CLIENT_IP, "true", Flag),
    attribute("proxy_protocol_v2.enabled", "false", Flag),
    STICKINESS,
    attribute("stickiness.type", "source_ip", Words(&["source_ip"])),
    FAILOVER_COUNT,
    FAILOVER_SHARE,
    ROUTING_COUNT,
    ROUTING_SHARE,
    attribute(UNHEALTHY_TERMINATION, "true", Flag),
    attribute(UNHEALTHY_INTERVAL, "0", Number(0, 360_000)),
];

const GATEWAY_GROUP: &[Attribute] = &[
    DELAY,
    attribute("send_tcp_reset.on_deregistration.enabled", "false", Flag),
    attribute("send_tcp_reset.on_unhealthy.enabled", "false", Flag),
    STICKINESS,
    attribute("stickiness.type", "source_ip_dest_ip_proto", Words(&["source_ip_dest_ip", "source_ip_dest_ip_proto"])),
    attribute(FAILOVER[0], "no_rebalance", Words(&["rebalance", "no_rebalance"])),
    attribute(FAILOVER[1], "no_rebalance", Words(&["rebalance", "no_rebalance"])),
];

/// The attributes of one resource.
#[derive(Debug, Clone)]
pub(crate) struct Attributes {
    /// What the resource is, in sentences.
    resource: &'static str,
    known: &'static [Attribute],
    values: BTreeMap<&'static str, String>,
}

impl Attributes {
    /// Those of a new load balancer.
    pub(crate) fn of_load_balancer(kind: LoadBalancerKind, scheme: Scheme) -> Self {
        let known = match kind {
            LoadBalancerKind::Application => APPLICATION,
            LoadBalancerKind::Network => NETWORK,
            LoadBalancerKind::Gateway => GATEWAY,
        };
        let mut attributes = Self::new("Load balancer", known);
        if scheme == Scheme::Internal {
            attributes.preset("ipv6.deny_all_igw_traffic", "true");
        }
        attributes
    }

    /// Those of a new target group.
    pub(crate) fn of_target_group(target_type: TargetType, protocol: Option<Protocol>) -> Self {
        let known = match (target_type, protocol) {
            (TargetType::Lambda, _) | (_, None) => LAMBDA_GROUP,
            (_, Some(Protocol::Http | Protocol::Https)) => APPLICATION_GROUP,
            (_, Some(Protocol::Tcp | Protocol::Udp | Protocol::TcpUdp | Protocol::Tls)) => NETWORK_GROUP,
            (_, Some(Protocol::Geneve)) => GATEWAY_GROUP,
        };
        let mut attributes = Self::new("Target group", known);
        match protocol {
            Some(Protocol::Udp | Protocol::TcpUdp) => {
                attributes.preset(CONNECTION_TERMINATION, "true");
                attributes.preset(UNHEALTHY_TERMINATION, "false");
            }
            Some(Protocol::Tcp | Protocol::Tls) if target_type == TargetType::Ip => {
                attributes.preset(PRESERVE_CLIENT_IP, "false");
            }
            _ => {}
        }
        attributes
    }

    fn new(resource: &'static str, known: &'static [Attribute]) -> Self {
        let values = known.iter().map(|attribute| (attribute.key, attribute.default.to_owned())).collect();
        Self { resource, known, values }
    }

    fn preset(&mut self, key: &str, value: &str) {
        if let Some(own) = self.values.get_mut(key) {
            value.clone_into(own);
        }
    }

    /// Keys and values, in the order of the keys.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(key, value)| (*key, value.as_str()))
    }

    /// Whether the attribute is there and `true`.
    pub(crate) fn is_on(&self, key: &str) -> bool {
        self.values.get(key).is_some_and(|value| value == "true")
    }

    /// How long deregistered targets drain; those of a lambda group do not.
    pub(crate) fn deregistration_delay(&self) -> Duration {
        Duration::from_secs(self.number(DEREGISTRATION_DELAY).unwrap_or_default().into())
    }

    /// How long unhealthy targets finish their connections.
    pub(super) fn unhealthy_draining(&self) -> Duration {
        let seconds = self.number(UNHEALTHY_INTERVAL).filter(|_| !self.is_on(UNHEALTHY_TERMINATION));
        Duration::from_secs(seconds.unwrap_or_default().into())
    }

    /// The changes that let unhealthy targets finish their connections for so long; none for no time.
    pub(super) fn of_unhealthy_draining(interval: Duration) -> Vec<(String, String)> {
        if interval.is_zero() {
            return Vec::new();
        }
        let changes =
            [(UNHEALTHY_TERMINATION, "false".to_owned()), (UNHEALTHY_INTERVAL, interval.as_secs().to_string())];
        changes.map(|(key, value)| (key.to_owned(), value)).into()
    }

    /// The number of an attribute; `None` where it is no number or not there.
    fn number(&self, key: &str) -> Option<u32> {
        self.values.get(key)?.parse().ok()
    }

    /// The attributes after these changes, if every one of them can be made.
    pub(crate) fn with(&self, changes: &[(String, String)]) -> Result<Self, Refusal> {
        let mut after = self.clone();
        for (key, value) in changes {
            let Some(attribute) = self.known.iter().find(|known| known.key == key) else {
                let message = format!("{} attribute key '{key}' is not recognized", self.resource);
                return Err(Refusal::because("ValidationError", message));
            };
            if !attribute.values.hold(value) {
                let message = format!("{} attribute value '{value}' is not valid for the key '{key}'", self.resource);
                return Err(Refusal::because("ValidationError", message));
            }
            after.values.insert(attribute.key, value.clone());
        }
        after.check_together()?;
        Ok(after)
    }

    /// What one attribute wants of another. Rule: attributes-together.
    fn check_together(&self) -> Result<(), Refusal> {
        let value = |key: &str| self.values.get(key).map_or("", String::as_str);
        for logs in ["access_logs", "connection_logs", "health_check_logs"] {
            if self.is_on(&format!("{logs}.s3.enabled")) && value(&format!("{logs}.s3.bucket")).is_empty() {
                let message = format!("The attribute '{logs}.s3.bucket' must be specified when the logs are enabled");
                return Err(Refusal::because("InvalidConfigurationRequest", message));
            }
        }
        if value(FAILOVER[0]) != value(FAILOVER[1]) {
            let message = format!("The attributes '{}' and '{}' must have the same value", FAILOVER[0], FAILOVER[1]);
            return Err(Refusal::because("ValidationError", message));
        }
        if self.is_on(UNHEALTHY_TERMINATION) && self.number(UNHEALTHY_INTERVAL).is_some_and(|seconds| seconds > 0) {
            let message =
                format!("'{UNHEALTHY_INTERVAL}' can only be configured when '{UNHEALTHY_TERMINATION}' is false");
            return Err(Refusal::because("InvalidConfigurationRequest", message));
        }
        Ok(())
    }
}

impl Values {
    fn hold(&self, value: &str) -> bool {
        let within = |least: u32, most: u32| {
            let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
            digits && value.parse().is_ok_and(|number| (least..=most).contains(&number))
        };
        match self {
            Flag => matches!(value, "true" | "false"),
            Number(least, most) => within(*least, *most),
            ZeroOr(least, most) => value == "0" || within(*least, *most),
            OffOr(least, most) => value == "off" || within(*least, *most),
            Words(words) => words.contains(&value),
            Text => value.len() <= 1024,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups() -> [Attributes; 5] {
        [
            Attributes::of_target_group(TargetType::Instance, Some(Protocol::Http)),
            Attributes::of_target_group(TargetType::Instance, Some(Protocol::Tcp)),
            Attributes::of_target_group(TargetType::Instance, Some(Protocol::Udp)),
            Attributes::of_target_group(TargetType::Instance, Some(Protocol::Geneve)),
            Attributes::of_target_group(TargetType::Lambda, None),
        ]
    }

    /// The code of the refusal of one change; empty where it can be made.
    fn change(attributes: &Attributes, key: &str, value: &str) -> String {
        let changed = attributes.with(&[(key.to_owned(), value.to_owned())]);
        changed.err().map(|refusal| crate::wire::AwsError::from(refusal).code).unwrap_or_default()
    }

    #[test]
    fn every_default_is_a_value_and_every_key_stands_once() {
        for known in [APPLICATION, NETWORK, GATEWAY, APPLICATION_GROUP, LAMBDA_GROUP, NETWORK_GROUP, GATEWAY_GROUP] {
            for attribute in known {
                assert!(attribute.values.hold(attribute.default), "{}", attribute.key);
                assert_eq!(known.iter().filter(|other| other.key == attribute.key).count(), 1, "{}", attribute.key);
            }
        }
        for attributes in groups() {
            attributes.check_together().unwrap();
        }
    }

    #[test]
    fn kinds_have_their_attributes_and_ranges() {
        let refused = "ValidationError";
        // By kind: application, TCP, UDP, gateway, lambda.
        let table = [
            (DEREGISTRATION_DELAY, "3600", ["", "", "", "", refused]),
            (DEREGISTRATION_DELAY, "3601", [refused; 5]),
            (DEREGISTRATION_DELAY, "-1", [refused; 5]),
            (DEREGISTRATION_DELAY, "", [refused; 5]),
            ("slow_start.duration_seconds", "30", ["", refused, refused, refused, refused]),
            ("slow_start.duration_seconds", "0", ["", refused, refused, refused, refused]),
            ("slow_start.duration_seconds", "29", [refused; 5]),
            (CONNECTION_TERMINATION, "true", [refused, "", "", refused, refused]),
            ("stickiness.type", "lb_cookie", ["", refused, refused, refused, refused]),
            ("stickiness.type", "source_ip", [refused, "", "", refused, refused]),
            (FAILOVER_COUNT.key, "off", ["", "", "", refused, refused]),
            (ROUTING_COUNT.key, "off", [refused; 5]),
            (CROSS_ZONE, "true", ["", "", "", refused, refused]),
            ("lambda.multi_value_headers.enabled", "TRUE", [refused; 5]),
            ("colour", "red", [refused; 5]),
            (UNHEALTHY_INTERVAL, "60", [refused, "InvalidConfigurationRequest", "", refused, refused]),
            (FAILOVER[0], "rebalance", [refused; 5]),
        ];
        for (key, value, expected) in table {
            let found = groups().map(|attributes| change(&attributes, key, value));
            assert_eq!(found, expected.map(str::to_owned), "{key} {value}");
        }
        let both = FAILOVER.map(|key| (key.to_owned(), "rebalance".to_owned()));
        assert!(groups()[3].with(&both).is_ok());
    }

    #[test]
    fn load_balancers_have_their_defaults() {
        let of = |kind, scheme| Attributes::of_load_balancer(kind, scheme);
        let public = of(LoadBalancerKind::Application, Scheme::InternetFacing);
        assert_eq!(public.number("idle_timeout.timeout_seconds"), Some(60));
        assert_eq!(change(&public, CROSS_ZONE, "false"), "ValidationError");
        assert_eq!(change(&public, "access_logs.s3.enabled", "true"), "InvalidConfigurationRequest");
        assert!(public.is_on(CROSS_ZONE) && !public.is_on("ipv6.deny_all_igw_traffic"));
        let network = of(LoadBalancerKind::Network, Scheme::Internal);
        assert!(network.is_on("ipv6.deny_all_igw_traffic") && !network.is_on(CROSS_ZONE));
        assert_eq!(change(&network, CROSS_ZONE, "true"), "");
        let gateway = of(LoadBalancerKind::Gateway, Scheme::Internal);
        assert_eq!(gateway.iter().count(), 2);
    }

    #[test]
    fn one_bad_change_leaves_all_as_they_were() {
        let group = &groups()[0];
        let changes = [(DEREGISTRATION_DELAY, "5"), ("colour", "red")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        assert!(group.with(&changes).is_err());
        assert_eq!(group.number(DEREGISTRATION_DELAY), Some(300));
        assert_eq!(group.with(&changes[..1]).unwrap().number(DEREGISTRATION_DELAY), Some(5));
    }
}
