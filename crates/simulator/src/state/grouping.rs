//! Target groups come, change and go.

use std::ops::RangeInclusive;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::attributes::Attributes;
use super::naming::GENEVE_PORT;
use super::tags::Tags;
use super::targets::Targets;
use super::{Refusal, TargetGroup, World, arn, ids};
use crate::fleet::{HealthCheck, Protocol, TargetType};

/// What is said of a target group when it is made.
#[derive(Debug)]
pub(crate) struct TargetGroupRequest {
    pub(crate) name: String,
    pub(crate) target_type: TargetType,
    pub(crate) protocol: Option<Protocol>,
    pub(crate) protocol_version: Option<String>,
    pub(crate) port: Option<u16>,
    pub(crate) vpc: Option<String>,
    pub(crate) check: HealthCheckSettings,
    pub(crate) tags: Tags,
}

/// What is said of a health check; the rest stays as it is. Numbers are within AWS's ranges.
#[derive(Debug, Default)]
pub(crate) struct HealthCheckSettings {
    pub(crate) enabled: Option<bool>,
    pub(crate) protocol: Option<Protocol>,
    pub(crate) port: Option<CheckPort>,
    pub(crate) path: Option<String>,
    pub(crate) interval: Option<Duration>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) healthy_threshold: Option<u32>,
    pub(crate) unhealthy_threshold: Option<u32>,
    pub(crate) matcher: Option<String>,
}

/// The port that is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CheckPort {
    /// That of each target.
    Traffic,
    /// The same for all.
    Number(u16),
}

impl World {
    /// Makes a target group and returns its ARN; one that is there with the same settings is taken for it.
    /// Rule: create-again.
    pub(crate) fn create_target_group(&mut self, request: TargetGroupRequest) -> Result<String, Refusal> {
        let TargetGroupRequest { name, target_type, protocol, protocol_version, port, vpc, check, tags } = request;
        if !arn::is_name(&name) {
            return Err(invalid(format!("The target group name '{name}' is not valid")));
        }
        let vpc = self.check_place(target_type, protocol, port, vpc)?;
        check_version(protocol, protocol_version.as_deref())?;
        let attributes = Attributes::of_target_group(target_type, protocol);
        let mut group = TargetGroup {
            arn: String::new(),
            name: name.clone(),
            target_type,
            protocol,
            protocol_version: protocol_version.or_else(|| TargetGroup::first_version(protocol)),
            port,
            vpc,
            health_check: HealthCheck::of_new(protocol, check.protocol),
            load_balancer: None,
            used_since: DateTime::<Utc>::MIN_UTC,
            targets: Targets::new(attributes.deregistration_delay()).with_lag(TargetGroup::lag_of(protocol)),
            attributes,
            tags,
        };
        check.change(&mut group)?;
        if let Some(there) = self.target_groups.get(&name) {
            if is_same(&group, there) {
                return Ok(there.arn.clone());
            }
            let message = format!("A target group with the same name '{name}' exists, but with different settings");
            return Err(Refusal::because("DuplicateTargetGroupName", message));
        }
        self.check_group_count(protocol)?;
        group.arn = ids::renewed(&ids::target_group_arn(&self.region, &name), self.next_serial());
        let arn = group.arn.clone();
        self.target_groups.insert(name, group);
        Ok(arn)
    }

    /// Changes the health check of a target group.
    pub(crate) fn modify_target_group(&mut self, arn: &str, check: HealthCheckSettings) -> Result<(), Refusal> {
        let group = self.target_group_mut(arn)?;
        let before = group.health_check.clone();
        check.change(group).inspect_err(|_| group.health_check = before)
    }

    /// Deletes a target group that nothing uses; one that is not there is deleted already. Rule: delete-absent.
    pub(crate) fn delete_target_group(&mut self, arn: &str) -> Result<(), Refusal> {
        let found = match self.target_group(arn) {
            Ok(found) => found,
            Err(Refusal::NotFound(_)) => return Ok(()),
            Err(malformed) => return Err(malformed),
        };
        // Rule: group-in-use.
        if found.load_balancer.is_some() {
            let message = format!("Target group '{arn}' is currently in use by a listener or a rule");
            return Err(Refusal::because("ResourceInUse", message));
        }
        let name = found.name.clone();
        self.target_groups.remove(&name);
        Ok(())
    }

    /// Changes attributes of a target group.
    pub(crate) fn modify_target_group_attributes(
        &mut self,
        arn: &str,
        changes: &[(String, String)],
    ) -> Result<(), Refusal> {
        let group = self.target_group_mut(arn)?;
        group.attributes = group.attributes.with(changes)?;
        group.targets.set_deregistration_delay(group.attributes.deregistration_delay());
        Ok(())
    }

    /// The VPC of a new group, if type, protocol, port and VPC go together. Rule: target-group-place.
    fn check_place(
        &self,
        target_type: TargetType,
        protocol: Option<Protocol>,
        port: Option<u16>,
        vpc: Option<String>,
    ) -> Result<String, Refusal> {
        if target_type == TargetType::Lambda {
            let given = [("protocol", protocol.is_some()), ("port", port.is_some()), ("VPC ID", vpc.is_some())];
            return match given.into_iter().find(|(_, is_given)| *is_given) {
                Some((what, _)) => {
                    Err(invalid(format!("A {what} cannot be specified for target groups with target type 'lambda'")))
                }
                None => Ok(String::new()),
            };
        }
        let protocol = protocol.ok_or_else(|| invalid("A protocol must be specified"))?;
        let port = port.ok_or_else(|| invalid("A port must be specified"))?;
        let vpc = vpc.ok_or_else(|| invalid("A VPC ID must be specified"))?;
        if !self.vpcs.contains_key(&vpc) {
            return Err(invalid(format!("The VPC ID '{vpc}' is not found")));
        }
        // Rule: geneve-port.
        if protocol == Protocol::Geneve && port != GENEVE_PORT {
            return Err(invalid(format!(
                "Port '{port}' is not supported: the supported port of GENEVE is {GENEVE_PORT}"
            )));
        }
        if target_type == TargetType::Alb && protocol != Protocol::Tcp {
            return Err(invalid(format!(
                "Protocol '{protocol}' is not supported for target groups with target type 'alb'"
            )));
        }
        Ok(vpc)
    }
}

impl HealthCheckSettings {
    /// Changes the health check of a group, which is no longer of use where that is refused.
    fn change(self, group: &mut TargetGroup) -> Result<(), Refusal> {
        let check = &mut group.health_check;
        let asks_for_path = self.path.is_some() || self.matcher.is_some();
        check.enabled = self.enabled.or(check.enabled);
        check.protocol = self.protocol.or(check.protocol);
        check.port = match self.port {
            None => check.port,
            Some(CheckPort::Traffic) => None,
            Some(CheckPort::Number(port)) => Some(port),
        };
        check.path = self.path.unwrap_or_else(|| std::mem::take(&mut check.path));
        check.interval = self.interval.unwrap_or(check.interval);
        check.timeout = self.timeout.unwrap_or(check.timeout);
        check.healthy_threshold = self.healthy_threshold.unwrap_or(check.healthy_threshold);
        check.unhealthy_threshold = self.unhealthy_threshold.unwrap_or(check.unhealthy_threshold);
        check.matcher = self.matcher.or(check.matcher.take());
        check_health_check(group, asks_for_path)
    }
}

impl HealthCheck {
    /// That of a new group. Rule: health-check-defaults.
    fn of_new(protocol: Option<Protocol>, check_protocol: Option<Protocol>) -> Self {
        let (interval, timeout, unhealthy_threshold) = match (protocol, check_protocol) {
            (None, _) => (35, 30, 5),
            (Some(Protocol::Http | Protocol::Https), _) => (30, 5, 2),
            (Some(Protocol::Geneve), _) => (10, 5, 2),
            (_, Some(Protocol::Http)) => (30, 6, 2),
            _ => (30, 10, 2),
        };
        Self {
            interval: Duration::from_secs(interval),
            timeout: Duration::from_secs(timeout),
            unhealthy_threshold,
            port: (protocol == Some(Protocol::Geneve)).then_some(80),
            ..Self::default()
        }
    }
}

/// Rule: health-check-settings.
fn check_health_check(group: &TargetGroup, asks_for_path: bool) -> Result<(), Refusal> {
    let check = &group.health_check;
    let is_lambda = group.target_type == TargetType::Lambda;
    if check.enabled == Some(false) && !is_lambda {
        let kind = group.target_type;
        return Err(invalid(format!("Health check enabled must be true for target groups with target type '{kind}'")));
    }
    if is_lambda && (check.protocol.is_some() || check.port.is_some()) {
        let message = "A health check protocol or port cannot be specified for target groups with target type 'lambda'";
        return Err(invalid(message));
    }
    let takes_tcp = !matches!(group.protocol, None | Some(Protocol::Http | Protocol::Https));
    match check.protocol {
        None | Some(Protocol::Http | Protocol::Https) => {}
        Some(Protocol::Tcp) if takes_tcp => {}
        Some(other) => {
            let message = format!("Health check protocol '{other}' is not supported for the target group");
            return Err(invalid(message));
        }
    }
    if check.interval <= check.timeout {
        return Err(invalid("Health check interval must be greater than the timeout."));
    }
    if asks_for_path && !group.checks_a_path() {
        return Err(invalid("A health check path or matcher cannot be specified for health checks of protocol TCP"));
    }
    if !check.path.starts_with('/') || check.path.chars().count() > 1024 {
        return Err(invalid(format!(
            "Health check path '{}' must begin with a '/' and have at most 1024 characters",
            check.path
        )));
    }
    let codes = match group.protocol {
        None | Some(Protocol::Http | Protocol::Https) => 200..=499,
        Some(Protocol::Geneve) => 200..=399,
        Some(_) => 200..=599,
    };
    match &check.matcher {
        Some(matcher) if !is_matcher(matcher, &codes) => Err(invalid(format!(
            "Health check matcher HTTP code '{matcher}' must be within '{}-{}' inclusive",
            codes.start(),
            codes.end()
        ))),
        _ => Ok(()),
    }
}

/// Whether this is a list of codes and ranges of codes, such as `200,301-302`.
fn is_matcher(text: &str, codes: &RangeInclusive<u16>) -> bool {
    let code = |text: &str| text.parse::<u16>().ok().filter(|code| codes.contains(code) && text.len() == 3);
    text.split(',').all(|part| match part.split_once('-') {
        Some((from, to)) => code(from).zip(code(to)).is_some_and(|(from, to)| from <= to),
        None => code(part).is_some(),
    })
}

/// Rule: protocol-versions.
fn check_version(protocol: Option<Protocol>, version: Option<&str>) -> Result<(), Refusal> {
    match (protocol, version) {
        (_, None) | (Some(Protocol::Http | Protocol::Https), Some("HTTP1" | "HTTP2")) => Ok(()),
        (_, Some(version)) => {
            Err(invalid(format!("Protocol version '{version}' is not supported for the target group")))
        }
    }
}

fn is_same(a: &TargetGroup, b: &TargetGroup) -> bool {
    (a.target_type, a.protocol, a.port, &a.vpc) == (b.target_type, b.protocol, b.port, &b.vpc)
        && (&a.protocol_version, &a.health_check, &a.tags) == (&b.protocol_version, &b.health_check, &b.tags)
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::because("ValidationError", message)
}
