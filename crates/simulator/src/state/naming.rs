//! From the targets that a call names to what tells them apart: each is checked by its form.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use super::arn::{self, Resource};
use super::{Refusal, TargetGroup, TargetKey, World, is_instance_id};
use crate::fleet::{Protocol, TargetType};

/// The one port of gateway load balancers.
pub(super) const GENEVE_PORT: u16 = 6081;

/// The zone of a target that takes traffic from all of them.
pub(super) const ALL_ZONES: &str = "all";

/// A target as a call names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct NamedTarget {
    pub(crate) id: String,
    pub(crate) port: Option<u16>,
    pub(crate) zone: Option<String>,
}

impl World {
    /// The keys of the targets that a call names for a group. Rule: target-default-port.
    pub(crate) fn keys(&self, group: &TargetGroup, targets: &[NamedTarget]) -> Result<Vec<TargetKey>, Refusal> {
        let mut keys = BTreeSet::new();
        let mut twice = BTreeSet::new();
        for target in targets {
            group.check_form(target)?;
            let zone = self.zone(group, target)?;
            let key = TargetKey { id: target.id.clone(), port: target.port.or(group.port), zone };
            if !keys.insert(key) {
                twice.insert(target.id.clone());
            }
        }
        if !twice.is_empty() {
            return Err(Refusal::DuplicateTargets(twice.into_iter().collect()));
        }
        Ok(keys.into_iter().collect())
    }

    /// The zone of a target, which only addresses have.
    fn zone(&self, group: &TargetGroup, target: &NamedTarget) -> Result<Option<String>, Refusal> {
        let given = target.zone.as_deref();
        match (group.target_type, given) {
            (TargetType::Ip, given) => self.zone_of_address(group, &target.id, given).map(Some),
            (_, None) | (TargetType::Lambda, Some(ALL_ZONES)) => Ok(None),
            // Rule: no-target-zone.
            (_, Some(zone)) => Err(Refusal::because(
                "ValidationError",
                format!("You cannot specify the Availability Zone '{zone}' for the target '{}'", target.id),
            )),
        }
    }

    /// The zone of an address: that of its subnet, or outside of the VPC the one that is given. Rule: target-zone.
    fn zone_of_address(&self, group: &TargetGroup, id: &str, given: Option<&str>) -> Result<String, Refusal> {
        let refused = |message: String| Err(Refusal::because("ValidationError", message));
        let address = id.parse::<Ipv4Addr>().map_err(|_| Refusal::WrongTargetType(id.to_owned()))?;
        if let Some(subnet) = self.subnets_of(&group.vpc).find(|subnet| subnet.block.contains(&address)) {
            return match given {
                Some(other) if other != subnet.zone => refused(format!(
                    "The IP address '{id}' is within the VPC, and cannot have its Availability Zone overridden to \
                     '{other}' from '{}'",
                    subnet.zone
                )),
                _ => Ok(subnet.zone.clone()),
            };
        }
        // Rule: target-private-address.
        let is_shared = matches!(address.octets(), [100, 64..=127, ..]);
        if !address.is_private() && !is_shared {
            return refused(format!("The IP address '{id}' is publicly routable and cannot be a target"));
        }
        match given {
            Some(zone) if zone == ALL_ZONES || self.zones().contains(zone) => Ok(zone.to_owned()),
            _ => refused(format!(
                "You must specify a valid Availability Zone or select 'all' for all enabled Availability zones, since \
                 the IP address '{id}' is outside the VPC"
            )),
        }
    }
}

impl TargetGroup {
    fn check_form(&self, target: &NamedTarget) -> Result<(), Refusal> {
        let id = target.id.as_str();
        let well_formed = match self.target_type {
            TargetType::Instance if !is_instance_id(id) => return Err(Refusal::MalformedInstanceId(id.to_owned())),
            TargetType::Lambda if target.port.is_some() => return Err(Refusal::PortOfLambda(id.to_owned())),
            TargetType::Instance | TargetType::Ip
                if self.protocol == Some(Protocol::Geneve) && target.port.is_some_and(|port| port != GENEVE_PORT) =>
            {
                return Err(Refusal::PortOfGeneve(id.to_owned()));
            }
            TargetType::Instance => true,
            TargetType::Ip => id.parse::<Ipv4Addr>().is_ok(),
            TargetType::Lambda => id.starts_with("arn:aws:lambda:"),
            TargetType::Alb => arn::name(Resource::LoadBalancer, id).is_some(),
        };
        if well_formed { Ok(()) } else { Err(Refusal::WrongTargetType(id.to_owned())) }
    }
}
