//! `DescribeListeners`.

use super::{Paging, actions, at_most_one, validation};
use crate::fleet::LoadBalancerKind;
use crate::state::{Listener, LoadBalancer, World};
use crate::wire::{AwsError, Params, Xml};

pub(crate) fn describe(mut params: Params, world: &World) -> Result<Xml, AwsError> {
    let load_balancer = params.text("LoadBalancerArn");
    let arns = params.texts("ListenerArns")?;
    let paging = Paging::read(&mut params)?;
    params.finish()?;
    at_most_one(&[("a load balancer ARN", load_balancer.is_some()), ("listener ARNs", !arns.is_empty())])?;

    let found: Vec<(&LoadBalancer, &Listener)> = match &load_balancer {
        Some(arn) => {
            let owner = world.load_balancer(arn)?;
            owner.listeners.values().map(|listener| (owner, listener)).collect()
        }
        // Rule: required-parameter.
        None if arns.is_empty() => {
            return Err(validation("You must specify either listener ARNs or a load balancer ARN"));
        }
        None => arns.iter().map(|arn| world.listener(arn)).collect::<Result<_, _>>()?,
    };
    let page = paging.page(found, |(_, listener)| &listener.arn, &format!("listeners {load_balancer:?} {arns:?}"))?;

    let mut xml = Xml::default();
    xml.list("Listeners", "member", page.items, |xml, (owner, listener)| encode(xml, owner, listener));
    xml.optional("NextMarker", page.next);
    Ok(xml)
}

/// The answer with one listener.
pub(super) fn one(world: &World, arn: &str) -> Result<Xml, AwsError> {
    let found = world.listener(arn)?;
    let mut xml = Xml::default();
    xml.list("Listeners", "member", [found], |xml, (owner, listener)| encode(xml, owner, listener));
    Ok(xml)
}

fn encode(xml: &mut Xml, owner: &LoadBalancer, listener: &Listener) {
    xml.text("ListenerArn", &listener.arn);
    xml.text("LoadBalancerArn", &owner.arn);
    // Rule: gateway-listeners.
    if owner.kind != LoadBalancerKind::Gateway {
        xml.text("Port", listener.port);
        xml.text("Protocol", listener.protocol);
    }
    if listener.certificate.is_some() {
        xml.list("Certificates", "member", &listener.certificate, |xml, arn| xml.text("CertificateArn", arn));
    }
    xml.optional("SslPolicy", listener.ssl_policy.as_ref());
    xml.list("DefaultActions", "member", [&listener.default_action], actions::encode);
}
