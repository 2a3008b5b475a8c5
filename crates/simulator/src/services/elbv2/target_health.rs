//! `DescribeTargetHealth`.

use chrono::{DateTime, Utc};

use super::required;
use super::targets::named;
use crate::state::{Health, TargetKey, World};
use crate::wire::{AwsError, Params, Xml};

pub(crate) fn describe(mut params: Params, world: &World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    let arn = required(&mut params, "TargetGroupArn", "target group ARN")?;
    let targets = named(&mut params)?;
    params.finish()?;
    let group = world.target_group(&arn)?;

    let shown: Vec<(TargetKey, Health)> = if targets.is_empty() {
        let shown = group.targets.shown(now);
        shown.map(|(key, found)| (key.clone(), world.health(group, key, Some(found), now))).collect()
    } else {
        let keys = group.keys(&targets)?;
        keys.into_iter()
            .map(|key| {
                let health = world.health(group, &key, group.targets.shown_one(&key, now), now);
                (key, health)
            })
            .collect()
    };

    let mut xml = Xml::default();
    xml.list("TargetHealthDescriptions", "member", &shown, |xml, (key, health)| encode(xml, key, health));
    Ok(xml)
}

fn encode(xml: &mut Xml, key: &TargetKey, health: &Health) {
    xml.element("Target", |xml| {
        xml.text("Id", &key.id);
        xml.optional("Port", key.port);
    });
    xml.optional("HealthCheckPort", key.port);
    xml.element("TargetHealth", |xml| {
        xml.text("State", health.state);
        xml.optional("Reason", health.reason);
        xml.optional("Description", health.description.as_ref());
    });
}
