//! `DescribeLoadBalancerAttributes` and `ModifyLoadBalancerAttributes`.

use super::{load_balancer_name, missing, validation};
use crate::state::World;
use crate::state::classic::{AccessLog, Attributes, ClassicRefusal, DesyncMode};
use crate::wire::{AwsError, Params, Xml};

const DESYNC: &str = "elb.http.desyncmitigationmode";

pub(super) fn describe(mut params: Params, world: &World) -> Result<Xml, AwsError> {
    let name = load_balancer_name(&mut params)?;
    params.finish()?;
    let mut xml = Xml::default();
    encode(&mut xml, &world.classic(&name)?.attributes);
    Ok(xml)
}

/// Rule: classic-attributes.
pub(super) fn modify(mut params: Params, world: &mut World) -> Result<Xml, AwsError> {
    let name = load_balancer_name(&mut params)?;
    let changes = params.structure("LoadBalancerAttributes");
    params.finish()?;
    let changes = changes.ok_or_else(|| missing("LoadBalancerAttributes"))?;
    let attributes = changed(world.classic(&name)?.attributes.clone(), changes)?;
    world.set_classic_attributes(&name, attributes.clone())?;
    let mut xml = Xml::default();
    xml.text("LoadBalancerName", &name);
    encode(&mut xml, &attributes);
    Ok(xml)
}

fn changed(mut attributes: Attributes, mut changes: Params) -> Result<Attributes, AwsError> {
    if let Some(mut zones) = changes.structure("CrossZoneLoadBalancing") {
        attributes.cross_zone = enabled(&mut zones)?;
        zones.finish()?;
    }
    if let Some(mut draining) = changes.structure("ConnectionDraining") {
        attributes.draining = enabled(&mut draining)?;
        attributes.drain_seconds = draining.number("Timeout", 1, 3600)?.unwrap_or(300);
        draining.finish()?;
    }
    if let Some(mut settings) = changes.structure("ConnectionSettings") {
        attributes.idle_seconds =
            settings.number("IdleTimeout", 1, 3600)?.ok_or_else(|| missing("ConnectionSettings.IdleTimeout"))?;
        settings.finish()?;
    }
    if let Some(mut log) = changes.structure("AccessLog") {
        let is_enabled = enabled(&mut log)?;
        let named = AccessLog {
            bucket: log.text("S3BucketName").unwrap_or_default(),
            prefix: log.text("S3BucketPrefix"),
            minutes: log.number("EmitInterval", 5, 60)?.unwrap_or(60),
        };
        log.finish()?;
        attributes.access_log = is_enabled.then_some(named);
    }
    for mut additional in changes.structures("AdditionalAttributes")? {
        let key = additional.text("Key").ok_or_else(|| missing("AdditionalAttributes.Key"))?;
        let value = additional.text("Value").unwrap_or_default();
        additional.finish()?;
        if key != DESYNC {
            return Err(ClassicRefusal::UnknownAttribute(key).into());
        }
        attributes.desync = DesyncMode::ALL
            .into_iter()
            .find(|mode| mode.as_str() == value)
            .ok_or_else(|| validation(format!("'{value}' is not a value of {DESYNC}")))?;
    }
    changes.finish()?;
    Ok(attributes)
}

fn enabled(params: &mut Params) -> Result<bool, AwsError> {
    params.flag("Enabled")?.ok_or_else(|| missing("Enabled"))
}

fn encode(xml: &mut Xml, attributes: &Attributes) {
    xml.element("LoadBalancerAttributes", |xml| {
        xml.element("CrossZoneLoadBalancing", |xml| xml.text("Enabled", attributes.cross_zone));
        xml.element("AccessLog", |xml| {
            xml.text("Enabled", attributes.access_log.is_some());
            if let Some(log) = &attributes.access_log {
                xml.text("S3BucketName", &log.bucket);
                xml.text("EmitInterval", log.minutes);
                xml.optional("S3BucketPrefix", log.prefix.as_ref());
            }
        });
        xml.element("ConnectionDraining", |xml| {
            xml.text("Enabled", attributes.draining);
            xml.text("Timeout", attributes.drain_seconds);
        });
        xml.element("ConnectionSettings", |xml| xml.text("IdleTimeout", attributes.idle_seconds));
        xml.list("AdditionalAttributes", "member", [attributes.desync], |xml, mode| {
            xml.text("Key", DESYNC);
            xml.text("Value", mode);
        });
    });
}
