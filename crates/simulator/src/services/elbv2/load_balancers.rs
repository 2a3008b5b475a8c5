//! `DescribeLoadBalancers`.

use chrono::{DateTime, SecondsFormat, Utc};

use super::{Paging, at_most_one, validation};
use crate::fleet::LoadBalancerKind;
use crate::state::{EnabledZone, LoadBalancer, World, ids};
use crate::wire::{AwsError, Params, Xml};

/// The most load balancers that a call may choose. Rule: twenty-load-balancers.
const CHOSEN: usize = 20;

pub(crate) fn describe(mut params: Params, world: &World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    let arns = params.texts("LoadBalancerArns")?;
    let names = params.texts("Names")?;
    let paging = Paging::read(&mut params)?;
    params.finish()?;
    at_most_one(&[("load balancer ARNs", !arns.is_empty()), ("names", !names.is_empty())])?;
    for (parameter, chosen) in [("loadBalancerArns", &arns), ("names", &names)] {
        if chosen.len() > CHOSEN {
            return Err(validation(format!(
                "1 validation error detected: Value at '{parameter}' failed to satisfy constraint: \
                 Member must have length less than or equal to {CHOSEN}"
            )));
        }
    }

    // Rule: missing-beside-good.
    let found: Vec<&LoadBalancer> = if !arns.is_empty() {
        arns.iter().map(|arn| world.load_balancer(arn)).collect::<Result<_, _>>()?
    } else if !names.is_empty() {
        names.iter().map(|name| world.load_balancer_named(name)).collect::<Result<_, _>>()?
    } else {
        world.load_balancers.values().collect()
    };
    let page = paging.page(found, |found| &found.name, &format!("load balancers {arns:?} {names:?}"))?;

    let mut xml = Xml::default();
    xml.list("LoadBalancers", "member", page.items, |xml, found| encode(xml, found, &world.region, now));
    xml.optional("NextMarker", page.next);
    Ok(xml)
}

/// The answer with one load balancer.
pub(super) fn one(world: &World, arn: &str, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    let found = world.load_balancer(arn)?;
    let mut xml = Xml::default();
    xml.list("LoadBalancers", "member", [found], |xml, found| encode(xml, found, &world.region, now));
    Ok(xml)
}

fn encode(xml: &mut Xml, found: &LoadBalancer, region: &str, now: DateTime<Utc>) {
    xml.text("LoadBalancerArn", &found.arn);
    let dns_name = found.dns_name(region);
    // Rule: hosted-zone.
    let zone = dns_name.as_ref().map(|_| format!("Z{:013X}", ids::number(&format!("{region} {}", found.kind)) >> 12));
    xml.optional("DNSName", dns_name);
    xml.optional("CanonicalHostedZoneId", zone);
    xml.text("CreatedTime", found.created.to_rfc3339_opts(SecondsFormat::Millis, true));
    xml.text("LoadBalancerName", &found.name);
    // Rule: gateway-has-no-scheme.
    xml.optional("Scheme", (found.kind != LoadBalancerKind::Gateway).then_some(found.scheme));
    xml.text("VpcId", &found.vpc);
    xml.element("State", |xml| xml.text("Code", found.state(now)));
    xml.text("Type", found.kind);
    zones(xml, &found.zones);
    if !found.security_groups.is_empty() {
        xml.texts("SecurityGroups", "member", &found.security_groups);
    }
    xml.text("IpAddressType", "ipv4");
}

pub(super) fn zones(xml: &mut Xml, zones: &[EnabledZone]) {
    xml.list("AvailabilityZones", "member", zones, |xml, zone| {
        xml.text("ZoneName", &zone.name);
        xml.text("SubnetId", &zone.subnet);
    });
}
