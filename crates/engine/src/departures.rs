//! The targets that changes of this process take out: guards count them as gone before reads show it, so that changes
//! which run side by side cannot pass a guard together.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use elbm_core::{Change, GroupId, Refusal, Step, TargetKey, guard};
use tokio::time::Instant;

use crate::read::Seen;

/// How long a departure is kept whose end nobody saw: the answer was lost, or AWS did not show it.
const KEPT: Duration = Duration::from_mins(1);

/// How long a change can take at most, all attempts of its calls and its verification.
const LONGEST: Duration = Duration::from_hours(1);

/// Every departure of this process. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Departures(Arc<Mutex<HashMap<GroupId, Vec<Departure>>>>);

#[derive(Debug)]
struct Departure {
    key: TargetKey,
    ticket: u64,
    /// Reads that began at this moment or later show it themselves; none does where it is not given.
    shown: Option<Instant>,
    forgotten: Instant,
}

/// The departures of one change.
#[derive(Debug)]
pub(crate) struct Reservation {
    departures: Departures,
    ticket: u64,
}

impl Departures {
    /// Reserves what the steps deregister, in all groups or in none. `minimum` is the fewest healthy targets of a group;
    /// the guard is not asked where it is not given.
    ///
    /// # Errors
    /// The refusal of the guard.
    pub(crate) fn reserve(&self, steps: &[Step], seen: &Seen, minimum: Option<usize>) -> Result<Reservation, Refusal> {
        let mut all = self.lock();
        let now = Instant::now();
        for departures in all.values_mut() {
            departures.retain(|departure| departure.forgotten > now);
        }
        all.retain(|_, departures| !departures.is_empty());

        let leaving = || steps.iter().filter(|step| step.change == Change::Deregister);
        if let Some(minimum) = minimum {
            for step in leaving() {
                let hidden: BTreeSet<_> = all
                    .get(&step.group.id)
                    .into_iter()
                    .flatten()
                    .filter(|departure| departure.shown.is_none_or(|shown| seen.begun < shown))
                    .map(|departure| departure.key.clone())
                    .collect();
                let member = seen.membership.member(&step.group.id);
                member.map_or(Ok(()), |member| guard(member, step, &hidden, minimum))?;
            }
        }
        let ticket = fastrand::u64(..);
        for step in leaving() {
            let departures = step.keys.iter().map(|key| Departure {
                key: key.clone(),
                ticket,
                shown: None,
                forgotten: now + LONGEST,
            });
            all.entry(step.group.id.clone()).or_default().extend(departures);
        }
        Ok(Reservation { departures: self.clone(), ticket })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<GroupId, Vec<Departure>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reservation {
    /// A read that began at `begun` has shown the step.
    pub(crate) fn shown(&self, step: &Step, begun: Instant) {
        self.each(Some(&step.group.id), |departure| {
            departure.shown = Some(begun);
            departure.forgotten = Instant::now() + KEPT;
        });
    }

    /// The step was not done.
    pub(crate) fn cancelled(&self, step: &Step) {
        self.each(Some(&step.group.id), |departure| departure.forgotten = Instant::now());
    }

    fn each(&self, group: Option<&GroupId>, change: impl Fn(&mut Departure)) {
        let mut all = self.departures.lock();
        let departures = all.iter_mut().filter(|(id, _)| group.is_none_or(|group| group == *id));
        departures.flat_map(|(_, departures)| departures).filter(|one| one.ticket == self.ticket).for_each(change);
    }
}

impl Drop for Reservation {
    /// What was neither shown nor cancelled may still happen.
    fn drop(&mut self) {
        let forgotten = Instant::now() + KEPT;
        self.each(None, |departure| departure.forgotten = departure.forgotten.min(forgotten));
    }
}
