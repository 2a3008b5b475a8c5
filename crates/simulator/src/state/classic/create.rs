//! Classic load balancers come and go.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::attributes::Attributes;
use super::{ClassicLoadBalancer, ClassicRefusal, key, with_tags};
use crate::fleet::{ClassicListener, ClassicLoadBalancerSpec, FleetError};
use crate::state::targets::Targets;
use crate::state::{Moment, World, arn};

/// The most Classic load balancers of a region. Rule: classic-quotas.
const LOAD_BALANCERS: usize = 20;

/// The most listeners of one. Rule: classic-quotas.
const LISTENERS: usize = 100;

impl World {
    /// Creates a load balancer, without instances, and returns its DNS name. Rule: classic-duplicate-name.
    pub(crate) fn create_classic(
        &mut self,
        spec: ClassicLoadBalancerSpec,
        at: Moment,
    ) -> Result<String, ClassicRefusal> {
        if self.classic.contains_key(&spec.name) {
            return Err(ClassicRefusal::Duplicate(spec.name));
        }
        if self.classic.len() >= LOAD_BALANCERS {
            return Err(ClassicRefusal::TooManyLoadBalancers(LOAD_BALANCERS));
        }
        let created = self.new_classic(spec, at.now)?;
        let dns_name = created.dns_name(&self.region);
        self.classic.insert(created.name.clone(), created);
        Ok(dns_name)
    }

    /// Deletes a load balancer; one that is not there is a success. Rule: classic-delete-absent.
    pub(crate) fn delete_classic(&mut self, name: &str) {
        self.classic.remove(name);
    }

    /// Adds a load balancer; its instances are registered for long enough to be in service, or out of it where their checks fail, and may be in any state.
    pub(crate) fn add_classic(&mut self, spec: ClassicLoadBalancerSpec, now: DateTime<Utc>) -> Result<(), FleetError> {
        let (name, instances) = (spec.name.clone(), spec.instances.clone());
        if self.classic.contains_key(&name) {
            return Err(FleetError::DuplicateLoadBalancer(name));
        }
        let reason =
            |refusal: ClassicRefusal| FleetError::ClassicSetting { name: name.clone(), reason: refusal.to_string() };
        let created = self.new_classic(spec, now).map_err(reason)?;
        self.classic.insert(name.clone(), created);
        instances.iter().try_for_each(|id| self.add_classic_instance(&name, id, now))
    }

    fn new_classic(
        &self,
        spec: ClassicLoadBalancerSpec,
        created: DateTime<Utc>,
    ) -> Result<ClassicLoadBalancer, ClassicRefusal> {
        // Rule: classic-names.
        if !arn::is_name(&spec.name) {
            return Err(ClassicRefusal::MalformedName(spec.name));
        }
        spec.health_check.check()?;
        let mut zones: BTreeSet<String> = spec.availability_zones.into_iter().collect();
        if zones.is_empty() {
            zones = ["a", "b"].map(|letter| format!("{}{letter}", self.region)).into();
        }
        self.check_zones(&zones)?;
        let attributes = Attributes::draining(spec.connection_draining);
        attributes.check()?;
        Ok(ClassicLoadBalancer {
            name: spec.name,
            scheme: spec.scheme,
            vpc: spec.vpc,
            availability_zones: zones,
            created,
            listeners: listeners(spec.listeners)?,
            health_check: spec.health_check,
            registered: Targets::new(attributes.drain_time()),
            attributes,
            tags: with_tags(BTreeMap::new(), spec.tags.into_iter().collect())?,
            known: BTreeSet::new(),
            configured: None,
        })
    }

    /// Registers an instance for long enough to be in service, or out of it where its checks fail. It may be in any state.
    pub(crate) fn add_classic_instance(&mut self, name: &str, id: &str, now: DateTime<Utc>) -> Result<(), FleetError> {
        if !self.instances.contains_key(id) {
            return Err(FleetError::UnknownInstance(id.to_owned()));
        }
        let owner = self.classic.get_mut(name).ok_or_else(|| FleetError::UnknownLoadBalancer(name.to_owned()))?;
        let check = &owner.health_check;
        let time_to_settle = check.interval.saturating_mul(check.healthy_threshold.max(check.unhealthy_threshold));
        let registered = now.checked_sub_signed(signed(time_to_settle)).unwrap_or(now);
        owner.known.insert(id.to_owned());
        owner.registered.register(key(id), registered, None);
        Ok(())
    }
}

/// The listeners by their ports. Rule: classic-listeners.
fn listeners(listeners: Vec<ClassicListener>) -> Result<BTreeMap<u16, ClassicListener>, ClassicRefusal> {
    if listeners.is_empty() {
        return Err(ClassicRefusal::Listener("Listeners cannot be empty".to_owned()));
    }
    let mut by_port = BTreeMap::new();
    for listener in listeners {
        check(&listener)?;
        let port = listener.port;
        if by_port.insert(port, listener).is_some() {
            return Err(ClassicRefusal::DuplicateListener(port));
        }
    }
    if by_port.len() > LISTENERS {
        return Err(ClassicRefusal::TooManyListeners(LISTENERS));
    }
    Ok(by_port)
}

fn check(listener: &ClassicListener) -> Result<(), ClassicRefusal> {
    let refused = |message: String| Err(ClassicRefusal::Listener(message));
    if listener.port == 0 || listener.instance_port == 0 {
        return refused("The port of a listener and of its instances is 1 to 65535".to_owned());
    }
    let (outer, inner) = (listener.protocol, listener.instance_protocol);
    if outer.is_http() != inner.is_http() {
        return refused(format!("The protocols {outer} and {inner} of a listener do not go together"));
    }
    match &listener.certificate {
        None if outer.is_secure() => refused(format!("A listener for {outer} needs an SSL certificate")),
        Some(_) if !outer.is_secure() => refused(format!("A listener for {outer} takes no SSL certificate")),
        Some(arn) if !(arn.starts_with("arn:aws:acm:") || arn.starts_with("arn:aws:iam:")) => {
            Err(ClassicRefusal::CertificateNotFound(arn.clone()))
        }
        _ => Ok(()),
    }
}

fn signed(duration: Duration) -> chrono::TimeDelta {
    chrono::TimeDelta::from_std(duration).unwrap_or(chrono::TimeDelta::MAX)
}
