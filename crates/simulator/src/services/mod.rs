//! The services: an action decodes its parameters, asks the state, encodes the answer.

mod action;
mod ec2;
mod elbv2;
mod names;
mod paging;

pub use action::{Action, Service};
pub use ec2::Ec2;
pub use elbv2::Elbv2;
pub use names::UnknownAction;

use crate::state::{Moment, World};
use crate::wire::{AwsError, Params, Xml};

/// Carries an action out and returns what stands in its result element.
pub(crate) fn perform(action: Action, params: Params, world: &mut World, at: Moment) -> Result<Xml, AwsError> {
    match action {
        Action::Elbv2(action) => elbv2::perform(action, params, world, at),
        Action::Ec2(action) => ec2::perform(action, params, world, at),
    }
}
