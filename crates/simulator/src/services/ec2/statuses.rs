//! `DescribeInstanceStatus`.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use super::filters::{Filtered, Filters, Paging};
use crate::fleet::InstanceState;
use crate::state::tags::Tags;
use crate::state::{Instance, World};
use crate::wire::{AwsError, Params, Xml};

/// An instance as it is at a moment.
struct Shown<'a>(&'a Instance, InstanceState);

impl Filtered for Shown<'_> {
    const NAMES: &'static [&'static str] = &["availability-zone", "instance-state-code", "instance-state-name"];

    fn values(&self, name: &str) -> Vec<Cow<'_, str>> {
        vec![match name {
            "availability-zone" => self.0.availability_zone.as_str().into(),
            "instance-state-code" => self.1.code().to_string().into(),
            _ => self.1.as_str().into(),
        }]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.0.tags)
    }
}

/// Running instances alone, unless all are asked for. Rule: ec2-status.
pub(crate) fn describe(mut params: Params, world: &World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    let chosen = params.texts("InstanceId")?;
    let all = params.flag("IncludeAllInstances")?.unwrap_or(false);
    let filters = Filters::read::<Shown<'_>>(&mut params)?;
    let paging = Paging::read(&mut params)?;
    params.finish()?;
    // Rule: ec2-ids-or-pages.
    if !chosen.is_empty() && paging.is_asked() {
        let message = "The parameter instancesSet cannot be used with the parameter maxResults";
        return Err(AwsError::new("InvalidParameterCombination", message));
    }
    let found = if chosen.is_empty() { world.instances.values().collect() } else { world.instances_by_id(&chosen)? };
    let shown: Vec<Shown<'_>> = found.into_iter().map(|instance| Shown(instance, instance.state(now))).collect();
    let shown = shown.into_iter().filter(|item| (all || item.1 == InstanceState::Running) && filters.pass(item));
    let question = format!("instance statuses {chosen:?} {all} {filters:?}");
    let page = paging.page(shown.collect(), |Shown(instance, _)| &instance.id, &question)?;

    let mut xml = Xml::default();
    xml.list("instanceStatusSet", "item", page.items, |xml, Shown(instance, state)| {
        let status = if state == InstanceState::Running { "ok" } else { "not-applicable" };
        xml.text("instanceId", &instance.id);
        xml.text("availabilityZone", &instance.availability_zone);
        xml.element("instanceState", |xml| {
            xml.text("code", state.code());
            xml.text("name", state);
        });
        for check in ["instanceStatus", "systemStatus"] {
            xml.element(check, |xml| xml.text("status", status));
        }
    });
    xml.optional("nextToken", page.next);
    Ok(xml)
}
