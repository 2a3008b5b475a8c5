//! How many machines of a load balancer are how healthy.

use crate::{Machine, TargetState};

/// The machines of a load balancer by health, each counted once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Machines all of whose registrations are healthy.
    pub healthy: usize,
    /// Machines with a registration that is unhealthy.
    pub unhealthy: usize,
    /// All others, e.g. in their first health checks or draining.
    pub other: usize,
}

impl Counts {
    /// Counts machines.
    #[must_use]
    pub fn of(machines: &[Machine]) -> Self {
        let mut counts = Self::default();
        for machine in machines {
            match machine.health() {
                Some(TargetState::Healthy) => counts.healthy += 1,
                Some(TargetState::Unhealthy) => counts.unhealthy += 1,
                _ => counts.other += 1,
            }
        }
        counts
    }
}
