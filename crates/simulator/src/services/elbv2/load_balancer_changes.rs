//! `CreateLoadBalancer`, `DeleteLoadBalancer`, `SetSubnets`, `SetSecurityGroups`.

use chrono::{DateTime, Utc};

use super::load_balancers::{one, zones};
use super::{ipv4_only, required, tags, validation};
use crate::fleet::LoadBalancerKind;
use crate::state::{LoadBalancerRequest, World};
use crate::wire::{AwsError, Params, Xml};

pub(crate) fn create(mut params: Params, world: &mut World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    let request = LoadBalancerRequest {
        name: required(&mut params, "Name", "load balancer name")?,
        kind: params.word("Type")?.unwrap_or(LoadBalancerKind::Application),
        scheme: params.word("Scheme")?,
        subnets: subnets(&mut params)?,
        security_groups: params.texts("SecurityGroups")?,
        tags: tags::read_new(&mut params)?,
    };
    ipv4_only(&mut params)?;
    params.finish()?;
    let arn = world.create_load_balancer(request, now)?;
    one(world, &arn, now)
}

pub(crate) fn delete(mut params: Params, world: &mut World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    let arn = required(&mut params, "LoadBalancerArn", "load balancer ARN")?;
    params.finish()?;
    world.delete_load_balancer(&arn, now)?;
    Ok(Xml::default())
}

pub(crate) fn set_subnets(mut params: Params, world: &mut World) -> Result<Xml, AwsError> {
    let arn = required(&mut params, "LoadBalancerArn", "load balancer ARN")?;
    let subnets = subnets(&mut params)?;
    ipv4_only(&mut params)?;
    params.finish()?;
    world.set_subnets(&arn, &subnets)?;
    let mut xml = Xml::default();
    zones(&mut xml, &world.load_balancer(&arn)?.zones);
    xml.text("IpAddressType", "ipv4");
    Ok(xml)
}

pub(crate) fn set_security_groups(mut params: Params, world: &mut World) -> Result<Xml, AwsError> {
    let arn = required(&mut params, "LoadBalancerArn", "load balancer ARN")?;
    let groups = params.texts("SecurityGroups")?;
    params.finish()?;
    if groups.is_empty() {
        return Err(validation("At least one security group must be specified"));
    }
    world.set_security_groups(&arn, groups)?;
    let mut xml = Xml::default();
    xml.texts("SecurityGroupIds", "member", &world.load_balancer(&arn)?.security_groups);
    Ok(xml)
}

/// The subnets that a call names in one of two ways. Rule: subnet-mappings.
fn subnets(params: &mut Params) -> Result<Vec<String>, AwsError> {
    let plain = params.texts("Subnets")?;
    let mut mapped = Vec::new();
    for mut mapping in params.structures("SubnetMappings")? {
        mapped.push(required(&mut mapping, "SubnetId", "subnet ID")?);
        mapping.finish()?;
    }
    match (plain.is_empty(), mapped.is_empty()) {
        (false, false) => Err(validation("You cannot specify both subnets and subnet mappings")),
        (false, true) => Ok(plain),
        (true, _) => Ok(mapped),
    }
}
