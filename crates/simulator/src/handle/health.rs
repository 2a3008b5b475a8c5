//! What tests do to the health of targets.

use std::net::IpAddr;

use super::Handle;
use crate::fleet::FleetError;
use crate::state::{AdministrativeOverride, Anomaly, CheckFailure};

impl Handle {
    /// Lets the health checks of an instance, or of another target by its id, fail from now on, in every group and
    /// Classic load balancer: on one port, or without one on all. AWS takes notice after the unhealthy threshold.
    ///
    /// # Errors
    /// There is no such instance or target.
    pub fn fail_checks(&self, id: &str, port: Option<u16>, failure: CheckFailure) -> Result<(), FleetError> {
        let mut inner = self.shared.lock();
        let now = inner.clock.now();
        inner.world.note_checks(id, port, Some(failure), now)
    }

    /// Lets the health checks pass from now on: on one port, or without one on all. AWS takes notice after the healthy
    /// threshold.
    ///
    /// # Errors
    /// There is no such instance or target.
    pub fn pass_checks(&self, id: &str, port: Option<u16>) -> Result<(), FleetError> {
        let mut inner = self.shared.lock();
        let now = inner.clock.now();
        inner.world.note_checks(id, port, None, now)
    }

    /// Sets what anomaly detection has found of an instance, or of another target by its id: on one port, or without one
    /// on all.
    ///
    /// # Errors
    /// There is no such instance or target.
    pub fn set_anomaly(&self, id: &str, port: Option<u16>, anomaly: Anomaly) -> Result<(), FleetError> {
        let mut inner = self.shared.lock();
        let now = inner.clock.now();
        inner.world.set_anomaly(id, port, anomaly, now)
    }

    /// Shifts traffic away from a zone of a load balancer, or whatever else overrides its targets there;
    /// [`AdministrativeOverride::NoOverride`] takes it back. The health stays as it is.
    ///
    /// # Errors
    /// There is no such load balancer, it does not serve the zone, another of its zones is overridden, or its kind knows no
    /// such override.
    pub fn override_zone(
        &self,
        load_balancer: &str,
        zone: &str,
        state: AdministrativeOverride,
    ) -> Result<(), FleetError> {
        self.shared.lock().world.override_zone(load_balancer, zone, state)
    }

    /// Lets a load balancer take an address for itself: as a target it is of no use.
    pub fn reserve_address(&self, address: IpAddr) {
        self.set_reserved(address, true);
    }

    /// Gives an address free that a load balancer had.
    pub fn release_address(&self, address: IpAddr) {
        self.set_reserved(address, false);
    }

    fn set_reserved(&self, address: IpAddr, is_reserved: bool) {
        let mut inner = self.shared.lock();
        let now = inner.clock.now();
        inner.world.set_reserved(address, is_reserved, now);
    }
}
