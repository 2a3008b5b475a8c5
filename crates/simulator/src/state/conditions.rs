//! What befalls targets without a call of AWS: only a test makes it so.

use std::collections::BTreeMap;
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::checks::{Change, CheckFailure, CheckLog};
use super::{LoadBalancer, TargetGroup, TargetKey, World};
use crate::fleet::{FleetError, LoadBalancerKind, TargetType};
use crate::words::words;

words! {
    /// What zonal shifts do to a target, in AWS's words.
    AdministrativeOverride {
        /// AWS does not know.
        Unknown = "unknown",
        /// Nothing.
        NoOverride = "no_override",
        /// Traffic is shifted away from its zone.
        ZonalShiftActive = "zonal_shift_active",
        /// A shift is told by DNS alone, not here; network load balancers only.
        ZonalShiftDelegatedToDns = "zonal_shift_delegated_to_dns",
    }
}

/// What anomaly detection has found of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Anomaly {
    /// Nothing.
    Normal,
    /// It answers worse than the others of its group.
    Anomalous,
    /// It answers worse than the others of its group, and gets less traffic for it.
    Mitigated,
}

impl AdministrativeOverride {
    /// The reason and the description, both AWS's. Rule: administrative-override.
    pub(crate) fn because(self) -> (&'static str, &'static str) {
        match self {
            Self::Unknown => ("AdministrativeOverride.Unknown", "State cannot be propagated due to an internal error"),
            Self::NoOverride => ("AdministrativeOverride.NoOverride", "No override is currently active on target"),
            Self::ZonalShiftActive => {
                ("AdministrativeOverride.ZonalShiftActive", "Zonal shift is active in target Availability Zone")
            }
            Self::ZonalShiftDelegatedToDns => (
                "AdministrativeOverride.ZonalShiftDelegatedToDns",
                "This target's zonal shift state is not available through DescribeTargetHealth but can be viewed \
                 directly through the AWS ARC - Zonal Shift API or console.",
            ),
        }
    }
}

impl Anomaly {
    /// The result, in AWS's word.
    pub(crate) fn result(self) -> &'static str {
        if self == Self::Normal { "normal" } else { "anomalous" }
    }

    /// Whether mitigation is in effect, in AWS's word.
    pub(crate) fn mitigation(self) -> &'static str {
        if self == Self::Mitigated { "yes" } else { "no" }
    }
}

/// What befalls targets.
#[derive(Debug, Clone, Default)]
pub(crate) struct Conditions {
    pub(super) checks: CheckLog,
    /// By id and port; without a port for every one.
    anomalies: BTreeMap<(String, Option<u16>), Anomaly>,
    /// The addresses that load balancers have or had, with the time since when they are free.
    addresses: BTreeMap<IpAddr, Option<DateTime<Utc>>>,
    /// The zones that are overridden, by the ARNs of their load balancers.
    overrides: BTreeMap<String, (String, AdministrativeOverride)>,
}

impl Conditions {
    /// Whether a load balancer has the address, or since when it is free. Rule: health-ip-unusable.
    pub(super) fn address(&self, id: &str) -> Result<DateTime<Utc>, Reserved> {
        if self.addresses.is_empty() {
            return Ok(DateTime::<Utc>::MIN_UTC);
        }
        let known = id.parse().ok().and_then(|address: IpAddr| self.addresses.get(&address));
        known.map_or(Ok(DateTime::<Utc>::MIN_UTC), |free_since| free_since.ok_or(Reserved))
    }
}

/// A load balancer has the address.
pub(super) struct Reserved;

impl World {
    /// Lets the health checks of a target meet something else from now on, in every group.
    pub(crate) fn note_checks(
        &mut self,
        id: &str,
        port: Option<u16>,
        failure: Option<CheckFailure>,
        now: DateTime<Utc>,
    ) -> Result<(), FleetError> {
        self.check_target(id, now)?;
        self.conditions.checks.note(id, Change { at: now, port, failure });
        Ok(())
    }

    /// Sets what anomaly detection has found of a target, in every group.
    pub(crate) fn set_anomaly(
        &mut self,
        id: &str,
        port: Option<u16>,
        anomaly: Anomaly,
        now: DateTime<Utc>,
    ) -> Result<(), FleetError> {
        self.check_target(id, now)?;
        self.conditions.anomalies.insert((id.to_owned(), port), anomaly);
        Ok(())
    }

    /// Lets a load balancer have an address, or gives it free.
    pub(crate) fn set_reserved(&mut self, address: IpAddr, is_reserved: bool, now: DateTime<Utc>) {
        let free_since = (!is_reserved).then_some(now);
        self.conditions.addresses.insert(address, free_since);
    }

    /// Overrides the targets of a load balancer in one of its zones; no override takes it back.
    /// Rule: one-zonal-shift. Rule: override-delegated.
    pub(crate) fn override_zone(
        &mut self,
        load_balancer: &str,
        zone: &str,
        state: AdministrativeOverride,
    ) -> Result<(), FleetError> {
        let unknown = || FleetError::UnknownLoadBalancer(load_balancer.to_owned());
        let owner = self.load_balancers.get(load_balancer).ok_or_else(unknown)?;
        let is_network = owner.kind == LoadBalancerKind::Network;
        let other = self.conditions.overrides.get(&owner.arn).filter(|(shifted, _)| shifted != zone);
        let wants = [
            (owner.kind != LoadBalancerKind::Gateway, "gateway load balancers have no zonal shift"),
            (owner.serves(zone), "it does not serve this zone"),
            (other.is_none(), "another of its zones is shifted"),
            (
                is_network || state != AdministrativeOverride::ZonalShiftDelegatedToDns,
                "only network load balancers leave a shift to DNS",
            ),
        ];
        if let Some((_, reason)) = wants.into_iter().find(|(is_so, _)| !is_so) {
            return Err(FleetError::Override { load_balancer: load_balancer.to_owned(), reason });
        }
        let arn = owner.arn.clone();
        if state == AdministrativeOverride::NoOverride {
            self.conditions.overrides.remove(&arn);
        } else {
            self.conditions.overrides.insert(arn, (zone.to_owned(), state));
        }
        Ok(())
    }

    /// What zonal shifts do to a registered target of a group; `None` where AWS says nothing of it.
    /// Rule: administrative-override.
    pub(crate) fn administrative_override(
        &self,
        group: &TargetGroup,
        key: &TargetKey,
    ) -> Option<AdministrativeOverride> {
        let owner = self.owner(group).filter(|owner| owner.kind != LoadBalancerKind::Gateway)?;
        let shifted = self.conditions.overrides.get(&owner.arn);
        let own = shifted.filter(|(zone, _)| self.zone_of(key) == Some(zone));
        Some(own.map_or(AdministrativeOverride::NoOverride, |(_, state)| *state))
    }

    /// What anomaly detection has found of a registered target of a group; `None` where there is none.
    /// Rule: anomaly-detection.
    pub(crate) fn anomaly(&self, group: &TargetGroup, key: &TargetKey) -> Option<Anomaly> {
        self.owner(group).filter(|owner| owner.kind == LoadBalancerKind::Application)?;
        if group.target_type == TargetType::Lambda {
            return None;
        }
        let known = &self.conditions.anomalies;
        if known.is_empty() {
            return Some(Anomaly::Normal);
        }
        let own = [key.port, None].into_iter().find_map(|port| known.get(&(key.id.clone(), port)));
        Some(own.copied().unwrap_or(Anomaly::Normal))
    }

    /// The load balancer that uses a group.
    pub(super) fn owner(&self, group: &TargetGroup) -> Option<&LoadBalancer> {
        group.load_balancer.as_ref().and_then(|name| self.load_balancers.get(name))
    }

    /// Whether there is such an instance, or a target of this id.
    fn check_target(&self, id: &str, now: DateTime<Utc>) -> Result<(), FleetError> {
        let is_there = self.instances.contains_key(id)
            || self.target_groups.values().any(|group| group.targets.members(now).any(|(key, _)| key.id == id));
        if is_there { Ok(()) } else { Err(FleetError::UnknownTarget(id.to_owned())) }
    }
}
