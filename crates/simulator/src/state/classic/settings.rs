//! The zones and the health check of Classic load balancers.

use std::collections::BTreeSet;
use std::time::Duration;

use super::ClassicRefusal;
use crate::fleet::{ClassicHealthCheck, ClassicProtocol, HealthCheck};
use crate::state::{Moment, World};

/// The longest target of a health check, in 16-bit characters. Rule: classic-health-check.
const LONGEST_TARGET: usize = 1024;

impl World {
    /// Adds zones to a load balancer and returns all of them. Rule: classic-zones.
    pub(crate) fn enable_classic_zones(
        &mut self,
        name: &str,
        zones: &BTreeSet<String>,
    ) -> Result<BTreeSet<String>, ClassicRefusal> {
        let all = &self.classic(name)?.availability_zones | zones;
        self.check_zones(zones)?;
        self.set_classic_zones(name, all)
    }

    /// Removes zones of a load balancer and returns those that remain, which is one at least. Rule: classic-zones.
    pub(crate) fn disable_classic_zones(
        &mut self,
        name: &str,
        zones: &BTreeSet<String>,
    ) -> Result<BTreeSet<String>, ClassicRefusal> {
        let enabled = &self.classic(name)?.availability_zones;
        if !zones.is_subset(enabled) {
            return Err(ClassicRefusal::Configuration("A zone that is to be disabled is not enabled"));
        }
        let remaining = enabled - zones;
        if remaining.is_empty() {
            return Err(ClassicRefusal::Configuration("A load balancer has at least one Availability Zone"));
        }
        self.set_classic_zones(name, remaining)
    }

    fn set_classic_zones(&mut self, name: &str, zones: BTreeSet<String>) -> Result<BTreeSet<String>, ClassicRefusal> {
        let owner = self.classic_mut(name)?;
        owner.availability_zones.clone_from(&zones);
        Ok(zones)
    }

    /// Whether these are zones of the region: its name with one letter.
    pub(super) fn check_zones(&self, zones: &BTreeSet<String>) -> Result<(), ClassicRefusal> {
        let is_zone = |zone: &str| {
            zone.strip_prefix(&self.region)
                .is_some_and(|letter| letter.len() == 1 && letter.bytes().all(|byte| byte.is_ascii_lowercase()))
        };
        match zones.iter().find(|zone| !is_zone(zone)) {
            Some(unknown) => Err(ClassicRefusal::Zone(unknown.clone())),
            None => Ok(()),
        }
    }

    /// Sets the health check of a load balancer. Who is in service stays so until checks say otherwise.
    pub(crate) fn configure_classic_check(
        &mut self,
        name: &str,
        check: ClassicHealthCheck,
        at: Moment,
    ) -> Result<(), ClassicRefusal> {
        let configured = self.classic(name)?.found_so_far(&self.conditions.checks, at.now);
        check.check()?;
        let owner = self.classic_mut(name)?;
        owner.configured = Some(configured);
        owner.health_check = check;
        Ok(())
    }
}

impl ClassicHealthCheck {
    /// Whether AWS takes it. Rule: classic-health-check.
    pub(super) fn check(&self) -> Result<(), ClassicRefusal> {
        let seconds = |least, most| Duration::from_secs(least)..=Duration::from_secs(most);
        let wants = [
            (self.target_is_good(), "HealthCheck Target is TCP:port, SSL:port, HTTP:port/path or HTTPS:port/path"),
            (seconds(5, 300).contains(&self.interval), "HealthCheck Interval must be between 5 and 300 seconds"),
            (seconds(2, 60).contains(&self.timeout), "HealthCheck Timeout must be between 2 and 60 seconds"),
            (self.timeout < self.interval, "HealthCheck timeout must be less than interval"),
            ((2..=10).contains(&self.healthy_threshold), "HealthCheck HealthyThreshold must be between 2 and 10"),
            ((2..=10).contains(&self.unhealthy_threshold), "HealthCheck UnhealthyThreshold must be between 2 and 10"),
        ];
        match wants.into_iter().find(|(is_so, _)| !is_so) {
            Some((_, reason)) => Err(ClassicRefusal::HealthCheck(reason)),
            None => Ok(()),
        }
    }

    /// The port that is checked.
    pub(super) fn port(&self) -> Option<u16> {
        let (_, rest) = self.target.split_once(':')?;
        rest.split('/').next()?.parse().ok()
    }

    /// What counts the checks.
    pub(super) fn counted(&self) -> HealthCheck {
        let Self { interval, timeout, healthy_threshold, unhealthy_threshold, .. } = *self;
        HealthCheck { interval, timeout, healthy_threshold, unhealthy_threshold, ..HealthCheck::default() }
    }

    fn target_is_good(&self) -> bool {
        let Some((protocol, rest)) = self.target.split_once(':') else { return false };
        let Some(protocol) = ClassicProtocol::ALL.into_iter().find(|known| known.as_str() == protocol) else {
            return false;
        };
        let (port, path) = match rest.find('/') {
            Some(slash) => (&rest[..slash], Some(&rest[slash..])),
            None => (rest, None),
        };
        let digits = port.bytes().all(|byte| byte.is_ascii_digit());
        self.target.encode_utf16().count() <= LONGEST_TARGET
            && digits
            && port.parse::<u16>().is_ok_and(|port| port > 0)
            && path.is_some() == protocol.is_http()
    }
}
