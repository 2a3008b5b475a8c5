//! `DescribeTargetHealth`.

use chrono::{DateTime, Utc};

use super::targets::named;
use super::{required, validation};
use crate::state::{Registration, TargetGroup, TargetKey, World};
use crate::wire::{AwsError, Params, Xml};

pub(crate) fn describe(mut params: Params, world: &World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    let arn = required(&mut params, "TargetGroupArn", "target group ARN")?;
    let targets = named(&mut params)?;
    let includes_anomalies = includes_anomalies(&mut params)?;
    params.finish()?;
    let group = world.target_group(&arn)?;
    let view = View { world, group, now, includes_anomalies };

    let mut xml = Xml::default();
    if targets.is_empty() {
        xml.list("TargetHealthDescriptions", "member", group.targets.shown(now), |xml, (key, registration)| {
            view.encode(xml, key, Some(registration));
        });
    } else {
        xml.list("TargetHealthDescriptions", "member", &world.keys(group, &targets)?, |xml, key| {
            view.encode(xml, key, group.targets.shown_one(key, now));
        });
    }
    Ok(xml)
}

/// Whether anomalies are told, which are all that can be included. Rule: include-values.
fn includes_anomalies(params: &mut Params) -> Result<bool, AwsError> {
    let included = params.texts("Include")?;
    if included.iter().any(|value| !matches!(value.as_str(), "AnomalyDetection" | "All")) {
        return Err(validation(format!(
            "1 validation error detected: Value '[{}]' at 'include' failed to satisfy constraint: \
             Member must satisfy constraint: [Member must satisfy enum value set: [AnomalyDetection, All]]",
            included.join(", ")
        )));
    }
    Ok(!included.is_empty())
}

/// A group at the time of a call.
struct View<'a> {
    world: &'a World,
    group: &'a TargetGroup,
    now: DateTime<Utc>,
    includes_anomalies: bool,
}

impl View<'_> {
    fn encode(&self, xml: &mut Xml, key: &TargetKey, registration: Option<&Registration>) {
        xml.element("Target", |xml| {
            xml.text("Id", &key.id);
            xml.optional("Port", key.port);
            xml.optional("AvailabilityZone", key.zone.as_ref());
        });
        let checked = |port| self.group.health_check.port.unwrap_or(port);
        xml.optional("HealthCheckPort", key.port.map(checked));
        let health = self.world.health(self.group, key, registration, self.now);
        xml.element("TargetHealth", |xml| {
            xml.text("State", health.state);
            xml.optional("Reason", health.reason);
            xml.optional("Description", health.description);
        });
        if registration.is_none() {
            return;
        }
        if self.includes_anomalies
            && let Some(anomaly) = self.world.anomaly(self.group, key)
        {
            xml.element("AnomalyDetection", |xml| {
                xml.text("Result", anomaly.result());
                xml.text("MitigationInEffect", anomaly.mitigation());
            });
        }
        if let Some(state) = self.world.administrative_override(self.group, key) {
            let (reason, description) = state.because();
            xml.element("AdministrativeOverride", |xml| {
                xml.text("State", state);
                xml.text("Reason", reason);
                xml.text("Description", description);
            });
        }
    }
}
