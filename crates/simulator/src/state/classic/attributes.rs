//! What can be set of a Classic load balancer.

use std::time::Duration;

use super::ClassicRefusal;
use crate::state::World;
use crate::words::words;

words! {
    /// What becomes of requests that are out of the specification.
    DesyncMode {
        Monitor = "monitor",
        Defensive = "defensive",
        Strictest = "strictest",
    }
}

impl DesyncMode {
    pub(crate) const ALL: [Self; 3] = [Self::Monitor, Self::Defensive, Self::Strictest];
}

/// The attributes. Rule: classic-attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attributes {
    pub(crate) cross_zone: bool,
    pub(crate) draining: bool,
    /// How long a deregistered instance drains where it does, in seconds.
    pub(crate) drain_seconds: u32,
    pub(crate) idle_seconds: u32,
    pub(crate) access_log: Option<AccessLog>,
    pub(crate) desync: DesyncMode,
}

/// Where access logs go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccessLog {
    pub(crate) bucket: String,
    pub(crate) prefix: Option<String>,
    /// How often they are written: 5 or 60.
    pub(crate) minutes: u32,
}

impl Attributes {
    /// The attributes of a new load balancer.
    pub(super) fn draining(time: Option<Duration>) -> Self {
        let seconds = time.map_or(300, |time| u32::try_from(time.as_secs()).unwrap_or(u32::MAX));
        Self {
            cross_zone: false,
            draining: time.is_some(),
            drain_seconds: seconds,
            idle_seconds: 60,
            access_log: None,
            desync: DesyncMode::Defensive,
        }
    }

    pub(super) fn check(&self) -> Result<(), ClassicRefusal> {
        let wants = [
            ((1..=3600).contains(&self.drain_seconds), "ConnectionDraining timeout must be between 1 and 3600 seconds"),
            (
                (1..=3600).contains(&self.idle_seconds),
                "ConnectionSettings idle timeout must be between 1 and 3600 seconds",
            ),
            (
                self.access_log.as_ref().is_none_or(|log| matches!(log.minutes, 5 | 60) && !log.bucket.is_empty()),
                "AccessLog needs an S3 bucket name, and an emit interval of 5 or 60 minutes",
            ),
        ];
        match wants.into_iter().find(|(is_so, _)| !is_so) {
            Some((_, reason)) => Err(ClassicRefusal::Attribute(reason)),
            None => Ok(()),
        }
    }

    /// How long a deregistered instance drains. Rule: classic-draining.
    pub(crate) fn drain_time(&self) -> Duration {
        if self.draining { Duration::from_secs(self.drain_seconds.into()) } else { Duration::ZERO }
    }
}

impl World {
    /// Sets the attributes of a load balancer. What drains already drains for the new time.
    pub(crate) fn set_classic_attributes(&mut self, name: &str, attributes: Attributes) -> Result<(), ClassicRefusal> {
        let owner = self.classic_mut(name)?;
        attributes.check()?;
        owner.registered.set_deregistration_delay(attributes.drain_time());
        owner.attributes = attributes;
        Ok(())
    }
}
