//! `ConfigureHealthCheck`.

use std::time::Duration;

use super::{load_balancer_name, missing};
use crate::fleet::ClassicHealthCheck;
use crate::state::{Moment, World};
use crate::wire::{AwsError, Params, Xml};

pub(super) fn configure(mut params: Params, world: &mut World, at: Moment) -> Result<Xml, AwsError> {
    let name = load_balancer_name(&mut params)?;
    let check = params.structure("HealthCheck");
    params.finish()?;
    let check = read(check.ok_or_else(|| missing("HealthCheck"))?)?;
    world.configure_classic_check(&name, check.clone(), at)?;
    let mut xml = Xml::default();
    xml.element("HealthCheck", |xml| encode(xml, &check));
    Ok(xml)
}

/// Rule: classic-health-check.
fn read(mut params: Params) -> Result<ClassicHealthCheck, AwsError> {
    let target = params.text("Target").ok_or_else(|| missing("HealthCheck.Target"))?;
    let mut number = |name: &str, least, most| {
        params.number(name, least, most)?.ok_or_else(|| missing(&format!("HealthCheck.{name}")))
    };
    let (interval, timeout) = (number("Interval", 5, 300)?, number("Timeout", 2, 60)?);
    let (unhealthy_threshold, healthy_threshold) =
        (number("UnhealthyThreshold", 2, 10)?, number("HealthyThreshold", 2, 10)?);
    params.finish()?;
    let [interval, timeout] = [interval, timeout].map(|seconds| Duration::from_secs(seconds.into()));
    Ok(ClassicHealthCheck { target, interval, timeout, healthy_threshold, unhealthy_threshold })
}

pub(super) fn encode(xml: &mut Xml, check: &ClassicHealthCheck) {
    xml.text("Target", &check.target);
    xml.text("Interval", check.interval.as_secs());
    xml.text("Timeout", check.timeout.as_secs());
    xml.text("UnhealthyThreshold", check.unhealthy_threshold);
    xml.text("HealthyThreshold", check.healthy_threshold);
}
