//! `CreateAutoScalingGroup`, `DeleteAutoScalingGroup`, `DescribeAutoScalingGroups`.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};

use super::instances::encode_instance;
use super::{Paging, group_name, required, validation};
use crate::fleet::HealthCheckType;
use crate::state::auto_scaling::{AutoScalingGroup, NewGroup, TrafficSource};
use crate::state::{Moment, World};
use crate::wire::{AwsError, Params, Xml};

/// The largest group. Rule: asg-sizes.
const LARGEST: u32 = 1000;

/// Rule: asg-from-instance.
pub(super) fn create(mut params: Params, world: &mut World, at: Moment) -> Result<Xml, AwsError> {
    let name = group_name(&mut params)?;
    let like = required(&mut params, "InstanceId", "instance ID")?;
    let mut size = |name: &str| params.number(name, 0, LARGEST);
    let (min, max, desired) = (size("MinSize")?, size("MaxSize")?, size("DesiredCapacity")?);
    let needed = |size: Option<u32>, name: &str| size.ok_or_else(|| validation(format!("{name} must be specified")));
    let (min, max) = (needed(min, "MinSize")?, needed(max, "MaxSize")?);
    let zones: BTreeSet<String> = params.texts("AvailabilityZones")?.into_iter().collect();
    if zones.is_empty() {
        return Err(validation("At least one Availability Zone or VPC Subnet is required."));
    }
    let mut sources: Vec<TrafficSource> =
        params.texts("TargetGroupARNs")?.into_iter().map(TrafficSource::TargetGroup).collect();
    sources.extend(params.texts("LoadBalancerNames")?.into_iter().map(TrafficSource::Classic));
    let health_check_type = match params.text("HealthCheckType").as_deref() {
        None | Some("EC2") => HealthCheckType::Ec2,
        Some("ELB") => HealthCheckType::Elb,
        Some(other) => return Err(validation(format!("'{other}' is not a valid health check type: EC2 or ELB"))),
    };
    let grace_period = params.number("HealthCheckGracePeriod", 0, 7200)?.unwrap_or(0);
    params.finish()?;
    let new = NewGroup {
        name,
        like,
        min,
        max,
        desired: desired.unwrap_or(min),
        availability_zones: zones,
        sources,
        health_check_type,
        grace_period: Duration::from_secs(grace_period.into()),
    };
    world.create_scaling_group(new, at)?;
    Ok(Xml::default())
}

pub(super) fn delete(mut params: Params, world: &mut World, at: Moment) -> Result<Xml, AwsError> {
    let name = group_name(&mut params)?;
    let force = params.flag("ForceDelete")?.unwrap_or(false);
    params.finish()?;
    world.delete_scaling_group(&name, force, at)?;
    Ok(Xml::default())
}

/// Rule: asg-describe-absent.
pub(super) fn describe(mut params: Params, world: &World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    let names: BTreeSet<String> = params.texts("AutoScalingGroupNames")?.into_iter().collect();
    let with_instances = params.flag("IncludeInstances")?.unwrap_or(true);
    let paging = Paging::read(&mut params, 50, 100)?;
    params.finish()?;
    let mut found: Vec<&AutoScalingGroup> = world.auto_scaling.values().collect();
    found.retain(|group| names.is_empty() || names.contains(&group.name));
    let page = paging.page(found, |group| &group.name, &format!("groups {names:?}"))?;

    let mut xml = Xml::default();
    xml.list("AutoScalingGroups", "member", page.items, |xml, group| {
        encode(xml, group);
        if with_instances {
            xml.list("Instances", "member", &group.members, |xml, (id, member)| {
                encode_instance(xml, world, group, id, member, now);
            });
        }
    });
    xml.optional("NextToken", page.next);
    Ok(xml)
}

fn encode(xml: &mut Xml, group: &AutoScalingGroup) {
    xml.text("AutoScalingGroupName", &group.name);
    xml.text("AutoScalingGroupARN", &group.arn);
    xml.text("LaunchConfigurationName", group.launch_configuration());
    xml.text("MinSize", group.min);
    xml.text("MaxSize", group.max);
    xml.text("DesiredCapacity", group.desired);
    xml.text("DefaultCooldown", 300);
    xml.texts("AvailabilityZones", "member", &group.availability_zones);
    let attached = || group.attachments.iter().filter(|(_, attachment)| attachment.is_attached());
    xml.texts(
        "LoadBalancerNames",
        "member",
        attached().filter_map(|(source, _)| match source {
            TrafficSource::Classic(name) => Some(name),
            TrafficSource::TargetGroup(_) => None,
        }),
    );
    xml.texts(
        "TargetGroupARNs",
        "member",
        attached().filter_map(|(source, _)| match source {
            TrafficSource::TargetGroup(arn) => Some(arn),
            TrafficSource::Classic(_) => None,
        }),
    );
    xml.text("HealthCheckType", group.health_check_type);
    xml.text("HealthCheckGracePeriod", group.grace_period.as_secs());
    xml.text("CreatedTime", group.created.to_rfc3339_opts(SecondsFormat::Millis, true));
    for empty in ["SuspendedProcesses", "EnabledMetrics", "Tags"] {
        xml.element(empty, |_| ());
    }
    xml.texts("TerminationPolicies", "member", ["Default"]);
    xml.text("NewInstancesProtectedFromScaleIn", false);
}
