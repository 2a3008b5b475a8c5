//! `DescribeSubnets`, `CreateSubnet`, `DeleteSubnet`, `DescribeAvailabilityZones`.

use std::borrow::Cow;

use super::filters::{Filtered, Filters, Paging};
use super::vpcs::block;
use super::{done, missing, tags};
use crate::state::tags::Tags;
use crate::state::{ACCOUNT, Subnet, World, ids};
use crate::wire::{AwsError, Params, Xml};

impl Filtered for &Subnet {
    const NAMES: &'static [&'static str] = &[
        "availability-zone",
        "availabilityZone",
        "available-ip-address-count",
        "cidr-block",
        "cidrBlock",
        "default-for-az",
        "defaultForAz",
        "state",
        "subnet-id",
        "vpc-id",
    ];

    fn values(&self, name: &str) -> Vec<Cow<'_, str>> {
        vec![match name {
            "availability-zone" | "availabilityZone" => self.zone.as_str().into(),
            "available-ip-address-count" => self.free().to_string().into(),
            "cidr-block" | "cidrBlock" => self.block.to_string().into(),
            "default-for-az" | "defaultForAz" => self.is_default.to_string().into(),
            "state" => "available".into(),
            "vpc-id" => self.vpc.as_str().into(),
            _ => self.id.as_str().into(),
        }]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }
}

pub(crate) fn describe(mut params: Params, world: &World) -> Result<Xml, AwsError> {
    let chosen = params.texts("SubnetId")?;
    let filters = Filters::read::<&Subnet>(&mut params)?;
    let paging = Paging::read(&mut params)?;
    params.finish()?;
    let mut found: Vec<&Subnet> = if chosen.is_empty() {
        world.subnets.values().collect()
    } else {
        chosen.iter().map(|id| world.subnet(id)).collect::<Result<_, _>>()?
    };
    found.retain(|subnet| filters.pass(subnet));
    let page = paging.page(found, |subnet| &subnet.id, &format!("subnets {chosen:?} {filters:?}"))?;
    let mut xml = Xml::default();
    xml.list("subnetSet", "item", page.items, |xml, subnet| encode(xml, subnet, &world.region));
    xml.optional("nextToken", page.next);
    Ok(xml)
}

pub(crate) fn create(mut params: Params, world: &mut World) -> Result<Xml, AwsError> {
    let vpc = params.text("VpcId").ok_or_else(|| missing("VpcId"))?;
    let block = block(&mut params)?;
    let zone = params.text("AvailabilityZone");
    let tags = tags::read_new(&mut params, "subnet")?;
    params.finish()?;
    let id = world.create_subnet(&vpc, block, zone, tags)?;
    let subnet = world.subnet(&id)?;
    let mut xml = Xml::default();
    xml.element("subnet", |xml| encode(xml, subnet, &world.region));
    Ok(xml)
}

pub(crate) fn delete(mut params: Params, world: &mut World) -> Result<Xml, AwsError> {
    let id = params.text("SubnetId").ok_or_else(|| missing("SubnetId"))?;
    params.finish()?;
    world.delete_subnet(&id)?;
    Ok(done())
}

fn encode(xml: &mut Xml, subnet: &Subnet, region: &str) {
    xml.text("subnetId", &subnet.id);
    xml.text("subnetArn", format!("{}:subnet/{}", ids::prefix("ec2", region), subnet.id));
    xml.text("ownerId", ACCOUNT);
    xml.text("state", "available");
    xml.text("vpcId", &subnet.vpc);
    xml.text("cidrBlock", subnet.block);
    xml.text("availableIpAddressCount", subnet.free());
    xml.text("availabilityZone", &subnet.zone);
    xml.text("defaultForAz", subnet.is_default);
    xml.text("mapPublicIpOnLaunch", false);
    tags::encode(xml, &subnet.tags);
}

/// A zone, and its region.
struct Zone<'a>(String, &'a str);

impl Filtered for Zone<'_> {
    const NAMES: &'static [&'static str] = &["opt-in-status", "region-name", "state", "zone-name", "zone-type"];

    fn values(&self, name: &str) -> Vec<Cow<'_, str>> {
        vec![match name {
            "opt-in-status" => "opt-in-not-required".into(),
            "region-name" => self.1.into(),
            "state" => "available".into(),
            "zone-type" => "availability-zone".into(),
            _ => self.0.as_str().into(),
        }]
    }

    fn tags(&self) -> Option<&Tags> {
        None
    }
}

/// Rule: ec2-zones.
pub(crate) fn describe_zones(mut params: Params, world: &World) -> Result<Xml, AwsError> {
    let chosen = params.texts("ZoneName")?;
    let filters = Filters::read::<Zone<'_>>(&mut params)?;
    params.finish()?;
    let all = world.zones();
    if let Some(unknown) = chosen.iter().find(|zone| !all.contains(*zone)) {
        return Err(AwsError::new("InvalidParameterValue", format!("Invalid availability zone: [{unknown}]")));
    }
    let zones = all.into_iter().filter(|zone| chosen.is_empty() || chosen.contains(zone));
    let found = zones.map(|zone| Zone(zone, &world.region)).filter(|zone| filters.pass(zone));
    let mut xml = Xml::default();
    xml.list("availabilityZoneInfo", "item", found, |xml, Zone(zone, region)| {
        xml.text("zoneName", &zone);
        xml.text("zoneState", "available");
        xml.text("zoneType", "availability-zone");
        xml.text("optInStatus", "opt-in-not-required");
        xml.text("groupName", region);
        xml.text("networkBorderGroup", region);
        xml.text("regionName", region);
    });
    Ok(xml)
}
