//! `RegisterTargets` and `DeregisterTargets`: the whole call is checked before anything is changed.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::arn::{self, Resource};
use super::world::name;
use super::{Instance, Refusal, TargetGroup, TargetKey, World, is_instance_id};
use crate::faults::Effect;
use crate::fleet::{InstanceState, Protocol, TargetType};

/// The one port of gateway load balancers.
pub(super) const GENEVE_PORT: u16 = 6081;

/// When a call comes, and what a write of it does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) now: DateTime<Utc>,
    pub(crate) effect: Effect,
}

impl Moment {
    /// Whether a write changes anything.
    pub(super) fn takes_effect(self) -> bool {
        self.effect != Effect::Lost
    }

    /// How long reads do not show the registration of this moment.
    pub(super) fn stale(self) -> Option<Duration> {
        match self.effect {
            Effect::Stale(lasting) => Some(lasting),
            Effect::Shown | Effect::Lost => None,
        }
    }
}

/// A target as a call names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedTarget {
    pub(crate) id: String,
    pub(crate) port: Option<u16>,
}

impl World {
    /// Registers targets, all or none. Rule: register-whole-call.
    pub(crate) fn register(&mut self, arn: &str, targets: &[NamedTarget], at: Moment) -> Result<(), Refusal> {
        let group = self.target_group(arn)?;
        let keys = group.keys(targets)?;
        if group.target_type == TargetType::Instance {
            self.check_instances(group, targets)?;
        }
        let targets = &mut self.target_group_mut(arn)?.targets;
        match at.effect {
            Effect::Shown => keys.into_iter().for_each(|key| targets.register(key, at.now, None)),
            Effect::Stale(lasting) => keys.into_iter().for_each(|key| targets.register(key, at.now, Some(lasting))),
            Effect::Lost => {}
        }
        Ok(())
    }

    /// Deregisters targets; those that are not registered are passed over.
    pub(crate) fn deregister(&mut self, arn: &str, targets: &[NamedTarget], at: Moment) -> Result<(), Refusal> {
        let group = self.target_group_mut(arn)?;
        let keys = group.keys(targets)?;
        let targets = &mut group.targets;
        match at.effect {
            Effect::Shown => keys.into_iter().for_each(|key| targets.deregister(key, at.now, None)),
            Effect::Stale(lasting) => keys.into_iter().for_each(|key| targets.deregister(key, at.now, Some(lasting))),
            Effect::Lost => {}
        }
        Ok(())
    }

    fn target_group_mut(&mut self, arn: &str) -> Result<&mut TargetGroup, Refusal> {
        let name = name(Resource::TargetGroup, arn)?;
        self.target_groups
            .get_mut(name)
            .filter(|found| found.arn == arn)
            .ok_or(Refusal::NotFound(Resource::TargetGroup))
    }

    fn check_instances(&self, group: &TargetGroup, targets: &[NamedTarget]) -> Result<(), Refusal> {
        let mut known: Vec<&Instance> = Vec::new();
        let mut unknown = BTreeSet::new();
        for target in targets {
            match self.instances.get(&target.id) {
                Some(instance) => known.push(instance),
                None => drop(unknown.insert(target.id.clone())),
            }
        }
        if !unknown.is_empty() {
            return Err(Refusal::UnknownInstances(unknown.into_iter().collect()));
        }
        let ids = |wrong: &dyn Fn(&Instance) -> bool| -> Vec<String> {
            let ids: BTreeSet<_> = known.iter().filter(|instance| wrong(instance)).map(|i| i.id.clone()).collect();
            ids.into_iter().collect()
        };
        let elsewhere = ids(&|instance| instance.vpc != group.vpc);
        if !elsewhere.is_empty() {
            return Err(Refusal::OtherVpc { vpc: group.vpc.clone(), ids: elsewhere });
        }
        let not_running = ids(&|instance| instance.state != InstanceState::Running);
        if !not_running.is_empty() {
            return Err(Refusal::NotRunning(not_running));
        }
        Ok(())
    }
}

impl TargetGroup {
    /// The keys of the targets that a call names, each checked by its form. Rule: target-default-port.
    pub(crate) fn keys(&self, targets: &[NamedTarget]) -> Result<Vec<TargetKey>, Refusal> {
        let mut keys = BTreeSet::new();
        let mut twice = BTreeSet::new();
        for target in targets {
            self.check_form(target)?;
            let key = TargetKey { id: target.id.clone(), port: target.port.or(self.port) };
            if !keys.insert(key) {
                twice.insert(target.id.clone());
            }
        }
        if !twice.is_empty() {
            return Err(Refusal::DuplicateTargets(twice.into_iter().collect()));
        }
        Ok(keys.into_iter().collect())
    }

    fn check_form(&self, target: &NamedTarget) -> Result<(), Refusal> {
        let id = target.id.as_str();
        let well_formed = match self.target_type {
            TargetType::Instance if !is_instance_id(id) => return Err(Refusal::MalformedInstanceId(id.to_owned())),
            TargetType::Lambda if target.port.is_some() => return Err(Refusal::PortOfLambda(id.to_owned())),
            TargetType::Instance | TargetType::Ip
                if self.protocol == Some(Protocol::Geneve) && target.port.is_some_and(|port| port != GENEVE_PORT) =>
            {
                return Err(Refusal::PortOfGeneve(id.to_owned()));
            }
            TargetType::Instance => true,
            TargetType::Ip => id.parse::<IpAddr>().is_ok(),
            TargetType::Lambda => id.starts_with("arn:aws:lambda:"),
            TargetType::Alb => arn::name(Resource::LoadBalancer, id).is_some(),
        };
        if well_formed { Ok(()) } else { Err(Refusal::WrongTargetType(id.to_owned())) }
    }
}
