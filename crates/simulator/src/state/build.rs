//! Adding things to the world: the start, and what tests add later.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::registering::{GENEVE_PORT, NamedTarget};
use super::targets::Targets;
use super::{Conditions, Instance, Listener, LoadBalancer, TargetGroup, World, arn, ids, is_instance_id};
use crate::fleet::{
    Fleet, FleetError, InstanceSpec, LoadBalancerKind, LoadBalancerSpec, Protocol, TargetGroupSpec, TargetType, UsedBy,
};

impl World {
    /// A world of this fleet. What is registered is so for long enough to be healthy.
    pub(crate) fn new(fleet: Fleet, now: DateTime<Utc>) -> Result<Self, FleetError> {
        let mut world = Self {
            region: fleet.region,
            instances: BTreeMap::new(),
            load_balancers: BTreeMap::new(),
            target_groups: BTreeMap::new(),
            conditions: Conditions::default(),
            classic: BTreeMap::new(),
            auto_scaling: BTreeMap::new(),
        };
        for spec in fleet.instances {
            world.add_instance(spec)?;
        }
        for spec in fleet.load_balancers {
            world.add_load_balancer(spec, now)?;
        }
        for spec in fleet.target_groups {
            world.add_target_group(spec)?;
        }
        for registered in fleet.registrations {
            world.add_target(&registered.target_group, &registered.id, registered.port, now)?;
        }
        for spec in fleet.classic_load_balancers {
            world.add_classic(spec, now)?;
        }
        for spec in fleet.auto_scaling_groups {
            world.add_scaling_group(spec, now)?;
        }
        Ok(world)
    }

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
        let instance = Instance {
            id: id.clone(),
            kind: spec.instance_type,
            launch_time: spec.launch_time,
            availability_zone: spec.availability_zone.unwrap_or_else(|| format!("{}a", self.region)),
            private_ip: spec.private_ip.unwrap_or_else(|| address(position)),
            name: spec.name,
            state: spec.state,
            running_since: DateTime::<Utc>::MIN_UTC,
            vpc: spec.vpc,
        };
        self.instances.insert(id.clone(), instance);
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
        let mut zones = spec.availability_zones;
        if zones.is_empty() {
            zones = ["a", "b"].map(|letter| format!("{}{letter}", self.region)).into();
        }
        let arn = ids::load_balancer_arn(&self.region, spec.kind, &spec.name);
        let load_balancer = LoadBalancer {
            arn: arn.clone(),
            name: spec.name.clone(),
            kind: spec.kind,
            scheme: spec.scheme,
            state: spec.state,
            availability_zones: zones,
            vpc: spec.vpc,
            created: now,
            listeners: BTreeMap::new(),
        };
        self.load_balancers.insert(spec.name, load_balancer);
        Ok(arn)
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
        let arn = ids::target_group_arn(&self.region, &spec.name);
        for usage in &spec.used_by {
            let Some(owner) = self.load_balancers.get_mut(&usage.load_balancer) else { continue };
            owner.use_group(usage.port, usage.by, &arn);
        }
        let is_lambda = spec.target_type == TargetType::Lambda;
        let delay = if is_lambda { Duration::ZERO } else { spec.deregistration_delay };
        let protocol = (!is_lambda).then_some(spec.protocol);
        let mut group = TargetGroup {
            arn: arn.clone(),
            name: spec.name.clone(),
            target_type: spec.target_type,
            protocol,
            port: (!is_lambda).then_some(spec.port),
            vpc: spec.vpc,
            health_check: spec.health_check,
            load_balancer: None,
            used_since: DateTime::<Utc>::MIN_UTC,
            unhealthy_draining: spec.unhealthy_draining_interval,
            targets: Targets::new(delay).with_lag(TargetGroup::lag_of(protocol)),
        };
        // What is built has been so for ever.
        let owner = spec.used_by.into_iter().next().map(|usage| usage.load_balancer);
        group.set_load_balancer(owner, DateTime::<Utc>::MIN_UTC);
        self.target_groups.insert(spec.name, group);
        Ok(arn)
    }

    /// Adds a target that is registered for long enough to be healthy. Its instance may be in any state.
    pub(crate) fn add_target(
        &mut self,
        target_group: &str,
        id: &str,
        port: Option<u16>,
        now: DateTime<Utc>,
    ) -> Result<(), FleetError> {
        let group = self
            .target_groups
            .get_mut(target_group)
            .ok_or_else(|| FleetError::UnknownTargetGroup(target_group.to_owned()))?;
        if group.target_type == TargetType::Instance && !self.instances.contains_key(id) {
            return Err(FleetError::UnknownInstance(id.to_owned()));
        }
        let keys = group.keys(&[NamedTarget { id: id.to_owned(), port }]).map_err(|refusal| FleetError::Target {
            target_group: target_group.to_owned(),
            id: id.to_owned(),
            reason: refusal.to_string(),
        })?;
        let registered = now - group.time_to_healthy();
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
    /// Lets the listener on this port, which is made where there is none, forward to a target group.
    fn use_group(&mut self, port: u16, by: UsedBy, target_group_arn: &str) {
        let protocol = match (self.kind, port) {
            (LoadBalancerKind::Application, 443) => Protocol::Https,
            (LoadBalancerKind::Application, _) => Protocol::Http,
            (LoadBalancerKind::Network, _) => Protocol::Tcp,
            (LoadBalancerKind::Gateway, _) => Protocol::Geneve,
        };
        let arn = ids::listener_arn(&self.arn, port);
        let listener =
            self.listeners.entry(port).or_insert_with(|| Listener { arn, port, protocol, forwards_to: Vec::new() });
        if by == UsedBy::DefaultAction {
            listener.forwards_to.push(target_group_arn.to_owned());
        }
    }
}

/// The private address of the instance of this position, in 10.0.0.0/8.
fn address(position: usize) -> Ipv4Addr {
    let host = u32::try_from(position).unwrap_or_default() & 0x00ff_ffff;
    Ipv4Addr::from(0x0a00_0110_u32.wrapping_add(host))
}
