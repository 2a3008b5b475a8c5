//! `DescribeAutoScalingInstances`.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{Paging, at_most};
use crate::fleet::InstanceState;
use crate::state::World;
use crate::state::auto_scaling::{AutoScalingGroup, Member};
use crate::wire::{AwsError, Params, Xml};

/// The items of a page, and the most instances that a call names. Rule: asg-pages.
const MOST: u32 = 50;

/// Rule: asg-describe-absent.
pub(super) fn describe(mut params: Params, world: &World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    let ids = at_most(params.texts("InstanceIds")?, MOST as usize, "InstanceIds")?;
    let ids: BTreeSet<String> = ids.into_iter().collect();
    let paging = Paging::read(&mut params, MOST, MOST)?;
    params.finish()?;
    let mut found: Vec<(&String, &Member, &AutoScalingGroup)> = Vec::new();
    for group in world.auto_scaling.values() {
        found.extend(group.members.iter().map(|(id, member)| (id, member, group)));
    }
    found.retain(|(id, ..)| ids.is_empty() || ids.contains(*id));
    found.sort_by_key(|(id, ..)| *id);
    let page = paging.page(found, |(id, ..)| id, &format!("instances {ids:?}"))?;

    let mut xml = Xml::default();
    xml.list("AutoScalingInstances", "member", page.items, |xml, (id, member, group)| {
        xml.text("AutoScalingGroupName", &group.name);
        encode(xml, world, group, id, member, now);
        xml.text("HealthStatus", if is_running(world, id, now) { "HEALTHY" } else { "UNHEALTHY" });
    });
    xml.optional("NextToken", page.next);
    Ok(xml)
}

/// An instance in the description of its group.
pub(super) fn encode_instance(
    xml: &mut Xml,
    world: &World,
    group: &AutoScalingGroup,
    id: &str,
    member: &Member,
    now: DateTime<Utc>,
) {
    encode(xml, world, group, id, member, now);
    xml.text("HealthStatus", if is_running(world, id, now) { "Healthy" } else { "Unhealthy" });
}

fn encode(xml: &mut Xml, world: &World, group: &AutoScalingGroup, id: &str, member: &Member, now: DateTime<Utc>) {
    let instance = world.instances.get(id);
    xml.text("InstanceId", id);
    xml.optional("InstanceType", instance.map(|instance| &instance.kind));
    // AWS always tells a zone, even of an instance that EC2 has forgotten.
    let zone = instance.map(|instance| &instance.availability_zone).or_else(|| group.availability_zones.first());
    xml.optional("AvailabilityZone", zone);
    xml.text("LifecycleState", member.lifecycle(now));
    xml.text("LaunchConfigurationName", group.launch_configuration());
    xml.text("ProtectedFromScaleIn", false);
}

/// Rule: asg-health-status.
fn is_running(world: &World, id: &str, now: DateTime<Utc>) -> bool {
    world.instances.get(id).is_some_and(|instance| instance.state(now) == InstanceState::Running)
}
