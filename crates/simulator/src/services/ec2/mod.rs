//! EC2: API version 2016-11-15.

mod filters;
mod instances;

use super::action::actions;
use crate::state::{Moment, World};
use crate::wire::{AwsError, Params, Xml};

actions! {
    /// The actions of EC2.
    Ec2 {
        DescribeInstances,
    }
}

/// Carries an action out and returns what stands in its result element.
pub(super) fn perform(action: Ec2, params: Params, world: &mut World, _at: Moment) -> Result<Xml, AwsError> {
    match action {
        Ec2::DescribeInstances => instances::describe(params, world),
    }
}
