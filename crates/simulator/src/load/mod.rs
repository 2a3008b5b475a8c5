//! What load does to calls: budgets that are spent, answers that take their time, faults that befall a share of them, and
//! an AWS that is away.

mod error_rates;
mod latency;
mod per_action;
mod throttling;

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;

pub use error_rates::{ErrorRate, ErrorRateError, ErrorRates};
pub use latency::{Latency, LatencyError};
pub use per_action::{Calls, PerAction, setting};
pub use throttling::{Bucket, CallClass, Throttling, ThrottlingError};

use crate::faults::Fault;
use crate::services::Action;

/// What calls meet. The default is nothing of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Load {
    /// The buckets that calls are throttled by.
    pub throttling: Throttling,
    /// How long answers take.
    pub latency: PerAction<Latency>,
    /// The faults that befall a share of the calls.
    pub error_rates: PerAction<ErrorRates>,
    /// What latencies and faults are drawn from: with the same seed the same calls in the same order meet the same.
    pub seed: u64,
}

/// The load on a running simulator.
#[derive(Debug)]
pub(crate) struct RunningLoad {
    pub(crate) settings: Load,
    levels: throttling::Levels,
    // Each has its own, so that the one does not change what the other draws.
    faults: Rng,
    latencies: Rng,
    /// Until when AWS is away.
    away: Option<DateTime<Utc>>,
}

impl RunningLoad {
    pub(crate) fn new(settings: Load) -> Self {
        let mut faults = Rng::with_seed(settings.seed);
        let latencies = faults.fork();
        Self { settings, levels: throttling::Levels::default(), faults, latencies, away: None }
    }

    /// Sets the buckets; all are full.
    pub(crate) fn set_throttling(&mut self, throttling: Throttling) {
        self.settings.throttling = throttling;
        self.levels = throttling::Levels::default();
    }

    /// Whether a call comes too soon, by the callers' time.
    pub(crate) fn throttles(
        &mut self,
        action: Action,
        parameters: &BTreeMap<String, String>,
        for_callers: Duration,
    ) -> bool {
        !self.levels.take(&self.settings.throttling, action, parameters, for_callers)
    }

    /// The fault that befalls a call.
    pub(crate) fn fault(&mut self, action: Action) -> Option<Fault> {
        self.settings.error_rates.get(action)?.draw(&mut self.faults).cloned()
    }

    /// How long the answer to a call takes.
    pub(crate) fn latency(&mut self, action: Action) -> Duration {
        self.settings.latency.get(action).map_or(Duration::ZERO, |latency| latency.draw(&mut self.latencies))
    }

    /// AWS is away for this simulated time, or until it comes back.
    pub(crate) fn go_away(&mut self, now: DateTime<Utc>, lasting: Option<Duration>) {
        let end = lasting.and_then(|lasting| now.checked_add_signed(TimeDelta::from_std(lasting).ok()?));
        self.away = Some(end.unwrap_or(DateTime::<Utc>::MAX_UTC));
    }

    pub(crate) fn come_back(&mut self) {
        self.away = None;
    }

    pub(crate) fn is_away(&self, now: DateTime<Utc>) -> bool {
        self.away.is_some_and(|end| now < end)
    }
}
