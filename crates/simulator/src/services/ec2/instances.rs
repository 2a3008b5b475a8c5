//! `DescribeInstances`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};

use super::filters::{Filtered, Filters, Paging};
use super::tags;
use crate::state::tags::Tags;
use crate::state::{ACCOUNT, Instance, World};
use crate::wire::{AwsError, Params, Xml};

/// An instance as it is at a moment.
pub(super) struct Shown<'a> {
    instance: &'a Instance,
    world: &'a World,
    now: DateTime<Utc>,
}

impl Filtered for Shown<'_> {
    const NAMES: &'static [&'static str] = &[
        "availability-zone",
        "image-id",
        "instance-id",
        "instance-state-code",
        "instance-state-name",
        "instance-type",
        "network-interface.addresses.private-ip-address",
        "network-interface.network-interface-id",
        "private-dns-name",
        "private-ip-address",
        "reservation-id",
        "subnet-id",
        "vpc-id",
    ];

    fn values(&self, name: &str) -> Vec<Cow<'_, str>> {
        let instance = self.instance;
        let network = instance.network();
        let value: Option<Cow<'_, str>> = match name {
            "availability-zone" => Some(instance.availability_zone.as_str().into()),
            "image-id" => Some(instance.image.as_str().into()),
            "instance-id" => Some(instance.id.as_str().into()),
            "instance-state-code" => Some(instance.state(self.now).code().to_string().into()),
            "instance-state-name" => Some(instance.state(self.now).as_str().into()),
            "instance-type" => Some(instance.kind.as_str().into()),
            "network-interface.network-interface-id" => network.map(|_| instance.interface().into()),
            "private-dns-name" => network.map(|_| instance.private_dns(&self.world.region).into()),
            "network-interface.addresses.private-ip-address" | "private-ip-address" => {
                network.map(|(_, address)| address.to_string().into())
            }
            "reservation-id" => Some(instance.reservation.as_str().into()),
            "subnet-id" => network.map(|_| instance.subnet.as_str().into()),
            "vpc-id" => network.map(|(vpc, _)| vpc.into()),
            _ => None,
        };
        value.into_iter().collect()
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.instance.tags)
    }
}

pub(crate) fn describe(mut params: Params, world: &World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    let chosen = params.texts("InstanceId")?;
    let filters = Filters::read::<Shown<'_>>(&mut params)?;
    let paging = Paging::read(&mut params)?;
    params.finish()?;
    // Rule: ec2-ids-or-pages.
    if !chosen.is_empty() && paging.is_asked() {
        return Err(AwsError::new(
            "InvalidParameterCombination",
            "The parameter instancesSet cannot be used with the parameter maxResults",
        ));
    }

    let mut found: Vec<&Instance> =
        if chosen.is_empty() { world.instances.values().collect() } else { world.instances_by_id(&chosen)? };
    found.retain(|instance| filters.pass(&Shown { instance, world, now }));
    let page = paging.page(found, |instance| &instance.id, &format!("instances {chosen:?} {filters:?}"))?;

    let mut reservations: Vec<Vec<&Instance>> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for instance in page.items {
        let place = *places.entry(&instance.reservation).or_insert(reservations.len());
        match reservations.get_mut(place) {
            Some(own) => own.push(instance),
            None => reservations.push(vec![instance]),
        }
    }
    let mut xml = Xml::default();
    xml.list("reservationSet", "item", &reservations, |xml, own| reservation(xml, own, world, now));
    xml.optional("nextToken", page.next);
    Ok(xml)
}

/// Instances of one reservation.
pub(super) fn reservation(xml: &mut Xml, instances: &[&Instance], world: &World, now: DateTime<Utc>) {
    xml.optional("reservationId", instances.first().map(|instance| &instance.reservation));
    xml.text("ownerId", ACCOUNT);
    xml.list("groupSet", "item", [(); 0], |_, ()| {});
    xml.list("instancesSet", "item", instances, |xml, instance| encode(xml, instance, world, now));
}

fn encode(xml: &mut Xml, instance: &Instance, world: &World, now: DateTime<Utc>) {
    let state = instance.state(now);
    xml.text("instanceId", &instance.id);
    xml.text("imageId", &instance.image);
    xml.element("instanceState", |xml| {
        xml.text("code", state.code());
        xml.text("name", state);
    });
    xml.text("instanceType", &instance.kind);
    xml.text("launchTime", instance.launch_time.to_rfc3339_opts(SecondsFormat::Millis, true));
    xml.element("placement", |xml| xml.text("availabilityZone", &instance.availability_zone));
    if let Some((vpc, address)) = instance.network() {
        xml.text("privateDnsName", instance.private_dns(&world.region));
        xml.text("privateIpAddress", address);
        xml.text("subnetId", &instance.subnet);
        xml.text("vpcId", vpc);
        groups(xml, world, vpc);
        xml.list("networkInterfaceSet", "item", [instance], |xml, instance| {
            xml.text("networkInterfaceId", instance.interface());
            xml.text("subnetId", &instance.subnet);
            xml.text("vpcId", vpc);
            xml.text("ownerId", ACCOUNT);
            xml.text("status", "in-use");
            xml.text("privateIpAddress", address);
            groups(xml, world, vpc);
            xml.list("privateIpAddressesSet", "item", [address], |xml, address| {
                xml.text("privateIpAddress", address);
                xml.text("primary", true);
            });
        });
    }
    tags::encode(xml, &instance.tags);
}

/// The security group of what is in a VPC. Rule: default-security-group.
pub(super) fn groups(xml: &mut Xml, world: &World, vpc: &str) {
    xml.list("groupSet", "item", world.vpcs.get(vpc), |xml, vpc| {
        xml.text("groupId", &vpc.security_group);
        xml.text("groupName", "default");
    });
}
