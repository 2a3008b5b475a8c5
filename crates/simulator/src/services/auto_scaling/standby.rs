//! `EnterStandby` and `ExitStandby`.

use std::collections::BTreeSet;

use chrono::SecondsFormat;

use super::{at_most, group_name, validation};
use crate::state::auto_scaling::{Activity, AutoScalingGroup, Movement};
use crate::state::{Moment, World};
use crate::wire::{AwsError, Params, Xml};

/// The most instances that a call names. Rule: asg-standby.
const INSTANCES: usize = 20;

pub(super) fn enter(mut params: Params, world: &mut World, at: Moment) -> Result<Xml, AwsError> {
    let (name, ids) = group_and_instances(&mut params)?;
    let shrinks = params.flag("ShouldDecrementDesiredCapacity")?;
    params.finish()?;
    let shrinks = shrinks.ok_or_else(|| validation("ShouldDecrementDesiredCapacity must be specified"))?;
    let activities = world.enter_standby(&name, &ids, shrinks, at)?;
    Ok(encode(&activities, world.scaling_group(&name)?, world))
}

pub(super) fn exit(mut params: Params, world: &mut World, at: Moment) -> Result<Xml, AwsError> {
    let (name, ids) = group_and_instances(&mut params)?;
    params.finish()?;
    let activities = world.exit_standby(&name, &ids, at)?;
    Ok(encode(&activities, world.scaling_group(&name)?, world))
}

/// Rule: asg-standby-members.
fn group_and_instances(params: &mut Params) -> Result<(String, BTreeSet<String>), AwsError> {
    let name = group_name(params)?;
    let ids = at_most(params.texts("InstanceIds")?, INSTANCES, "InstanceIds")?;
    if ids.is_empty() {
        return Err(validation("At least one instance ID must be specified"));
    }
    Ok((name, ids.into_iter().collect()))
}

/// Rule: asg-activities.
fn encode(activities: &[Activity], group: &AutoScalingGroup, world: &World) -> Xml {
    let mut xml = Xml::default();
    xml.list("Activities", "member", activities, |xml, activity| {
        let id = &activity.instance;
        let (way, description, status, progress) = match activity.movement {
            Movement::IntoStandby => ("to standby", format!("Moving EC2 instance to Standby: {id}"), "InProgress", 50),
            Movement::OutOfStandby => {
                ("out of standby", format!("Moving EC2 instance out of Standby: {id}"), "PreInService", 30)
            }
        };
        let change = activity.capacity.map(|(before, after)| {
            let verb = if after < before { "shrinking" } else { "increasing" };
            format!(", {verb} the capacity from {before} to {after}")
        });
        let since = activity.since.to_rfc3339_opts(SecondsFormat::Secs, true);
        let zone = world.instances.get(id).map(|instance| instance.availability_zone.as_str()).unwrap_or_default();
        xml.text("ActivityId", &activity.id);
        xml.text("AutoScalingGroupName", &group.name);
        xml.text("AutoScalingGroupARN", &group.arn);
        xml.text("Description", description);
        xml.text(
            "Cause",
            format!(
                "At {since} instance {id} was moved {way} in response to a user request{}.",
                change.unwrap_or_default()
            ),
        );
        xml.text("StartTime", activity.since.to_rfc3339_opts(SecondsFormat::Millis, true));
        xml.text("StatusCode", status);
        xml.text("Progress", progress);
        xml.text("Details", format!("{{\"Availability Zone\":\"{zone}\"}}"));
    });
    xml
}
