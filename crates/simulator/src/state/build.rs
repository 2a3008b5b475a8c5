//! Adding things to the world: those of the fleet, and what tests add later.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::attributes::{Attributes, DEREGISTRATION_DELAY};
use super::checks::Change;
use super::naming::{GENEVE_PORT, NamedTarget};
use super::tags::{self, Tags};
use super::targets::Targets;
use super::{
    Action, Condition, EnabledZone, Instance, Lifecycle, Listener, ListenerRule, LoadBalancer, Refusal, TargetGroup,
    World, arn, ids, is_instance_id, routing,
};
use crate::fleet::{
    FleetError, InstanceSpec, ListenerUse, LoadBalancerKind, LoadBalancerSpec, Protocol, TargetGroupSpec, TargetType,
    UsedBy,
};

/// The image of instances of a fleet.
const IMAGE: &str = "ami-0a1b2c3d4e5f60718";

impl World {
    /// Adds an instance and returns its id.
    pub(crate) fn add_instance(&mut self, spec: InstanceSpec) -> Result<String, FleetError> {
        let position = self.instances.len();
        let id = spec.id.unwrap_or_else(|| ids::free_instance_id(position, |id| self.instances.contains_key(id)));
        if !is_instance_id(&id) {
            return Err(FleetError::MalformedInstanceId(id));
        }
        if self.instances.contains_key(&id) {
            return Err(FleetError::DuplicateInstance(id));
        }
        let name = spec.name.map(|name| ("Name".to_owned(), name));
        let tags = fleet_tags(&id, spec.tags.into_iter().chain(name))?;
        let subnet = if let Some(subnet) = spec.subnet {
            subnet
        } else {
            let zone = spec.availability_zone.unwrap_or_else(|| format!("{}a", self.region));
            self.subnet_for(&spec.vpc, &zone).ok_or(FleetError::NoSubnet { vpc: spec.vpc, zone })?
        };
        let subnet = self.subnets.get_mut(&subnet).ok_or(FleetError::UnknownSubnet(subnet))?;
        let address = match spec.private_ip {
            Some(address) => (subnet.has(address) && subnet.take(address)).then_some(address),
            None => subnet.take_any(),
        };
        let private_ip =
            address.ok_or_else(|| FleetError::Address { subnet: subnet.id.clone(), address: spec.private_ip })?;
        let instance = Instance {
            id: id.clone(),
            kind: spec.instance_type,
            image: IMAGE.to_owned(),
            launch_time: spec.launch_time,
            availability_zone: subnet.zone.clone(),
            subnet: subnet.id.clone(),
            private_ip,
            tags,
            vpc: subnet.vpc.clone(),
            reservation: ids::resource("r", &id),
            lifecycle: Lifecycle::settled(spec.state),
            running_since: DateTime::<Utc>::MIN_UTC,
        };
        self.instances.insert(id.clone(), instance);
        if let Some(failure) = spec.failing {
            self.conditions.checks.note(&id, Change::ever(None, failure));
        }
        Ok(id)
    }

    /// Adds a load balancer and returns its ARN.
    pub(crate) fn add_load_balancer(
        &mut self,
        spec: LoadBalancerSpec,
        now: DateTime<Utc>,
    ) -> Result<String, FleetError> {
        if !arn::is_name(&spec.name) {
            return Err(FleetError::MalformedName(spec.name));
        }
        if self.load_balancers.contains_key(&spec.name) {
            return Err(FleetError::DuplicateLoadBalancer(spec.name));
        }
        let tags = fleet_tags(&spec.name, spec.tags)?;
        let attributes = Attributes::of_load_balancer(spec.kind, spec.scheme);
        let attributes = fleet_attributes(&spec.name, &attributes, spec.attributes)?;
        let mut names = spec.availability_zones;
        if names.is_empty() {
            names = ["a", "b"].map(|letter| format!("{}{letter}", self.region)).into();
        }
        let mut zones = Vec::new();
        for id in &spec.subnets {
            let subnet = self.subnets.get(id).ok_or_else(|| FleetError::UnknownSubnet(id.clone()))?;
            zones.push(EnabledZone { name: subnet.zone.clone(), subnet: id.clone() });
        }
        if zones.is_empty() {
            for zone in names {
                let missing = || FleetError::NoSubnet { vpc: spec.vpc.clone(), zone: zone.clone() };
                let subnet = self.subnet_for(&spec.vpc, &zone).ok_or_else(missing)?;
                zones.push(EnabledZone { name: zone, subnet });
            }
        }
        let vpc = zones.first().and_then(|zone| self.subnets.get(&zone.subnet)).map(|subnet| subnet.vpc.clone());
        let vpc = vpc.unwrap_or(spec.vpc);
        let arn = ids::load_balancer_arn(&self.region, spec.kind, &spec.name);
        let load_balancer = LoadBalancer {
            arn: arn.clone(),
            name: spec.name.clone(),
            kind: spec.kind,
            scheme: spec.scheme,
            state: spec.state,
            ready: now,
            zones,
            security_groups: self.default_security_groups(spec.kind, &vpc),
            vpc,
            created: now,
            listeners: BTreeMap::new(),
            attributes,
            tags,
        };
        self.load_balancers.insert(spec.name, load_balancer);
        Ok(arn)
    }

    /// The security groups of a load balancer for which none are named. Rule: default-security-group.
    pub(super) fn default_security_groups(&self, kind: LoadBalancerKind, vpc: &str) -> Vec<String> {
        let group = self.vpcs.get(vpc).filter(|_| kind == LoadBalancerKind::Application);
        group.map(|vpc| vpc.security_group.clone()).into_iter().collect()
    }

    /// Adds a target group, and the listeners that use it, and returns its ARN.
    pub(crate) fn add_target_group(&mut self, spec: TargetGroupSpec) -> Result<String, FleetError> {
        if !arn::is_name(&spec.name) {
            return Err(FleetError::MalformedName(spec.name));
        }
        if self.target_groups.contains_key(&spec.name) {
            return Err(FleetError::DuplicateTargetGroup(spec.name));
        }
        self.check_settings(&spec)?;
        let is_lambda = spec.target_type == TargetType::Lambda;
        let protocol = (!is_lambda).then_some(spec.protocol);
        let tags = fleet_tags(&spec.name, spec.tags)?;
        let delay =
            (!is_lambda).then(|| (DEREGISTRATION_DELAY.to_owned(), spec.deregistration_delay.as_secs().to_string()));
        let attributes = Attributes::of_target_group(spec.target_type, protocol);
        let draining = Attributes::of_unhealthy_draining(spec.unhealthy_draining_interval);
        let changes = delay.into_iter().chain(draining).chain(spec.attributes);
        let attributes = fleet_attributes(&spec.name, &attributes, changes)?;
        let arn = ids::target_group_arn(&self.region, &spec.name);
        for usage in &spec.used_by {
            let Some(owner) = self.load_balancers.get_mut(&usage.load_balancer) else { continue };
            owner.use_group(usage, (&spec.name, &arn), &self.region);
        }
        self.name_vpc(&spec.vpc, false);
        let mut group = TargetGroup {
            arn: arn.clone(),
            name: spec.name.clone(),
            target_type: spec.target_type,
            protocol,
            protocol_version: TargetGroup::first_version(protocol),
            port: (!is_lambda).then_some(spec.port),
            vpc: spec.vpc,
            health_check: spec.health_check,
            load_balancer: None,
            used_since: DateTime::<Utc>::MIN_UTC,
            targets: Targets::new(attributes.deregistration_delay()).with_lag(TargetGroup::lag_of(protocol)),
            attributes,
            tags,
        };
        // What is built has been so for ever.
        let owner = spec.used_by.into_iter().next().map(|usage| usage.load_balancer);
        group.set_load_balancer(owner, DateTime::<Utc>::MIN_UTC);
        self.target_groups.insert(spec.name, group);
        Ok(arn)
    }

    /// Adds a target that is registered for long enough to be healthy, or unhealthy where its checks fail. Its instance may be in any state.
    pub(crate) fn add_target(
        &mut self,
        target_group: &str,
        id: &str,
        port: Option<u16>,
        now: DateTime<Utc>,
    ) -> Result<(), FleetError> {
        let unknown = || FleetError::UnknownTargetGroup(target_group.to_owned());
        let group = self.target_groups.get(target_group).ok_or_else(unknown)?;
        if group.target_type == TargetType::Instance && !self.instances.contains_key(id) {
            return Err(FleetError::UnknownInstance(id.to_owned()));
        }
        let named = NamedTarget { id: id.to_owned(), port, zone: None };
        let keys = self.keys(group, &[named]).map_err(|refusal| FleetError::Target {
            target_group: target_group.to_owned(),
            id: id.to_owned(),
            reason: refusal.to_string(),
        })?;
        let registered = now - group.time_to_settle();
        let group = self.target_groups.get_mut(target_group).ok_or_else(unknown)?;
        for key in keys {
            group.targets.register(key, registered, None);
        }
        Ok(())
    }

    /// Rule: target-group-settings. Rule: one-load-balancer.
    fn check_settings(&self, spec: &TargetGroupSpec) -> Result<(), FleetError> {
        let seconds = |least, most| Duration::from_secs(least)..=Duration::from_secs(most);
        let check = &spec.health_check;
        let names: Vec<&str> = spec.used_by.iter().map(|usage| usage.load_balancer.as_str()).collect();
        if let Some(unknown) = names.iter().find(|name| !self.load_balancers.contains_key(**name)) {
            return Err(FleetError::UnknownLoadBalancer((*unknown).to_owned()));
        }
        let has_rule_elsewhere = spec.used_by.iter().any(|usage| {
            usage.by == UsedBy::Rule
                && self
                    .load_balancers
                    .get(&usage.load_balancer)
                    .is_some_and(|owner| owner.kind != LoadBalancerKind::Application)
        });
        let wants = [
            (spec.port != 0, "the port is 1 to 65535"),
            (spec.protocol != Protocol::Geneve || spec.port == GENEVE_PORT, "the port of GENEVE is 6081"),
            (seconds(0, 3600).contains(&spec.deregistration_delay), "the deregistration delay is 0 to 3600 s"),
            (
                spec.unhealthy_draining_interval.is_zero() || spec.protocol.is_of_network(),
                "only groups of network load balancers have an unhealthy draining interval",
            ),
            (
                seconds(0, 360_000).contains(&spec.unhealthy_draining_interval),
                "the unhealthy draining interval is 0 to 360000 s",
            ),
            (seconds(5, 300).contains(&check.interval), "the health check interval is 5 to 300 s"),
            (seconds(2, 120).contains(&check.timeout), "the health check timeout is 2 to 120 s"),
            ((2..=10).contains(&check.healthy_threshold), "the healthy threshold is 2 to 10"),
            ((2..=10).contains(&check.unhealthy_threshold), "the unhealthy threshold is 2 to 10"),
            (names.windows(2).all(|pair| pair[0] == pair[1]), "it belongs to one load balancer"),
            (!has_rule_elsewhere, "only application load balancers have rules"),
        ];
        match wants.into_iter().find(|(is_so, _)| !is_so) {
            Some((_, reason)) => Err(FleetError::TargetGroupSetting { name: spec.name.clone(), reason }),
            None => Ok(()),
        }
    }
}

impl LoadBalancer {
    /// Lets a listener, which is made where there is none, forward to the target group of this name and ARN.
    fn use_group(&mut self, usage: &ListenerUse, group: (&str, &str), region: &str) {
        let (port, (name, target_group_arn)) = (usage.port, group);
        let protocol = match (self.kind, port) {
            (LoadBalancerKind::Application, 443) => Protocol::Https,
            (LoadBalancerKind::Application, _) => Protocol::Http,
            (LoadBalancerKind::Network, _) => Protocol::Tcp,
            (LoadBalancerKind::Gateway, _) => Protocol::Geneve,
        };
        let arn = ids::listener_arn(&self.arn, &port.to_string());
        let certificate = || format!("{}:certificate/0a1b2c3d-4e5f-4061-8728-394a5b6c7d8e", ids::prefix("acm", region));
        let new = || Listener {
            certificate: (protocol == Protocol::Https).then(certificate),
            ssl_policy: (protocol == Protocol::Https).then(|| routing::SSL_POLICY.to_owned()),
            ..Listener::new(arn, port, protocol, Action::not_found())
        };
        let listener = self.listeners.entry(port).or_insert_with(new);
        let forward = Action::forward(target_group_arn);
        match usage.by {
            UsedBy::DefaultAction => match (&mut listener.default_action, forward) {
                (Action::Forward { groups, .. }, Action::Forward { groups: more, .. }) => groups.extend(more),
                (action, forward) => *action = forward,
            },
            UsedBy::Rule => {
                let priority = listener.rules.last_key_value().map_or(1, |(last, _)| last + 1);
                let rule = ListenerRule {
                    arn: ids::rule_arn(&listener.arn, &priority.to_string()),
                    conditions: vec![Condition::Path(vec![format!("/{name}/*")])],
                    action: forward,
                    tags: Tags::default(),
                };
                listener.rules.insert(priority, rule);
            }
        }
    }
}

/// The tags of something of a fleet.
pub(super) fn fleet_tags(resource: &str, tags: impl IntoIterator<Item = (String, String)>) -> Result<Tags, FleetError> {
    let given: Vec<(String, String)> = tags.into_iter().collect();
    let refused = |key: &str| FleetError::Tag { resource: resource.to_owned(), key: key.to_owned() };
    if let Some((key, _)) = given.iter().find(|tag| tags::check_form(std::slice::from_ref(tag)).is_err()) {
        return Err(refused(key));
    }
    match Tags::default().check_room(&given) {
        Ok(()) => Ok(given.into_iter().collect()),
        Err(_) => Err(refused(given.last().map_or("", |(key, _)| key))),
    }
}

fn fleet_attributes(
    resource: &str,
    defaults: &Attributes,
    changes: impl IntoIterator<Item = (String, String)>,
) -> Result<Attributes, FleetError> {
    let changes: Vec<(String, String)> = changes.into_iter().collect();
    let refused =
        |refusal: Refusal| FleetError::Attribute { resource: resource.to_owned(), reason: refusal.to_string() };
    defaults.with(&changes).map_err(refused)
}
