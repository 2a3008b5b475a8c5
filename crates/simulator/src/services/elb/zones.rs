//! `EnableAvailabilityZonesForLoadBalancer` and `DisableAvailabilityZonesForLoadBalancer`.

use std::collections::BTreeSet;

use super::{load_balancer_name, some};
use crate::state::World;
use crate::wire::{AwsError, Params, Xml};

pub(super) fn enable(mut params: Params, world: &mut World) -> Result<Xml, AwsError> {
    let (name, zones) = name_and_zones(&mut params)?;
    Ok(encode(&world.enable_classic_zones(&name, &zones)?))
}

pub(super) fn disable(mut params: Params, world: &mut World) -> Result<Xml, AwsError> {
    let (name, zones) = name_and_zones(&mut params)?;
    Ok(encode(&world.disable_classic_zones(&name, &zones)?))
}

fn name_and_zones(params: &mut Params) -> Result<(String, BTreeSet<String>), AwsError> {
    let name = load_balancer_name(params)?;
    let zones = some(params.texts("AvailabilityZones")?, "Availability Zone")?;
    params.finish()?;
    Ok((name, zones.into_iter().collect()))
}

fn encode(zones: &BTreeSet<String>) -> Xml {
    let mut xml = Xml::default();
    xml.texts("AvailabilityZones", "member", zones);
    xml
}
