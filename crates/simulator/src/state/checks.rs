//! Health checks. Nothing ticks: what checks meet is a log of changes, and what they have found follows from it, from the
//! time of their begin and from the time when it is asked.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::fleet::HealthCheck;

/// Why the health checks of a target fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CheckFailure {
    /// It answers with this HTTP status, which is not the expected one.
    ResponseCode(u16),
    /// It does not answer in time.
    Timeout,
    /// It takes no connection, or its answer is malformed.
    Connection,
    /// It is the load balancer that fails.
    InternalError,
}

/// What the health checks of targets meet, by the ids of the targets.
#[derive(Debug, Clone, Default)]
pub(crate) struct CheckLog(BTreeMap<String, Vec<Change>>);

/// From some time on, checks meet something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) at: DateTime<Utc>,
    /// `None` for every port of the target.
    pub(crate) port: Option<u16>,
    /// `None` where they pass.
    pub(crate) failure: Option<CheckFailure>,
}

/// What the checks of a target have found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finding {
    /// There was none yet.
    Unchecked,
    /// There were too few.
    Undecided,
    Healthy,
    Unhealthy {
        /// Why the last one that failed did.
        failure: CheckFailure,
        /// How long it is so.
        lasting: Duration,
    },
}

impl Change {
    /// That checks fail from before the start on.
    pub(crate) fn ever(port: Option<u16>, failure: CheckFailure) -> Self {
        Self { at: DateTime::<Utc>::MIN_UTC, port, failure: Some(failure) }
    }
}

impl CheckLog {
    /// Notes what the checks of this target meet from now on.
    pub(crate) fn note(&mut self, id: &str, change: Change) {
        self.0.entry(id.to_owned()).or_default().push(change);
    }

    pub(crate) fn forget(&mut self, id: &str) {
        self.0.remove(id);
    }

    /// The changes of this target, the oldest first. Before the first one checks pass.
    pub(crate) fn of(&self, id: &str) -> &[Change] {
        self.0.get(id).map_or(&[], Vec::as_slice)
    }
}

impl Finding {
    /// What the checks that `begin`, and come once in an interval, have found by `now`, where they meet these changes, the
    /// oldest first. Rule: health-thresholds.
    pub(crate) fn of<'a>(
        check: &HealthCheck,
        changes: impl Iterator<Item = &'a Change>,
        begin: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Self {
        let interval = check.interval.as_nanos().max(1);
        let elapsed = |at: DateTime<Utc>| at.signed_duration_since(begin).to_std().unwrap_or_default().as_nanos();
        let all = elapsed(now) / interval;
        let mut machine = Machine { check, finding: Found::Nothing, passed: 0, failed: 0 };
        let (mut done, mut failure) = (0, None);
        for change in changes {
            // A check in the very moment of a change meets what is after it.
            let before = elapsed(change.at).div_ceil(interval).saturating_sub(1).min(all);
            machine.meet(done..before, failure);
            (done, failure) = (before, change.failure);
        }
        machine.meet(done..all, failure);
        match machine.finding {
            Found::Nothing if all == 0 => Self::Unchecked,
            Found::Nothing => Self::Undecided,
            Found::Healthy => Self::Healthy,
            Found::Unhealthy { failure, since } => {
                let lasting = elapsed(now).saturating_sub(since.saturating_mul(interval));
                let seconds = u64::try_from(lasting / 1_000_000_000).unwrap_or(u64::MAX);
                Self::Unhealthy { failure, lasting: Duration::from_secs(seconds) }
            }
        }
    }
}

/// Counts the checks that pass, or fail, one after the other.
struct Machine<'a> {
    check: &'a HealthCheck,
    finding: Found,
    passed: u128,
    failed: u128,
}

enum Found {
    Nothing,
    Healthy,
    Unhealthy {
        failure: CheckFailure,
        /// The number of checks after which it was so.
        since: u128,
    },
}

impl Machine<'_> {
    /// Takes the checks after these numbers, which all end the same.
    fn meet(&mut self, checks: Range<u128>, failure: Option<CheckFailure>) {
        let count = checks.end.saturating_sub(checks.start);
        if count == 0 {
            return;
        }
        let Some(failure) = failure else {
            self.failed = 0;
            self.passed += count;
            if self.passed >= self.check.healthy_threshold.into() {
                self.finding = Found::Healthy;
            }
            return;
        };
        let threshold = u128::from(self.check.unhealthy_threshold);
        let reached = checks.start + threshold.saturating_sub(self.failed);
        self.passed = 0;
        self.failed += count;
        match &mut self.finding {
            Found::Unhealthy { failure: last, .. } => *last = failure,
            found if self.failed >= threshold => *found = Found::Unhealthy { failure, since: reached },
            _ => {}
        }
    }
}

#[cfg(test)]
#[path = "checks_tests.rs"]
mod tests;
