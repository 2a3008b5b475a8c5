//! `CreateLoadBalancer` and `DeleteLoadBalancer`.

use std::collections::BTreeMap;

use super::tags::read_tags;
use super::{load_balancer_name, missing, some, validation};
use crate::fleet::{ClassicHealthCheck, ClassicListener, ClassicLoadBalancerSpec, ClassicProtocol, Scheme};
use crate::state::classic::with_tags;
use crate::state::{Moment, World};
use crate::wire::{AwsError, Params, Xml};

/// Rule: classic-default-vpc.
pub(super) fn create(mut params: Params, world: &mut World, at: Moment) -> Result<Xml, AwsError> {
    let name = load_balancer_name(&mut params)?;
    let listeners = some(params.structures("Listeners")?, "listener")?;
    let listeners: Vec<ClassicListener> = listeners.into_iter().map(listener).collect::<Result<_, _>>()?;
    let zones = some(params.texts("AvailabilityZones")?, "Availability Zone")?;
    let scheme = scheme(params.text("Scheme").as_deref())?;
    let tags = read_tags(params.structures("Tags")?)?;
    params.finish()?;

    // Rule: classic-health-check.
    let target = format!("TCP:{}", listeners.first().map_or(80, |listener| listener.instance_port));
    let spec = ClassicLoadBalancerSpec {
        name,
        scheme,
        availability_zones: zones,
        listeners,
        health_check: ClassicHealthCheck { target, ..ClassicHealthCheck::default() },
        tags: with_tags(BTreeMap::new(), tags)?,
        ..ClassicLoadBalancerSpec::default()
    };
    let dns_name = world.create_classic(spec, at)?;
    let mut xml = Xml::default();
    xml.text("DNSName", dns_name);
    Ok(xml)
}

pub(super) fn delete(mut params: Params, world: &mut World) -> Result<Xml, AwsError> {
    let name = load_balancer_name(&mut params)?;
    params.finish()?;
    world.delete_classic(&name);
    Ok(Xml::default())
}

fn listener(mut params: Params) -> Result<ClassicListener, AwsError> {
    let protocol = params.text("Protocol").ok_or_else(|| missing("Listeners.Protocol"))?;
    let protocol = known_protocol(&protocol)?;
    let instance_protocol = params.text("InstanceProtocol").map(|word| known_protocol(&word)).transpose()?;
    let mut port = |name: &str| {
        let port = params.number(name, 1, u16::MAX.into())?.ok_or_else(|| missing(&format!("Listeners.{name}")))?;
        u16::try_from(port).map_err(|_| missing(name))
    };
    let (port, instance_port) = (port("LoadBalancerPort")?, port("InstancePort")?);
    let certificate = params.text("SSLCertificateId").filter(|arn| !arn.is_empty());
    params.finish()?;
    // Rule: classic-listeners.
    let inner = if protocol.is_http() { ClassicProtocol::Http } else { ClassicProtocol::Tcp };
    Ok(ClassicListener {
        protocol,
        port,
        instance_protocol: instance_protocol.unwrap_or(inner),
        instance_port,
        certificate,
    })
}

fn known_protocol(word: &str) -> Result<ClassicProtocol, AwsError> {
    ClassicProtocol::ALL
        .into_iter()
        .find(|known| known.as_str() == word)
        .ok_or_else(|| validation(format!("'{word}' is not a protocol: a listener takes HTTP, HTTPS, TCP or SSL")))
}

/// Rule: classic-scheme.
fn scheme(word: Option<&str>) -> Result<Scheme, AwsError> {
    match word {
        None => Ok(Scheme::InternetFacing),
        Some("internal") => Ok(Scheme::Internal),
        Some(word) => Err(AwsError::new("InvalidScheme", format!("'{word}' is not a scheme: only 'internal' is"))),
    }
}
