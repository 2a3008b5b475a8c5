//! Leases, as this replica waits for them, holds and loses them.

use std::time::Duration;

use prometheus::{Histogram, IntCounter, IntGauge};

use super::{Counted, Families};

/// Seconds of a wait for a lease: a call of the table to the patience of changes.
const SECONDS: [f64; 7] = [0.01, 0.05, 0.25, 1.0, 5.0, 15.0, 30.0];

/// How a wait for a lease ended.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LeaseEnd {
    /// There was a place in a turn.
    Taken,
    /// Another replica kept it too long.
    Held,
    /// The table could not be written.
    Failed,
}

/// The series of all leases.
#[derive(Debug)]
pub(crate) struct OfLeases {
    waits: Vec<Histogram>,
    held: IntGauge,
    lost: IntCounter,
}

impl OfLeases {
    pub(super) fn new(families: Families<'_>) -> Self {
        Self {
            waits: families.histograms(
                "elbm_lease_wait_seconds",
                "How long changes waited for a lease, until it was taken, stayed held by another replica, or the table failed.",
                ["result"],
                &[["taken"], ["held"], ["failed"]],
                &SECONDS,
            ),
            held: families.gauge("elbm_leases_held", "Leases that this replica holds."),
            lost: families.added(IntCounter::new(
                "elbm_leases_lost_total",
                "Leases that were over, or another replica's, before the changes under them were.",
            )),
        }
    }

    /// A change waited for one.
    pub(crate) fn waited(&self, end: LeaseEnd, took: Duration) {
        self.waits[end as usize].observe(took.as_secs_f64());
    }

    /// One is held from now on.
    pub(crate) fn hold(&self) -> Counted {
        Counted::by(&self.held)
    }

    /// One was over while changes needed it.
    pub(crate) fn lost(&self) {
        self.lost.inc();
    }
}
