//! Auto Scaling groups: they keep their instances registered in target groups and Classic load balancers. They replace
//! none. Rule: asg-replaces-nothing.

mod attaching;
mod create;
mod lifecycle;
mod refusal;
mod registering;
mod standby;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Utc};

pub(crate) use create::NewGroup;
pub(crate) use lifecycle::{Attachment, Member, TrafficSource};
pub(crate) use refusal::ScalingRefusal;
pub(crate) use standby::{Activity, Movement};

use super::{ACCOUNT, World, ids};
use crate::fleet::HealthCheckType;

/// An Auto Scaling group.
#[derive(Debug, Clone)]
pub(crate) struct AutoScalingGroup {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) min: u32,
    pub(crate) max: u32,
    pub(crate) desired: u32,
    pub(crate) availability_zones: BTreeSet<String>,
    pub(crate) created: DateTime<Utc>,
    pub(crate) health_check_type: HealthCheckType,
    pub(crate) grace_period: Duration,
    /// By the ids of the instances.
    pub(crate) members: BTreeMap<String, Member>,
    pub(crate) attachments: BTreeMap<TrafficSource, Attachment>,
    /// What it launches.
    template: Template,
}

/// What a group launches.
#[derive(Debug, Clone)]
struct Template {
    instance_type: String,
    vpc: String,
}

impl World {
    /// The Auto Scaling group of this name.
    pub(crate) fn scaling_group(&self, name: &str) -> Result<&AutoScalingGroup, ScalingRefusal> {
        self.auto_scaling.get(name).ok_or_else(|| ScalingRefusal::NotFound(name.to_owned()))
    }

    fn scaling_group_mut(&mut self, name: &str) -> Result<&mut AutoScalingGroup, ScalingRefusal> {
        self.auto_scaling.get_mut(name).ok_or_else(|| ScalingRefusal::NotFound(name.to_owned()))
    }
}

impl AutoScalingGroup {
    /// The name of the launch configuration, which was made of an instance. Rule: asg-from-instance.
    pub(crate) fn launch_configuration(&self) -> &str {
        &self.name
    }
}

fn arn(region: &str, name: &str) -> String {
    let id = uuid(&format!("auto scaling group {name}"));
    format!("arn:aws:autoscaling:{region}:{ACCOUNT}:autoScalingGroup:{id}:autoScalingGroupName/{name}")
}

/// An id in the form of a UUID, which follows from the text alone.
fn uuid(text: &str) -> String {
    let (high, low) = (ids::number(text), ids::number(&format!("{text} ")));
    let (start, middle, end) = (high >> 32, (high >> 16) & 0xffff, high & 0x0fff);
    format!("{start:08x}-{middle:04x}-4{end:03x}-8{:03x}-{:012x}", (low >> 48) & 0x0fff, low & 0xffff_ffff_ffff)
}

#[cfg(test)]
#[path = "auto_scaling_tests.rs"]
mod tests;
