//! `RunInstances`, `StartInstances`, `StopInstances`, `TerminateInstances`.

use std::net::Ipv4Addr;

use chrono::{DateTime, Utc};

use super::instances::reservation;
use super::{missing, tags};
use crate::fleet::InstanceState;
use crate::state::{Instance, LaunchRequest, StateChange, World};
use crate::wire::{AwsError, Params, Xml};

/// The most instances of a call. Rule: launch-count.
const MOST: u32 = 1000;

/// The type of instances that name none. Rule: launch-form.
const TYPE: &str = "m1.small";

pub(crate) fn run(mut params: Params, world: &mut World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    let least = params.number("MinCount", 1, MOST)?.ok_or_else(|| missing("MinCount"))?;
    let most = params.number("MaxCount", 1, MOST)?.ok_or_else(|| missing("MaxCount"))?;
    let mut placement = params.fields_of("Placement");
    let zone = placement.text("AvailabilityZone");
    placement.finish()?;
    let address = params.text("PrivateIpAddress");
    let parsed = address.as_ref().map(|text| text.parse::<Ipv4Addr>()).transpose().map_err(|_| {
        let message = format!("Invalid addresses: [{}]", address.unwrap_or_default());
        AwsError::new("InvalidParameterValue", message)
    })?;
    let request = LaunchRequest {
        image: params.text("ImageId").ok_or_else(|| missing("ImageId"))?,
        kind: params.text("InstanceType").unwrap_or_else(|| TYPE.to_owned()),
        count: (least, most),
        subnet: params.text("SubnetId"),
        zone,
        address: parsed,
        security_groups: params.texts("SecurityGroupId")?,
        tags: tags::read_new(&mut params, "instance")?,
    };
    let token = params.text("ClientToken");
    params.finish()?;
    let id = world.run_instances(request, token, now)?;
    let launched: Vec<&Instance> = world.instances.values().filter(|instance| instance.reservation == id).collect();
    let mut xml = Xml::default();
    reservation(&mut xml, &launched, world, now);
    Ok(xml)
}

pub(crate) fn start(params: Params, world: &mut World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    Ok(encode(world.start_instances(&instances(params)?, now)?))
}

pub(crate) fn stop(params: Params, world: &mut World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    Ok(encode(world.stop_instances(&instances(params)?, now)?))
}

pub(crate) fn terminate(params: Params, world: &mut World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    Ok(encode(world.terminate_instances(&instances(params)?, now)?))
}

fn instances(mut params: Params) -> Result<Vec<String>, AwsError> {
    let ids = params.texts("InstanceId")?;
    params.finish()?;
    if ids.is_empty() { Err(missing("InstanceId")) } else { Ok(ids) }
}

fn encode(changes: Vec<StateChange>) -> Xml {
    let state = |xml: &mut Xml, name: &str, state: InstanceState| {
        xml.element(name, |xml| {
            xml.text("code", state.code());
            xml.text("name", state);
        });
    };
    let mut xml = Xml::default();
    xml.list("instancesSet", "item", changes, |xml, (id, before, after)| {
        xml.text("instanceId", id);
        state(xml, "currentState", after);
        state(xml, "previousState", before);
    });
    xml
}
