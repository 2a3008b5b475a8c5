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

fn encode(xml: &mut Xml, found: &TargetGroup, world: &World) {
    let check = &found.health_check;
    xml.text("TargetGroupArn", &found.arn);
    xml.text("TargetGroupName", &found.name);
    xml.optional("Protocol", found.protocol);
    xml.optional("Port", found.port);
    // Rule: lambda-has-no-port.
    xml.optional("VpcId", found.port.map(|_| &found.vpc));
    let is_http = matches!(found.protocol, None | Some(Protocol::Http | Protocol::Https));
    xml.optional("HealthCheckProtocol", found.protocol.map(|own| if is_http { own } else { Protocol::Tcp }));
    xml.optional("HealthCheckPort", found.port.map(|_| "traffic-port"));
    xml.text("HealthCheckEnabled", found.checks_health());
    xml.text("HealthCheckIntervalSeconds", check.interval.as_secs());
    xml.text("HealthCheckTimeoutSeconds", check.timeout.as_secs());
    xml.text("HealthyThresholdCount", check.healthy_threshold);
    xml.text("UnhealthyThresholdCount", check.unhealthy_threshold);
    if is_http {
        xml.text("HealthCheckPath", &check.path);
        xml.element("Matcher", |xml| xml.text("HttpCode", "200"));
    }
    let owner = found.load_balancer.as_ref().and_then(|name| world.load_balancers.get(name));
    xml.element("LoadBalancerArns", |xml| xml.optional("member", owner.map(|owner| &owner.arn)));
    xml.text("TargetType", found.target_type);
}
