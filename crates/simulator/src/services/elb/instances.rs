//! `RegisterInstancesWithLoadBalancer`, `DeregisterInstancesFromLoadBalancer`, `DescribeInstanceHealth`.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{load_balancer_name, required, some};
use crate::state::{Moment, World};
use crate::wire::{AwsError, Params, Xml};

pub(super) fn register(mut params: Params, world: &mut World, at: Moment) -> Result<Xml, AwsError> {
    let (name, ids) = name_and_instances(&mut params)?;
    Ok(instances(&world.register_classic(&name, &ids, at)?))
}

pub(super) fn deregister(mut params: Params, world: &mut World, at: Moment) -> Result<Xml, AwsError> {
    let (name, ids) = name_and_instances(&mut params)?;
    Ok(instances(&world.deregister_classic(&name, &ids, at)?))
}

pub(super) fn describe_health(mut params: Params, world: &World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    let name = load_balancer_name(&mut params)?;
    let mut ids = named(&mut params)?;
    params.finish()?;
    ids.sort();
    ids.dedup();
    let told = world.classic_health(&name, &ids, now)?;
    let mut xml = Xml::default();
    xml.list("InstanceStates", "member", &told, |xml, (id, health)| {
        xml.text("InstanceId", id);
        xml.text("State", health.state);
        xml.text("ReasonCode", health.reason);
        xml.text("Description", health.description);
    });
    Ok(xml)
}

fn name_and_instances(params: &mut Params) -> Result<(String, BTreeSet<String>), AwsError> {
    let name = load_balancer_name(params)?;
    let ids = named(params)?;
    params.finish()?;
    Ok((name, some(ids, "instance")?.into_iter().collect()))
}

fn named(params: &mut Params) -> Result<Vec<String>, AwsError> {
    let id = |mut params: Params| {
        let id = required(&mut params, "InstanceId", "instance ID")?;
        params.finish().map(|()| id)
    };
    params.structures("Instances")?.into_iter().map(id).collect()
}

fn instances(ids: &[String]) -> Xml {
    let mut xml = Xml::default();
    xml.list("Instances", "member", ids, |xml, id| xml.text("InstanceId", id));
    xml
}
