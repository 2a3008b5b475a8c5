//! The targets that changes of this process take out: guards count them as gone before reads show it, so that changes
//! which run side by side cannot pass a guard together. Those of other replicas are told by the lease.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use elbm_core::{Change, GroupId, Guard, Refusal, Step, TargetKey};
use tokio::time::Instant;

use crate::aws::Right;
use crate::error::Error;
use crate::leases::Lease;
use crate::metrics::Metrics;
use crate::reads::{Groups, Seen};

/// How long a departure is kept whose end nobody saw: the answer was lost, or AWS did not show it.
const KEPT: Duration = Duration::from_mins(1);

/// How long a change can take at most, all attempts of its calls and its verification.
const LONGEST: Duration = Duration::from_hours(1);

/// Every departure of this process. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Departures {
    all: Arc<Mutex<HashMap<GroupId, Vec<Departure>>>>,
    metrics: Metrics,
}

#[derive(Debug)]
struct Departure {
    key: TargetKey,
    ticket: u64,
    /// Reads that began at this moment or later show it themselves; none does where it is not given.
    shown: Option<Instant>,
    forgotten: Instant,
}

/// The departures of one change, or change set, and the lease under which they are made.
#[derive(Debug)]
pub(crate) struct Reservation {
    departures: Departures,
    ticket: u64,
    lease: Lease,
}

/// How a departure ended.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ended {
    /// A read that began then has shown it.
    Shown(Instant),
    /// It was not done.
    Cancelled,
    /// It may still happen.
    Unknown,
}

impl Departures {
    /// None. The guard's refusals are counted there.
    pub(crate) fn new(metrics: Metrics) -> Self {
        Self { all: Arc::default(), metrics }
    }

    /// Reserves what the steps of each item deregister: of each item in all groups or in none, in order, and each judged
    /// as if those before were done. `seen` holds every group of the steps. `minimum` is the fewest healthy targets of a
    /// group; the guard is not asked where it is not given.
    pub(crate) fn reserve_each<G: Groups>(
        &self,
        items: &[&[Step]],
        seen: &Seen<G>,
        minimum: Option<usize>,
        lease: Lease,
    ) -> (Reservation, Vec<Option<Refusal>>) {
        let mut all = self.lock();
        let now = Instant::now();
        for departures in all.values_mut() {
            departures.retain(|departure| departure.forgotten > now);
        }
        all.retain(|_, departures| !departures.is_empty());

        let ticket = fastrand::u64(..);
        let mut guards: HashMap<&GroupId, Guard<'_>> = HashMap::new();
        let mut refused = Vec::with_capacity(items.len());
        for item in items {
            let leaving: Vec<_> = item.iter().filter(|step| step.change == Change::Deregister).collect();
            let mut verdict = Ok(());
            if let Some(minimum) = minimum {
                for step in &leaving {
                    if !guards.contains_key(&step.group.id)
                        && let Some(guard) = guard_of(step, seen, &all, &lease, minimum)
                    {
                        guards.insert(&step.group.id, guard);
                    }
                }
                let judged = leaving.iter().filter_map(|step| Some(guards.get(&step.group.id)?.judge(step)));
                verdict = judged.collect();
            }
            if verdict.is_ok() {
                for step in leaving {
                    if let Some(guard) = guards.get_mut(&step.group.id) {
                        guard.leave(step);
                    }
                    let departures = step.keys.iter().map(|key| Departure {
                        key: key.clone(),
                        ticket,
                        shown: None,
                        forgotten: now + LONGEST,
                    });
                    all.entry(step.group.id.clone()).or_default().extend(departures);
                }
            }
            if let Err(refusal) = &verdict {
                self.metrics.refused(refusal);
            }
            refused.push(verdict.err());
        }
        (Reservation { departures: self.clone(), ticket, lease }, refused)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<GroupId, Vec<Departure>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The guard of the step's group, where the group is among what was seen.
fn guard_of<'a, G: Groups>(
    step: &Step,
    seen: &'a Seen<G>,
    all: &HashMap<GroupId, Vec<Departure>>,
    lease: &Lease,
    minimum: usize,
) -> Option<Guard<'a>> {
    let member = seen.membership.member(&step.group.id)?;
    let departures = all.get(&step.group.id).into_iter().flatten();
    let hidden = departures.filter(|departure| departure.shown.is_none_or(|shown| seen.begun < shown));
    let mut hidden: BTreeSet<_> = hidden.map(|departure| departure.key.clone()).collect();
    hidden.extend(lease.of_others(&step.group.id));
    Some(Guard::new(member, &hidden, minimum))
}

impl Reservation {
    /// How the departures of a group ended; those that are not given stay reserved.
    pub(crate) fn ended(&self, group: &GroupId, how: &HashMap<&TargetKey, Ended>) {
        let now = Instant::now();
        let mut all = self.departures.lock();
        let own = all.get_mut(group).into_iter().flatten().filter(|departure| departure.ticket == self.ticket);
        for departure in own {
            match how.get(&departure.key) {
                Some(Ended::Shown(begun)) => {
                    departure.shown = Some(*begun);
                    departure.forgotten = now + KEPT;
                }
                Some(Ended::Cancelled) => {
                    departure.forgotten = now;
                    self.lease.take_back(group, &departure.key);
                }
                Some(Ended::Unknown) | None => {}
            }
        }
    }

    /// Nothing of it is going to be done.
    pub(crate) fn release(self) {
        let now = Instant::now();
        let mut all = self.departures.lock();
        for (group, departures) in all.iter_mut() {
            for departure in departures.iter_mut().filter(|departure| departure.ticket == self.ticket) {
                departure.forgotten = now;
                self.lease.take_back(group, &departure.key);
            }
        }
    }

    /// Writes in the lease what is going to be taken out, so that the next replica counts it however this one ends.
    ///
    /// # Errors
    /// [`Error::Aws`], also where the lease was lost: nothing may be written.
    pub(crate) async fn note(&self) -> Result<(), Error> {
        let leaving = {
            let all = self.departures.lock();
            let own = |departures: &Vec<Departure>| -> Vec<_> {
                let own = departures.iter().filter(|departure| departure.ticket == self.ticket);
                own.map(|departure| departure.key.clone()).collect()
            };
            let each = all.iter().map(|(group, departures)| (group.clone(), own(departures)));
            each.filter(|(_, keys)| !keys.is_empty()).collect()
        };
        self.lease.note(leaving).await
    }

    /// The right to write that the lease gives.
    pub(crate) fn right(&self) -> Right {
        self.lease.right()
    }
}

impl Drop for Reservation {
    /// What was neither shown nor cancelled may still happen.
    fn drop(&mut self) {
        let forgotten = Instant::now() + KEPT;
        let mut all = self.departures.lock();
        for departure in all.values_mut().flatten().filter(|departure| departure.ticket == self.ticket) {
            departure.forgotten = departure.forgotten.min(forgotten);
        }
    }
}
