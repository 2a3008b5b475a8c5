//! `DescribeInstances`.

use chrono::SecondsFormat;

use super::filters::Filter;
use crate::services::paging::{self, ForeignMarker};
use crate::state::{ACCOUNT, Instance, World, ids};
use crate::wire::{AwsError, Params, Xml};

/// The items of a page, at least and at most. Rule: ec2-max-results.
const PAGE_SIZES: (u32, u32) = (5, 1000);

pub(crate) fn describe(mut params: Params, world: &World) -> Result<Xml, AwsError> {
    let chosen = params.texts("InstanceId")?;
    let filters = Filter::read(&mut params)?;
    let (least, most) = PAGE_SIZES;
    let size = params.number("MaxResults", least, most)?;
    let token = params.text("NextToken");
    params.finish()?;
    // Rule: ec2-ids-or-pages.
    if !chosen.is_empty() && size.is_some() {
        return Err(AwsError::new(
            "InvalidParameterCombination",
            "The parameter instancesSet cannot be used with the parameter maxResults",
        ));
    }

    let mut found: Vec<&Instance> =
        if chosen.is_empty() { world.instances.values().collect() } else { world.instances_by_id(&chosen)? };
    found.retain(|instance| filters.iter().all(|filter| filter.passes(instance)));
    found.sort_by(|a, b| a.id.cmp(&b.id));
    found.dedup_by(|a, b| a.id == b.id);
    let size = size.unwrap_or(most).try_into().unwrap_or(usize::MAX);
    let question = format!("instances {chosen:?} {filters:?}");
    let page = paging::page(found, |instance| &instance.id, &question, size, token.as_deref())
        .map_err(|ForeignMarker| AwsError::new("InvalidParameterValue", "Unable to parse pagination token"))?;

    let mut xml = Xml::default();
    xml.list("reservationSet", "item", page.items, |xml, instance| {
        xml.text("reservationId", format!("r-0{:016x}", ids::number(&format!("reservation {}", instance.id))));
        xml.text("ownerId", ACCOUNT);
        xml.list("instancesSet", "item", [instance], encode);
    });
    xml.optional("nextToken", page.next);
    Ok(xml)
}

fn encode(xml: &mut Xml, instance: &Instance) {
    xml.text("instanceId", &instance.id);
    xml.element("instanceState", |xml| {
        xml.text("code", instance.state.code());
        xml.text("name", instance.state);
    });
    xml.text("instanceType", &instance.kind);
    xml.text("launchTime", instance.launch_time.to_rfc3339_opts(SecondsFormat::Millis, true));
    xml.element("placement", |xml| xml.text("availabilityZone", &instance.availability_zone));
    if let Some((vpc, address)) = instance.network() {
        xml.text("vpcId", vpc);
        xml.text("privateIpAddress", address);
    }
    xml.list("tagSet", "item", &instance.name, |xml, name| {
        xml.text("key", "Name");
        xml.text("value", name);
    });
}
