//! The targets of one group: who is registered, who drains, and what reads are shown of it.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::clock::has_passed;

/// What tells targets of one group apart. Rule: target-key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TargetKey {
    pub(crate) id: String,
    /// `None` for a lambda target, and for an instance of a Classic load balancer.
    pub(crate) port: Option<u16>,
    /// For addresses only: the zone, or `all`.
    pub(crate) zone: Option<String>,
}

/// The registration of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Registration {
    pub(crate) registered: DateTime<Utc>,
    /// When it was deregistered; it drains from then on.
    pub(crate) deregistered: Option<DateTime<Utc>>,
}

/// A registration, and what reads are shown instead while they are stale.
#[derive(Debug, Clone)]
struct Record {
    registration: Registration,
    stale: Option<Stale>,
}

#[derive(Debug, Clone)]
struct Stale {
    since: DateTime<Utc>,
    lasting: Duration,
    /// What was there before; `None` where nothing was.
    before: Option<Box<Record>>,
}

/// The targets of one group.
#[derive(Debug, Clone)]
pub(crate) struct Targets {
    /// How long a deregistered target drains.
    deregistration_delay: Duration,
    /// How much longer it takes to be gone.
    lag: Duration,
    records: BTreeMap<TargetKey, Record>,
    /// With this many records it is time to look for those that are of no use any more.
    full: usize,
}

/// So many records are kept without a look at their use.
const FEW: usize = 16;

impl Targets {
    pub(crate) fn new(deregistration_delay: Duration) -> Self {
        Self { deregistration_delay, lag: Duration::ZERO, records: BTreeMap::new(), full: FEW }
    }

    /// The same, of a load balancer that is slow to let targets go.
    pub(crate) fn with_lag(self, lag: Duration) -> Self {
        Self { lag, ..self }
    }

    /// How long a deregistered target drains.
    pub(crate) fn deregistration_delay(&self) -> Duration {
        self.deregistration_delay
    }

    /// Lets targets drain for another time, those that drain already too. Rule: drain-delay-changed.
    pub(crate) fn set_deregistration_delay(&mut self, delay: Duration) {
        self.deregistration_delay = delay;
    }

    /// Registers a target. One that is registered stays as it is; one that drains begins anew.
    /// Rule: register-twice. Rule: register-draining.
    ///
    /// Reads show it at once, or after `stale`.
    pub(crate) fn register(&mut self, key: TargetKey, now: DateTime<Utc>, stale: Option<Duration>) {
        let live = self.live(&key, now);
        if live.is_none_or(|registration| registration.deregistered.is_some()) {
            self.replace(key, Registration { registered: now, deregistered: None }, now, stale);
        }
    }

    /// Deregisters exactly this target; where it is not registered, or drains already, nothing changes.
    /// Rule: deregister-absent. Rule: deregister-exact-port.
    pub(crate) fn deregister(&mut self, key: TargetKey, now: DateTime<Utc>, stale: Option<Duration>) {
        if let Some(live) = self.live(&key, now).filter(|registration| registration.deregistered.is_none()) {
            let draining = Registration { deregistered: Some(now), ..live.clone() };
            self.replace(key, draining, now, stale);
        }
    }

    /// What there is, draining targets included.
    pub(crate) fn members(&self, now: DateTime<Utc>) -> impl Iterator<Item = (&TargetKey, &Registration)> {
        self.records
            .iter()
            .map(|(key, record)| (key, &record.registration))
            .filter(move |(_, own)| self.is_there(own, now))
    }

    /// What a read is shown, draining targets included.
    pub(crate) fn shown(&self, now: DateTime<Utc>) -> impl Iterator<Item = (&TargetKey, &Registration)> {
        self.records
            .iter()
            .filter_map(move |(key, record)| Some((key, record.shown(now)?)))
            .filter(move |(_, shown)| self.is_there(shown, now))
    }

    /// What a read is shown of one target; `None` where it shows none.
    pub(crate) fn shown_one(&self, key: &TargetKey, now: DateTime<Utc>) -> Option<&Registration> {
        self.records.get(key)?.shown(now).filter(|shown| self.is_there(shown, now))
    }

    /// Whether a target is there, registered or draining.
    pub(crate) fn has(&self, key: &TargetKey, now: DateTime<Utc>) -> bool {
        self.live(key, now).is_some()
    }

    /// Whether a target is there that drains.
    pub(crate) fn drains(&self, key: &TargetKey, now: DateTime<Utc>) -> bool {
        self.live(key, now).is_some_and(|registration| registration.deregistered.is_some())
    }

    fn live(&self, key: &TargetKey, now: DateTime<Utc>) -> Option<&Registration> {
        self.records.get(key).map(|record| &record.registration).filter(|own| self.is_there(own, now))
    }

    /// Whether the target of a registration has not drained yet. Rule: drain-delay.
    fn is_there(&self, registration: &Registration, now: DateTime<Utc>) -> bool {
        !registration.deregistered.is_some_and(|since| has_passed(self.deregistration_delay + self.lag, since, now))
    }

    fn replace(&mut self, key: TargetKey, registration: Registration, now: DateTime<Utc>, stale: Option<Duration>) {
        let before = self.records.remove(&key).map(|mut record| {
            record.stale = record.stale.filter(|stale| !stale.is_over(now));
            Box::new(record)
        });
        let stale = stale.map(|lasting| Stale { since: now, lasting, before });
        self.records.insert(key, Record { registration, stale });
        if self.records.len() >= self.full {
            let mut records = std::mem::take(&mut self.records);
            records.retain(|_, record| {
                self.is_there(&record.registration, now)
                    || record.stale.as_ref().is_some_and(|stale| !stale.is_over(now))
            });
            self.full = FEW.max(records.len() * 2);
            self.records = records;
        }
    }
}

impl Record {
    fn shown(&self, now: DateTime<Utc>) -> Option<&Registration> {
        match &self.stale {
            Some(stale) if !stale.is_over(now) => stale.before.as_ref()?.shown(now),
            _ => Some(&self.registration),
        }
    }
}

impl Stale {
    fn is_over(&self, now: DateTime<Utc>) -> bool {
        has_passed(self.lasting, self.since, now)
    }
}

#[cfg(test)]
#[path = "targets_tests.rs"]
mod tests;
