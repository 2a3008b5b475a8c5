//! `CreateListener`, `ModifyListener`, `DeleteListener`.

use chrono::{DateTime, Utc};

use super::listeners::one;
use super::{actions, port, required, tags, validation};
use crate::state::{ListenerSettings, World};
use crate::wire::{AwsError, Params, Xml};

pub(crate) fn create(mut params: Params, world: &mut World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    let balancer = required(&mut params, "LoadBalancerArn", "load balancer ARN")?;
    let settings = settings(&mut params)?;
    let tags = tags::read_new(&mut params)?;
    params.finish()?;
    let arn = world.create_listener(&balancer, settings, tags, now)?;
    one(world, &arn)
}

pub(crate) fn modify(mut params: Params, world: &mut World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    let arn = required(&mut params, "ListenerArn", "listener ARN")?;
    let settings = settings(&mut params)?;
    params.finish()?;
    world.modify_listener(&arn, settings, now)?;
    one(world, &arn)
}

pub(crate) fn delete(mut params: Params, world: &mut World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    let arn = required(&mut params, "ListenerArn", "listener ARN")?;
    params.finish()?;
    world.delete_listener(&arn, now)?;
    Ok(Xml::default())
}

fn settings(params: &mut Params) -> Result<ListenerSettings, AwsError> {
    Ok(ListenerSettings {
        port: port(params, "Port")?,
        protocol: params.word("Protocol")?,
        certificate: certificate(params)?,
        ssl_policy: params.text("SslPolicy"),
        default_action: actions::read(params, "DefaultActions")?,
    })
}

/// Rule: listener-certificate.
fn certificate(params: &mut Params) -> Result<Option<String>, AwsError> {
    let mut certificates = params.structures("Certificates")?;
    if certificates.len() > 1 {
        return Err(validation("Exactly one certificate must be specified"));
    }
    let Some(mut certificate) = certificates.pop() else { return Ok(None) };
    let arn = required(&mut certificate, "CertificateArn", "certificate ARN")?;
    certificate.finish()?;
    if !arn.starts_with("arn:aws:acm:") && !arn.starts_with("arn:aws:iam:") {
        return Err(AwsError::new("CertificateNotFound", format!("Certificate '{arn}' not found")));
    }
    Ok(Some(arn))
}
