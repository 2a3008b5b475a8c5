//! The services: an action decodes its parameters, asks the state, encodes the answer.

mod action;
mod ec2;
mod elbv2;
mod paging;

pub use action::{Action, Service};

use crate::state::{Moment, World};
use crate::wire::{AwsError, Params, Xml};

/// Carries an action out and returns what stands in its result element.
pub(crate) fn perform(action: Action, params: Params, world: &mut World, at: Moment) -> Result<Xml, AwsError> {
    match action {
        Action::DescribeLoadBalancers => elbv2::load_balancers::describe(params, world),
        Action::DescribeTargetGroups => elbv2::target_groups::describe(params, world),
        Action::DescribeListeners => elbv2::listeners::describe(params, world),
        Action::DescribeTargetHealth => elbv2::target_health::describe(params, world, at.now),
        Action::RegisterTargets => elbv2::targets::register(params, world, at),
        Action::DeregisterTargets => elbv2::targets::deregister(params, world, at),
        Action::DescribeInstances => ec2::instances::describe(params, world),
    }
}
