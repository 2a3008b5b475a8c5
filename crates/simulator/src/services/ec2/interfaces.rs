//! `DescribeNetworkInterfaces`: each instance has one.

use std::borrow::Cow;

use chrono::{DateTime, SecondsFormat, Utc};

use super::filters::{Filtered, Filters, Paging};
use super::instances::groups;
use crate::fleet::InstanceState;
use crate::state::tags::Tags;
use crate::state::{ACCOUNT, Instance, World};
use crate::wire::{AwsError, Params, Xml};

/// The network interface of an instance that has one, by its id.
struct Interface<'a>(String, &'a Instance);

impl Filtered for Interface<'_> {
    const NAMES: &'static [&'static str] = &[
        "addresses.private-ip-address",
        "attachment.instance-id",
        "attachment.status",
        "availability-zone",
        "network-interface-id",
        "private-ip-address",
        "status",
        "subnet-id",
        "vpc-id",
    ];

    fn values(&self, name: &str) -> Vec<Cow<'_, str>> {
        let Self(id, instance) = self;
        vec![match name {
            "addresses.private-ip-address" | "private-ip-address" => instance.private_ip.to_string().into(),
            "attachment.instance-id" => instance.id.as_str().into(),
            "attachment.status" => "attached".into(),
            "availability-zone" => instance.availability_zone.as_str().into(),
            "status" => "in-use".into(),
            "subnet-id" => instance.subnet.as_str().into(),
            "vpc-id" => instance.vpc.as_str().into(),
            _ => id.as_str().into(),
        }]
    }

    fn tags(&self) -> Option<&Tags> {
        None
    }
}

/// Rule: ec2-interfaces.
pub(crate) fn describe(mut params: Params, world: &World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    let chosen = params.texts("NetworkInterfaceId")?;
    let filters = Filters::read::<Interface<'_>>(&mut params)?;
    let paging = Paging::read(&mut params)?;
    params.finish()?;
    let there = world.instances.values().filter(|instance| instance.network().is_some());
    let all: Vec<Interface<'_>> = there.map(|instance| Interface(instance.interface(), instance)).collect();
    if let Some(unknown) = chosen.iter().find(|id| !all.iter().any(|Interface(own, _)| own == *id)) {
        let message = format!("The networkInterface ID '{unknown}' does not exist");
        return Err(AwsError::new("InvalidNetworkInterfaceID.NotFound", message));
    }
    let found = all.into_iter().filter(|interface| chosen.is_empty() || chosen.contains(&interface.0));
    let found = found.filter(|interface| filters.pass(interface)).collect();
    let page = paging.page(found, |Interface(id, _)| id, &format!("interfaces {chosen:?} {filters:?}"))?;

    let mut xml = Xml::default();
    xml.list("networkInterfaceSet", "item", page.items, |xml, Interface(id, instance)| {
        xml.text("networkInterfaceId", id);
        xml.text("subnetId", &instance.subnet);
        xml.text("vpcId", &instance.vpc);
        xml.text("availabilityZone", &instance.availability_zone);
        xml.text("ownerId", ACCOUNT);
        xml.text("requesterManaged", false);
        xml.text("status", "in-use");
        xml.text("privateIpAddress", instance.private_ip);
        xml.text("privateDnsName", instance.private_dns(&world.region));
        xml.text("interfaceType", "interface");
        groups(xml, world, &instance.vpc);
        xml.element("attachment", |xml| {
            xml.text("attachTime", instance.launch_time.to_rfc3339_opts(SecondsFormat::Millis, true));
            xml.text("deleteOnTermination", true);
            xml.text("deviceIndex", 0);
            xml.text("instanceId", &instance.id);
            xml.text("instanceOwnerId", ACCOUNT);
            let is_pending = instance.state(now) == InstanceState::Pending;
            xml.text("status", if is_pending { "attaching" } else { "attached" });
        });
        xml.list("privateIpAddressesSet", "item", [instance.private_ip], |xml, address| {
            xml.text("privateIpAddress", address);
            xml.text("primary", true);
        });
        xml.list("tagSet", "item", [(); 0], |_, ()| {});
    });
    xml.optional("nextToken", page.next);
    Ok(xml)
}
