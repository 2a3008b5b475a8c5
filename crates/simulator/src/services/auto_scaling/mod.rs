//! Auto Scaling: API version 2011-01-01.

mod groups;
mod instances;
mod standby;
mod traffic_sources;

use super::action::actions;
use super::elbv2::{required, validation};
use super::paging::{self, ForeignMarker, Page};
use crate::state::{Moment, World};
use crate::wire::{AwsError, Params, Xml};

actions! {
    /// The actions of Auto Scaling.
    AutoScaling {
        AttachLoadBalancerTargetGroups,
        AttachLoadBalancers,
        CreateAutoScalingGroup,
        DeleteAutoScalingGroup,
        DescribeAutoScalingGroups,
        DescribeAutoScalingInstances,
        DescribeLoadBalancerTargetGroups,
        DescribeLoadBalancers,
        DetachLoadBalancerTargetGroups,
        DetachLoadBalancers,
        EnterStandby,
        ExitStandby,
    }
}

/// Carries an action out and returns what stands in its result element.
pub(super) fn perform(action: AutoScaling, params: Params, world: &mut World, at: Moment) -> Result<Xml, AwsError> {
    use traffic_sources::Kind;
    match action {
        AutoScaling::AttachLoadBalancerTargetGroups => traffic_sources::attach(Kind::TargetGroups, params, world, at),
        AutoScaling::AttachLoadBalancers => traffic_sources::attach(Kind::Classic, params, world, at),
        AutoScaling::CreateAutoScalingGroup => groups::create(params, world, at),
        AutoScaling::DeleteAutoScalingGroup => groups::delete(params, world, at),
        AutoScaling::DescribeAutoScalingGroups => groups::describe(params, world, at.now),
        AutoScaling::DescribeAutoScalingInstances => instances::describe(params, world, at.now),
        AutoScaling::DescribeLoadBalancerTargetGroups => {
            traffic_sources::describe(Kind::TargetGroups, params, world, at.now)
        }
        AutoScaling::DescribeLoadBalancers => traffic_sources::describe(Kind::Classic, params, world, at.now),
        AutoScaling::DetachLoadBalancerTargetGroups => traffic_sources::detach(Kind::TargetGroups, params, world, at),
        AutoScaling::DetachLoadBalancers => traffic_sources::detach(Kind::Classic, params, world, at),
        AutoScaling::EnterStandby => standby::enter(params, world, at),
        AutoScaling::ExitStandby => standby::exit(params, world, at),
    }
}

/// The group that a call is about.
fn group_name(params: &mut Params) -> Result<String, AwsError> {
    required(params, "AutoScalingGroupName", "Auto Scaling group name")
}

/// A list of so many items at most.
fn at_most<T>(list: Vec<T>, most: usize, parameter: &str) -> Result<Vec<T>, AwsError> {
    if list.len() > most {
        return Err(validation(format!("The parameter {parameter} has at most {most} items")));
    }
    Ok(list)
}

/// What a call says of pages. Rule: asg-pages.
#[derive(Debug)]
struct Paging {
    size: usize,
    token: Option<String>,
}

impl Paging {
    fn read(params: &mut Params, default: u32, most: u32) -> Result<Self, AwsError> {
        let size = params.number("MaxRecords", 1, most)?.unwrap_or(default);
        Ok(Self { size: size.try_into().unwrap_or(usize::MAX), token: params.text("NextToken") })
    }

    /// The page of the items; `question` is what the call asks beside its page.
    fn page<T>(&self, items: Vec<T>, key: impl Fn(&T) -> &str, question: &str) -> Result<Page<T>, AwsError> {
        paging::page(items, key, question, self.size, self.token.as_deref())
            .map_err(|ForeignMarker| AwsError::new("InvalidNextToken", "The NextToken value is not valid."))
    }
}
