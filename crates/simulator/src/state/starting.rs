//! The world at the start.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::checks::Change;
use super::{Conditions, World};
use crate::fleet::{DEFAULT_VPC, Fleet, FleetError, Misfit, Part};

impl World {
    /// A world of this fleet. What is registered is so for long enough to be healthy, or unhealthy where its checks fail.
    pub(crate) fn new(fleet: Fleet, now: DateTime<Utc>) -> Result<Self, Misfit> {
        let mut world = Self {
            region: fleet.region,
            instances: BTreeMap::new(),
            load_balancers: BTreeMap::new(),
            target_groups: BTreeMap::new(),
            vpcs: BTreeMap::new(),
            subnets: BTreeMap::new(),
            launches: BTreeMap::new(),
            serial: 0,
            conditions: Conditions::default(),
            classic: BTreeMap::new(),
            auto_scaling: BTreeMap::new(),
            access_keys: BTreeMap::new(),
        };
        if !is_region(&world.region) {
            return Err(Misfit { part: Part::Region, error: FleetError::MalformedRegion(world.region) });
        }
        world.name_vpc(DEFAULT_VPC, true);
        each(fleet.vpcs, Part::Vpc, |spec| world.add_vpc(spec))?;
        each(fleet.instances, Part::Instance, |spec| world.add_instance(spec).map(drop))?;
        each(fleet.load_balancers, Part::LoadBalancer, |spec| world.add_load_balancer(spec, now).map(drop))?;
        each(fleet.target_groups, Part::TargetGroup, |spec| world.add_target_group(spec).map(drop))?;
        each(fleet.registrations, Part::Registration, |own| {
            world.add_target(&own.target_group, &own.id, own.port, now)?;
            if let Some(failure) = own.failing {
                let default_port = world.target_groups.get(&own.target_group).and_then(|group| group.port);
                world.conditions.checks.note(&own.id, Change::ever(own.port.or(default_port), failure));
            }
            Ok(())
        })?;
        each(fleet.classic_load_balancers, Part::ClassicLoadBalancer, |spec| world.add_classic(spec, now))?;
        each(fleet.auto_scaling_groups, Part::AutoScalingGroup, |spec| world.add_scaling_group(spec, now))?;
        each(fleet.access_keys, Part::AccessKey, |spec| world.add_access_key(spec))?;
        Ok(world)
    }
}

/// Adds each of these, and says which one does not fit.
fn each<T>(
    items: Vec<T>,
    part: fn(usize) -> Part,
    mut add: impl FnMut(T) -> Result<(), FleetError>,
) -> Result<(), Misfit> {
    let mut numbered = items.into_iter().enumerate();
    numbered.try_for_each(|(number, item)| add(item).map_err(|error| Misfit { part: part(number), error }))
}

/// Whether a text has the form of a region, such as `us-east-1` or `us-gov-west-1`.
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is = |part: &str, kind: fn(&u8) -> bool| !part.is_empty() && part.bytes().all(|byte| kind(&byte));
    match parts.as_slice() {
        [words @ .., number] if words.len() >= 2 => {
            words.iter().all(|word| is(word, u8::is_ascii_lowercase)) && is(number, u8::is_ascii_digit)
        }
        _ => false,
    }
}
