//! `RegisterTargets` and `DeregisterTargets`.

use super::{port, required, validation};
use crate::state::{Moment, NamedTarget, World};
use crate::wire::{AwsError, Params, Xml};

pub(crate) fn register(mut params: Params, world: &mut World, at: Moment) -> Result<Xml, AwsError> {
    let (arn, targets) = group_and_targets(&mut params)?;
    world.register(&arn, &targets, at)?;
    Ok(Xml::default())
}

pub(crate) fn deregister(mut params: Params, world: &mut World, at: Moment) -> Result<Xml, AwsError> {
    let (arn, targets) = group_and_targets(&mut params)?;
    world.deregister(&arn, &targets, at)?;
    Ok(Xml::default())
}

fn group_and_targets(params: &mut Params) -> Result<(String, Vec<NamedTarget>), AwsError> {
    let arn = required(params, "TargetGroupArn", "target group ARN")?;
    let targets = named(params)?;
    params.finish()?;
    if targets.is_empty() {
        return Err(validation("At least one target must be specified"));
    }
    Ok((arn, targets))
}

/// The targets that a call names.
pub(super) fn named(params: &mut Params) -> Result<Vec<NamedTarget>, AwsError> {
    params.structures("Targets")?.into_iter().map(target).collect()
}

fn target(mut params: Params) -> Result<NamedTarget, AwsError> {
    let id = required(&mut params, "Id", "target ID")?;
    let port = port(&mut params, "Port")?;
    let zone = params.text("AvailabilityZone");
    params.finish()?;
    Ok(NamedTarget { id, port, zone })
}
