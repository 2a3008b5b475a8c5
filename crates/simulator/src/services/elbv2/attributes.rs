//! The attributes of load balancers and target groups are described and modified.

use super::{required, validation};
use crate::state::{Attributes, World};
use crate::wire::{AwsError, Params, Xml};

pub(crate) fn describe_of_load_balancer(mut params: Params, world: &World) -> Result<Xml, AwsError> {
    let arn = required(&mut params, "LoadBalancerArn", "load balancer ARN")?;
    params.finish()?;
    Ok(encode(&world.load_balancer(&arn)?.attributes))
}

pub(crate) fn modify_of_load_balancer(mut params: Params, world: &mut World) -> Result<Xml, AwsError> {
    let arn = required(&mut params, "LoadBalancerArn", "load balancer ARN")?;
    let changes = changes(params)?;
    world.modify_load_balancer_attributes(&arn, &changes)?;
    Ok(encode(&world.load_balancer(&arn)?.attributes))
}

pub(crate) fn describe_of_target_group(mut params: Params, world: &World) -> Result<Xml, AwsError> {
    let arn = required(&mut params, "TargetGroupArn", "target group ARN")?;
    params.finish()?;
    Ok(encode(&world.target_group(&arn)?.attributes))
}

pub(crate) fn modify_of_target_group(mut params: Params, world: &mut World) -> Result<Xml, AwsError> {
    let arn = required(&mut params, "TargetGroupArn", "target group ARN")?;
    let changes = changes(params)?;
    world.modify_target_group_attributes(&arn, &changes)?;
    Ok(encode(&world.target_group(&arn)?.attributes))
}

/// The changes of a call, each key once. Rule: attributes-once.
fn changes(mut params: Params) -> Result<Vec<(String, String)>, AwsError> {
    let mut changes: Vec<(String, String)> = Vec::new();
    for mut attribute in params.structures("Attributes")? {
        let key = required(&mut attribute, "Key", "attribute key")?;
        let value = required(&mut attribute, "Value", "attribute value")?;
        attribute.finish()?;
        if changes.iter().any(|(other, _)| *other == key) {
            return Err(validation(format!("The attribute key '{key}' was specified more than once")));
        }
        changes.push((key, value));
    }
    params.finish()?;
    if changes.is_empty() {
        return Err(validation("At least one attribute must be specified"));
    }
    Ok(changes)
}

fn encode(attributes: &Attributes) -> Xml {
    let mut xml = Xml::default();
    xml.list("Attributes", "member", attributes.iter(), |xml, (key, value)| {
        xml.text("Key", key);
        xml.text("Value", value);
    });
    xml
}
