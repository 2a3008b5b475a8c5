//! `CreateTargetGroup`, `ModifyTargetGroup`, `DeleteTargetGroup`.

use std::time::Duration;

use super::target_groups::one;
use super::{ipv4_only, port, required, tags, validation};
use crate::fleet::TargetType;
use crate::state::{CheckPort, HealthCheckSettings, TargetGroupRequest, World};
use crate::wire::{AwsError, Params, Xml};

/// The port of each target, in place of a number.
const TRAFFIC_PORT: &str = "traffic-port";

pub(crate) fn create(mut params: Params, world: &mut World) -> Result<Xml, AwsError> {
    let request = TargetGroupRequest {
        name: required(&mut params, "Name", "target group name")?,
        target_type: params.word("TargetType")?.unwrap_or(TargetType::Instance),
        protocol: params.word("Protocol")?,
        protocol_version: params.text("ProtocolVersion"),
        port: port(&mut params, "Port")?,
        vpc: params.text("VpcId"),
        check: health_check(&mut params)?,
        tags: tags::read_new(&mut params)?,
    };
    ipv4_only(&mut params)?;
    params.finish()?;
    let arn = world.create_target_group(request)?;
    one(world, &arn)
}

pub(crate) fn modify(mut params: Params, world: &mut World) -> Result<Xml, AwsError> {
    let arn = required(&mut params, "TargetGroupArn", "target group ARN")?;
    let check = health_check(&mut params)?;
    params.finish()?;
    world.modify_target_group(&arn, check)?;
    one(world, &arn)
}

pub(crate) fn delete(mut params: Params, world: &mut World) -> Result<Xml, AwsError> {
    let arn = required(&mut params, "TargetGroupArn", "target group ARN")?;
    params.finish()?;
    world.delete_target_group(&arn)?;
    Ok(Xml::default())
}

/// Rule: target-group-settings.
fn health_check(params: &mut Params) -> Result<HealthCheckSettings, AwsError> {
    let mut seconds = |name: &str, least, most| {
        let number = params.number(name, least, most)?;
        Ok::<_, AwsError>(number.map(|number| Duration::from_secs(number.into())))
    };
    let interval = seconds("HealthCheckIntervalSeconds", 5, 300)?;
    let timeout = seconds("HealthCheckTimeoutSeconds", 2, 120)?;
    let check_port = match params.text("HealthCheckPort") {
        None => None,
        Some(text) if text == TRAFFIC_PORT => Some(CheckPort::Traffic),
        Some(text) => {
            let number = text.parse::<u16>().ok().filter(|number| *number > 0 && number.to_string() == text);
            let message = || validation(format!("Health check port '{text}' must be '{TRAFFIC_PORT}' or 1 to 65535"));
            Some(CheckPort::Number(number.ok_or_else(message)?))
        }
    };
    let mut matcher = params.fields_of("Matcher");
    let codes = matcher.text("HttpCode");
    matcher.finish()?;
    Ok(HealthCheckSettings {
        enabled: params.flag("HealthCheckEnabled")?,
        protocol: params.word("HealthCheckProtocol")?,
        port: check_port,
        path: params.text("HealthCheckPath"),
        interval,
        timeout,
        healthy_threshold: params.number("HealthyThresholdCount", 2, 10)?,
        unhealthy_threshold: params.number("UnhealthyThresholdCount", 2, 10)?,
        matcher: codes,
    })
}
