//! `RegisterTargets` and `DeregisterTargets`: the whole call is checked before anything is changed.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::arn::Resource;
use super::world::name;
use super::{Instance, NamedTarget, Refusal, TargetGroup, TargetKey, World};
use crate::fleet::{InstanceState, TargetType};

/// When a call comes, and when reads show what it registers or deregisters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) now: DateTime<Utc>,
    /// How long reads do not show it; at once where it is not given.
    pub(crate) stale: Option<Duration>,
}

impl World {
    /// Registers targets, all or none. Rule: register-whole-call.
    pub(crate) fn register(&mut self, arn: &str, targets: &[NamedTarget], at: Moment) -> Result<(), Refusal> {
        let group = self.target_group(arn)?;
        let keys = self.keys(group, targets)?;
        match group.target_type {
            TargetType::Instance => self.check_instances(group, targets, at.now)?,
            TargetType::Alb => self.check_balancers(group, targets)?,
            TargetType::Ip => Self::check_addresses(group, &keys, at.now)?,
            TargetType::Lambda => {}
        }
        self.check_room(group, &keys, at.now)?;
        let targets = &mut self.target_group_mut(arn)?.targets;
        for key in keys {
            targets.register(key, at.now, at.stale);
        }
        Ok(())
    }

    /// Deregisters targets; those that are not registered are passed over.
    pub(crate) fn deregister(&mut self, arn: &str, targets: &[NamedTarget], at: Moment) -> Result<(), Refusal> {
        let keys = self.keys(self.target_group(arn)?, targets)?;
        let targets = &mut self.target_group_mut(arn)?.targets;
        for key in keys {
            targets.deregister(key, at.now, at.stale);
        }
        Ok(())
    }

    pub(super) fn target_group_mut(&mut self, arn: &str) -> Result<&mut TargetGroup, Refusal> {
        let name = name(Resource::TargetGroup, arn)?;
        self.target_groups
            .get_mut(name)
            .filter(|found| found.arn == arn)
            .ok_or(Refusal::NotFound(Resource::TargetGroup))
    }

    fn check_instances(&self, group: &TargetGroup, targets: &[NamedTarget], now: DateTime<Utc>) -> Result<(), Refusal> {
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
        let not_running = ids(&|instance| instance.state(now) != InstanceState::Running);
        if !not_running.is_empty() {
            return Err(Refusal::NotRunning(not_running));
        }
        Ok(())
    }

    /// Rule: alb-target.
    fn check_balancers(&self, group: &TargetGroup, targets: &[NamedTarget]) -> Result<(), Refusal> {
        for target in targets {
            let missing = || {
                Refusal::because("InvalidTarget", format!("The target load balancer '{}' does not exist", target.id))
            };
            let balancer = self.load_balancer(&target.id).map_err(|_| missing())?;
            if balancer.vpc != group.vpc {
                return Err(Refusal::OtherVpc { vpc: group.vpc.clone(), ids: vec![target.id.clone()] });
            }
            let port = target.port.or(group.port);
            if port != group.port || !port.is_some_and(|port| balancer.listeners.contains_key(&port)) {
                let message = format!(
                    "The targeted load balancer '{}' must have a listener on the port of the target group",
                    target.id
                );
                return Err(Refusal::because("InvalidTarget", message));
            }
        }
        Ok(())
    }

    /// Rule: address-drains.
    fn check_addresses(group: &TargetGroup, keys: &[TargetKey], now: DateTime<Utc>) -> Result<(), Refusal> {
        let drains = |key: &&TargetKey| group.targets.drains(key, now);
        match keys.iter().find(drains) {
            Some(key) => {
                let message = format!("The IP address '{}' is draining and cannot be registered yet", key.id);
                Err(Refusal::because("InvalidTarget", message))
            }
            None => Ok(()),
        }
    }
}
