//! `DescribeTargetGroups`.

use super::{Paging, at_most_one};
use crate::fleet::Protocol;
use crate::state::{TargetGroup, World};
use crate::wire::{AwsError, Params, Xml};

pub(crate) fn describe(mut params: Params, world: &World) -> Result<Xml, AwsError> {
    let load_balancer = params.text("LoadBalancerArn");
    let arns = params.texts("TargetGroupArns")?;
    let names = params.texts("Names")?;
    let paging = Paging::read(&mut params)?;
    params.finish()?;
    at_most_one(&[
        ("a load balancer ARN", load_balancer.is_some()),
        ("target group ARNs", !arns.is_empty()),
        ("names", !names.is_empty()),
    ])?;

    let found: Vec<&TargetGroup> = if let Some(arn) = &load_balancer {
        let owner = world.load_balancer(arn)?;
        let used = |group: &&TargetGroup| group.load_balancer.as_ref() == Some(&owner.name);
        world.target_groups.values().filter(used).collect()
    } else if !arns.is_empty() {
        arns.iter().map(|arn| world.target_group(arn)).collect::<Result<_, _>>()?
    } else if !names.is_empty() {
        names.iter().map(|name| world.target_group_named(name)).collect::<Result<_, _>>()?
    } else {
        world.target_groups.values().collect()
    };
    let question = format!("target groups {load_balancer:?} {arns:?} {names:?}");
    let page = paging.page(found, |found| &found.name, &question)?;

    let mut xml = Xml::default();
    xml.list("TargetGroups", "member", page.items, |xml, found| encode(xml, found, world));
    xml.optional("NextMarker", page.next);
    Ok(xml)
}

/// The answer with one target group.
pub(super) fn one(world: &World, arn: &str) -> Result<Xml, AwsError> {
    let found = world.target_group(arn)?;
    let mut xml = Xml::default();
    xml.list("TargetGroups", "member", [found], |xml, found| encode(xml, found, world));
    Ok(xml)
}

fn encode(xml: &mut Xml, found: &TargetGroup, world: &World) {
    let check = &found.health_check;
    xml.text("TargetGroupArn", &found.arn);
    xml.text("TargetGroupName", &found.name);
    xml.optional("Protocol", found.protocol);
    xml.optional("Port", found.port);
    // Rule: lambda-has-no-port.
    xml.optional("VpcId", found.port.map(|_| &found.vpc));
    xml.optional("HealthCheckProtocol", found.check_protocol());
    let check_port = check.port.map_or_else(|| "traffic-port".to_owned(), |port| port.to_string());
    xml.optional("HealthCheckPort", found.port.map(|_| check_port));
    xml.text("HealthCheckEnabled", found.checks_health());
    xml.text("HealthCheckIntervalSeconds", check.interval.as_secs());
    xml.text("HealthCheckTimeoutSeconds", check.timeout.as_secs());
    xml.text("HealthyThresholdCount", check.healthy_threshold);
    xml.text("UnhealthyThresholdCount", check.unhealthy_threshold);
    if found.checks_a_path() {
        xml.text("HealthCheckPath", &check.path);
        // Rule: health-check-defaults.
        let is_application = matches!(found.protocol, None | Some(Protocol::Http | Protocol::Https));
        let default = if is_application { "200" } else { "200-399" };
        xml.element("Matcher", |xml| xml.text("HttpCode", check.matcher.as_deref().unwrap_or(default)));
    }
    let owner = found.load_balancer.as_ref().and_then(|name| world.load_balancers.get(name));
    xml.element("LoadBalancerArns", |xml| xml.optional("member", owner.map(|owner| &owner.arn)));
    xml.text("TargetType", found.target_type);
    xml.optional("ProtocolVersion", found.protocol_version.as_ref());
    xml.text("IpAddressType", "ipv4");
}
