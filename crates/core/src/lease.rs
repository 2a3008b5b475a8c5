//! The lease by which replicas take turns: what its record holds, and what follows from it. Time is passed in.
//!
//! Replicas agree on nothing but the record, least of all on the time. That a holder is gone is told by its record, which a
//! living one writes anew again and again: whoever has seen the same one for [`LEASE`], by its own clock, may take it over.
//! Only how long ago a detach was is told by the time of day, where a few seconds do not matter.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::TargetKey;

/// How long a lease is its holder's after it was written last. The next one waits so long where a holder died.
pub const LEASE: Duration = Duration::from_secs(20);

/// How long after that its holder may send writes: so much less that what is on its way has arrived when it is another's.
pub const LEASE_RIGHT: Duration = Duration::from_secs(15);

/// How long a detach of another replica counts, whatever reads show: AWS's reads are stale for less.
const RECENT: TimeDelta = TimeDelta::seconds(60);

/// What is written of a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseRecord {
    /// Another one with every write.
    pub token: String,
    /// The replica that holds the lease; `None` where it is free.
    pub holder: Option<String>,
    /// The targets that were taken out under it, as long as that matters.
    pub departures: Vec<Departed>,
}

/// A target that was taken out, or is being taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departed {
    /// The target.
    pub key: TargetKey,
    /// The replica that did it.
    pub by: String,
    /// When its turn ended; `None` while it is at it.
    pub at: Option<DateTime<Utc>>,
}

/// When a replica saw a record first that is still the same, by its own clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    token: String,
    since: Duration,
}

impl LeaseRecord {
    /// The record of who takes the lease, after `before`. What its last holder did not finish may have happened until now.
    #[must_use]
    pub fn taken(before: Option<&Self>, holder: &str, token: String, now: DateTime<Utc>) -> Self {
        let departures = before.map_or(&[][..], |before| &before.departures).iter();
        let departures = departures.map(|departed| Departed { at: departed.at.or(Some(now)), ..departed.clone() });
        let departures = departures.filter(|departed| departed.is_recent(now)).collect();
        Self { token, holder: Some(holder.to_owned()), departures }
    }

    /// Notes that the holder is about to take these out.
    pub fn note(&mut self, holder: &str, keys: impl IntoIterator<Item = TargetKey>) {
        let departures = keys.into_iter().map(|key| Departed { key, by: holder.to_owned(), at: None });
        self.departures.extend(departures);
    }

    /// Forgets one of these notes, since the target was not taken out.
    pub fn take_back(&mut self, key: &TargetKey) {
        let own = self.departures.iter().position(|departed| departed.at.is_none() && departed.key == *key);
        if let Some(own) = own {
            self.departures.remove(own);
        }
    }

    /// The record once its holder is done.
    #[must_use]
    pub fn released(self, token: String, now: DateTime<Utc>) -> Self {
        let mut departures = self.departures;
        for departed in &mut departures {
            departed.at = departed.at.or(Some(now));
        }
        Self { token, holder: None, departures }
    }

    /// What other replicas have taken out so recently that reads may not show it. Its own a replica knows better.
    #[must_use]
    pub fn of_others(&self, own: &str, now: DateTime<Utc>) -> BTreeSet<TargetKey> {
        let others = self.departures.iter().filter(|departed| departed.by != own && departed.is_recent(now));
        others.map(|departed| departed.key.clone()).collect()
    }

    /// Whether a replica may take the lease, at this time of its own clock. `seen` is what it has to remember in between.
    #[must_use]
    pub fn may_be_taken(&self, by: &str, seen: &mut Option<Sighting>, now: Duration) -> bool {
        // What a replica holds itself it has lost sight of: an answer was lost.
        if self.holder.as_deref().is_none_or(|holder| holder == by) {
            return true;
        }
        match seen {
            Some(sighting) if sighting.token == self.token => now.saturating_sub(sighting.since) >= LEASE,
            _ => {
                *seen = Some(Sighting { token: self.token.clone(), since: now });
                false
            }
        }
    }
}

impl Departed {
    fn is_recent(&self, now: DateTime<Utc>) -> bool {
        self.at.is_none_or(|at| now - at < RECENT)
    }
}
