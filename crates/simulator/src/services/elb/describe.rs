//! `DescribeLoadBalancers`.

use chrono::{DateTime, SecondsFormat, Utc};

use super::{Paging, health_check};
use crate::fleet::ClassicListener;
use crate::state::classic::ClassicLoadBalancer;
use crate::state::{ACCOUNT, World};
use crate::wire::{AwsError, Params, Xml};

/// Rule: page-size. Rule: missing-beside-good.
pub(super) fn describe(mut params: Params, world: &World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    let names = params.texts("LoadBalancerNames")?;
    let paging = Paging::read(&mut params)?;
    params.finish()?;
    let found: Vec<&ClassicLoadBalancer> = if names.is_empty() {
        world.classic.values().collect()
    } else {
        names.iter().map(|name| world.classic(name)).collect::<Result<_, _>>()?
    };
    let page = paging.page(found, |found| &found.name, &format!("classic load balancers {names:?}"))?;

    let mut xml = Xml::default();
    xml.list("LoadBalancerDescriptions", "member", page.items, |xml, found| encode(xml, found, world, now));
    xml.optional("NextMarker", page.next);
    Ok(xml)
}

fn encode(xml: &mut Xml, found: &ClassicLoadBalancer, world: &World, now: DateTime<Utc>) {
    let dns_name = found.dns_name(&world.region);
    xml.text("LoadBalancerName", &found.name);
    xml.text("DNSName", &dns_name);
    xml.text("CanonicalHostedZoneName", &dns_name);
    xml.list("ListenerDescriptions", "member", found.listeners.values(), |xml, listener| {
        xml.element("Listener", |xml| encode_listener(xml, listener));
        xml.element("PolicyNames", |_| ());
    });
    xml.element("Policies", |xml| {
        for kind in ["AppCookieStickinessPolicies", "LBCookieStickinessPolicies", "OtherPolicies"] {
            xml.element(kind, |_| ());
        }
    });
    xml.element("BackendServerDescriptions", |_| ());
    xml.texts("AvailabilityZones", "member", &found.availability_zones);
    // Rule: classic-default-vpc.
    let subnets = world
        .subnets_of(&found.vpc)
        .filter(|subnet| found.availability_zones.contains(&subnet.zone) && subnet.is_default);
    xml.texts("Subnets", "member", subnets.map(|subnet| &subnet.id));
    xml.text("VPCId", &found.vpc);
    let vpc = world.vpcs.get(&found.vpc);
    xml.texts("SecurityGroups", "member", vpc.map(|vpc| &vpc.security_group));
    xml.element("SourceSecurityGroup", |xml| {
        xml.text("OwnerAlias", ACCOUNT);
        xml.text("GroupName", "default");
    });
    xml.list("Instances", "member", found.shown(now), |xml, id| xml.text("InstanceId", id));
    xml.element("HealthCheck", |xml| health_check::encode(xml, &found.health_check));
    xml.text("CreatedTime", found.created.to_rfc3339_opts(SecondsFormat::Millis, true));
    xml.text("Scheme", found.scheme);
}

fn encode_listener(xml: &mut Xml, listener: &ClassicListener) {
    xml.text("Protocol", listener.protocol);
    xml.text("LoadBalancerPort", listener.port);
    xml.text("InstanceProtocol", listener.instance_protocol);
    xml.text("InstancePort", listener.instance_port);
    xml.optional("SSLCertificateId", listener.certificate.as_ref());
}
