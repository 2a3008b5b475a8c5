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

use crate::faults::Effect;
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
    if at.effect == Effect::Lost && !minds_effects(action) {
        return perform_on(action, params, &mut world.clone(), at, access_key);
    }
    perform_on(action, params, world, at, access_key)
}

/// Whether an action leaves undone by itself what is to be lost.
fn minds_effects(action: Action) -> bool {
    match action {
        Action::Elbv2(action) => matches!(action, Elbv2::RegisterTargets | Elbv2::DeregisterTargets),
        Action::Ec2(_) => false,
        Action::Elb(_) | Action::AutoScaling(_) | Action::Sts(_) => true,
    }
}

fn perform_on(
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
        Action::Sts(action) => sts::perform(action, &params, access_key),
    }
}
