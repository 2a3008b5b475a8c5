//! Everything of one account and region, and how it is found.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::access_keys::AccessKey;
use super::arn::{self, Resource};
use super::auto_scaling::AutoScalingGroup;
use super::classic::ClassicLoadBalancer;
use super::conditions::Reserved;
use super::health::Backing;
use super::naming::ALL_ZONES;
use super::targets::Registration;
use super::{
    Conditions, Health, Instance, Launch, Lifecycle, Listener, LoadBalancer, Refusal, Subnet, TargetGroup, TargetKey,
    Vpc, is_instance_id,
};
use crate::fleet::{FleetError, InstanceState, TargetType};

/// Everything there is.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) region: String,
    /// By id.
    pub(crate) instances: BTreeMap<String, Instance>,
    /// By name.
    pub(crate) load_balancers: BTreeMap<String, LoadBalancer>,
    /// By name.
    pub(crate) target_groups: BTreeMap<String, TargetGroup>,
    pub(crate) conditions: Conditions,
    /// By name.
    pub(crate) classic: BTreeMap<String, ClassicLoadBalancer>,
    /// By name.
    pub(crate) auto_scaling: BTreeMap<String, AutoScalingGroup>,
    /// By id.
    pub(crate) vpcs: BTreeMap<String, Vpc>,
    /// By id.
    pub(crate) subnets: BTreeMap<String, Subnet>,
    /// The launches of instances by their client tokens.
    pub(crate) launches: BTreeMap<String, Launch>,
    /// By id.
    pub(crate) access_keys: BTreeMap<String, AccessKey>,
    /// How many ids were made while the simulator runs.
    pub(crate) serial: u64,
}

impl World {
    pub(crate) fn load_balancer(&self, arn: &str) -> Result<&LoadBalancer, Refusal> {
        find(&self.load_balancers, Resource::LoadBalancer, arn, |found| &found.arn)
    }

    pub(crate) fn target_group(&self, arn: &str) -> Result<&TargetGroup, Refusal> {
        find(&self.target_groups, Resource::TargetGroup, arn, |found| &found.arn)
    }

    /// The listener, with its load balancer.
    pub(crate) fn listener(&self, arn: &str) -> Result<(&LoadBalancer, &Listener), Refusal> {
        let name = name(Resource::Listener, arn)?;
        self.load_balancers
            .get(name)
            .and_then(|owner| Some((owner, owner.listeners.values().find(|listener| listener.arn == arn)?)))
            .ok_or(Refusal::NotFound(Resource::Listener))
    }

    pub(crate) fn load_balancer_named(&self, name: &str) -> Result<&LoadBalancer, Refusal> {
        self.load_balancers.get(name).ok_or(Refusal::NotFound(Resource::LoadBalancer))
    }

    pub(crate) fn target_group_named(&self, name: &str) -> Result<&TargetGroup, Refusal> {
        self.target_groups.get(name).ok_or(Refusal::NotFound(Resource::TargetGroup))
    }

    /// The instances of these ids; one that EC2 does not know fails them all.
    pub(crate) fn instances_by_id(&self, ids: &[String]) -> Result<Vec<&Instance>, Refusal> {
        if let Some(malformed) = ids.iter().find(|id| !is_instance_id(id)) {
            return Err(Refusal::Ec2MalformedInstanceId(malformed.clone()));
        }
        let unknown: Vec<String> = ids.iter().filter(|id| !self.instances.contains_key(*id)).cloned().collect();
        if !unknown.is_empty() {
            return Err(Refusal::Ec2UnknownInstances(unknown));
        }
        Ok(ids.iter().filter_map(|id| self.instances.get(id)).collect())
    }

    /// The health of a target; of one that is not registered where there is no registration.
    pub(crate) fn health(
        &self,
        group: &TargetGroup,
        key: &TargetKey,
        registration: Option<&Registration>,
        now: DateTime<Utc>,
    ) -> Health {
        registration.map_or_else(Health::not_registered, |registration| {
            Health::of(group, key.port, registration, self.backing(group, key, now), now)
        })
    }

    /// A number that no id has yet.
    pub(super) fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// Sets the state of an instance; its registrations stay. Rule: health-invalid-state.
    pub(crate) fn set_instance_state(&mut self, id: &str, state: InstanceState) -> Result<(), FleetError> {
        if state == InstanceState::Terminated {
            self.release_address(id);
        }
        let instance = self.instances.get_mut(id).ok_or_else(|| FleetError::UnknownInstance(id.to_owned()))?;
        instance.lifecycle = Lifecycle::settled(state);
        Ok(())
    }

    /// Stops an instance; one that is gone for good cannot be. Rule: start-and-stop.
    pub(crate) fn stop_instance(&mut self, id: &str, now: DateTime<Utc>) -> Result<(), FleetError> {
        let instance = self.instances.get(id).ok_or_else(|| FleetError::UnknownInstance(id.to_owned()))?;
        if matches!(instance.state(now), InstanceState::ShuttingDown | InstanceState::Terminated) {
            return Err(FleetError::Gone(id.to_owned()));
        }
        self.set_instance_state(id, InstanceState::Stopped)
    }

    /// Starts a stopped instance: from now on it has been launched anew. Rule: ec2-start.
    pub(crate) fn start_instance(&mut self, id: &str, now: DateTime<Utc>) -> Result<(), FleetError> {
        let instance = self.instances.get_mut(id).ok_or_else(|| FleetError::UnknownInstance(id.to_owned()))?;
        if instance.state(now) != InstanceState::Stopped {
            return Err(FleetError::NotStopped(id.to_owned()));
        }
        instance.lifecycle = Lifecycle::settled(InstanceState::Running);
        instance.launch_time = now;
        instance.running_since = now;
        Ok(())
    }

    /// Lets EC2 forget an instance, as it does about an hour after the termination; its registrations stay.
    /// Rule: ec2-forgets.
    pub(crate) fn forget_instance(&mut self, id: &str) -> Result<(), FleetError> {
        self.release_address(id);
        self.instances.remove(id).ok_or_else(|| FleetError::UnknownInstance(id.to_owned()))?;
        self.conditions.checks.forget(id);
        Ok(())
    }

    fn backing(&self, group: &TargetGroup, key: &TargetKey, now: DateTime<Utc>) -> Backing<'_> {
        let owner = self.owner(group);
        let is_off = |zone: &str| zone != ALL_ZONES && owner.is_some_and(|owner| !owner.serves(zone));
        let backing = Backing {
            kind: owner.map(|owner| owner.kind),
            not_running: None,
            in_other_zone: key.zone.as_deref().is_some_and(is_off),
            is_reserved: false,
            ready_since: DateTime::<Utc>::MIN_UTC,
            changes: self.conditions.checks.of(&key.id),
        };
        match group.target_type {
            TargetType::Lambda | TargetType::Alb => backing,
            TargetType::Ip => match self.conditions.address(&key.id) {
                Ok(free_since) => Backing { ready_since: free_since, ..backing },
                Err(Reserved) => Backing { is_reserved: true, ..backing },
            },
            TargetType::Instance => match self.instances.get(&key.id) {
                Some(instance) => {
                    let state = instance.state(now);
                    Backing {
                        not_running: (state != InstanceState::Running).then_some(state),
                        in_other_zone: is_off(&instance.availability_zone),
                        ready_since: instance.running_since,
                        ..backing
                    }
                }
                None => Backing { not_running: Some(InstanceState::Terminated), ..backing },
            },
        }
    }
}

/// The name in an ARN, or the refusal of its form.
pub(super) fn name(resource: Resource, arn: &str) -> Result<&str, Refusal> {
    arn::name(resource, arn).ok_or_else(|| Refusal::MalformedArn { resource, arn: arn.to_owned() })
}

fn find<'a, T>(
    named: &'a BTreeMap<String, T>,
    resource: Resource,
    arn: &str,
    arn_of: impl Fn(&T) -> &String,
) -> Result<&'a T, Refusal> {
    named.get(name(resource, arn)?).filter(|found| arn_of(found) == arn).ok_or(Refusal::NotFound(resource))
}
