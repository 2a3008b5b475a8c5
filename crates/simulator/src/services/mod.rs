//! The services: an action decodes its parameters, asks the state, encodes the answer.

mod action;
mod auto_scaling;
mod ec2;
mod elb;
mod elbv2;
mod names;
mod paging;
mod sts;

pub use action::{Action, Service};
pub use auto_scaling::AutoScaling;
pub use ec2::Ec2;
pub use elb::Elb;
pub use elbv2::Elbv2;
pub use names::UnknownAction;
pub use sts::Sts;

use crate::state::{Moment, World};
use crate::wire::{AwsError, Params, Xml};

/// Carries an action out for the holder of an access key, and returns what stands in its result element.
pub(crate) fn perform(
    action: Action,
    params: Params,
    world: &mut World,
    at: Moment,
    access_key: &str,
) -> Result<Xml, AwsError> {
    match action {
        Action::Elbv2(action) => elbv2::perform(action, params, world, at),
        Action::Elb(action) => elb::perform(action, params, world, at),
        Action::Ec2(action) => ec2::perform(action, params, world, at),
        Action::AutoScaling(action) => auto_scaling::perform(action, params, world, at),
        Action::Sts(action) => sts::perform(action, &params, world, access_key),
    }
}
