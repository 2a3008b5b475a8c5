//! Many attaches and detaches of one load balancer as one change.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use elbm_core::{
    Change, ChangeItem, GroupId, Instance, InstanceId, Kind, Lane, Managed, Membership, Planned, Progress, Refusal,
    Shown, Step, TargetKey, consider, membership_version, plan_changes,
};
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::change;
use crate::departures::Reservation;
use crate::engine::{Engine, carried_out};
use crate::error::{Error, Item, ItemOutcome, judged};
use crate::leases::Lease;
use crate::managers::Managers;
use crate::member::goal;
use crate::reads::{Seen, Want, Wants};
use crate::steps::step;
use crate::wait::Waiting;

/// What shall be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSetAsk {
    /// The name of the load balancer.
    pub load_balancer: String,
    /// Its kind, where the caller says it.
    pub kind: Option<Kind>,
    /// The attaches and detaches.
    pub items: Vec<ChangeItem>,
    /// The version of the membership that the caller has seen; any will do where it is not given.
    pub expected: Option<String>,
}

/// How a change set is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ChangeSetHow {
    /// Whether it is planned only.
    pub dry_run: bool,
    /// Whether the guard is passed over.
    pub force: bool,
    /// How long, from now on, the answer may be held until every machine has settled.
    pub wait: Duration,
}

/// What became of a change set, or what would.
#[derive(Debug, Clone)]
pub struct ChangeSet {
    /// One entry for each registration, in the order of the items.
    pub items: Vec<Item>,
    /// The version of the membership afterwards; of a plan, now.
    pub version: String,
    /// Whether every machine is healthy or gone.
    pub settled: bool,
    /// What may undo the change, each in one sentence, once.
    pub warnings: Vec<String>,
}

/// An item of the answer, and the registration that it is about.
struct Entry {
    item: Item,
    at: Option<(GroupId, TargetKey)>,
}

/// A change set, before it is waited for.
struct Begun {
    membership: Membership,
    entries: Vec<Entry>,
    waiting: Waiting,
    /// Whether something was left to do.
    planned_only: bool,
    warnings: Vec<String>,
}

impl Engine {
    /// Makes a change set: every item that can be done, each as if it were alone, in few calls. AWS has shown all of it where
    /// this answers. A caller that goes away does not end the change.
    ///
    /// # Errors
    /// Any [`Error`]; with [`Error::ItemsRefused`] and [`Error::PartialFailure`] a part was made.
    pub async fn change_set(&self, ask: ChangeSetAsk, how: ChangeSetHow) -> Result<ChangeSet, Error> {
        let until = Instant::now() + how.wait;
        let engine = self.clone();
        let begun = carried_out(self.settings.operation_timeout, async move { engine.begin_set(ask, how).await });
        let Begun { mut membership, mut entries, mut waiting, planned_only, warnings } = begun.await?;
        let progress =
            if planned_only { Progress::Pending } else { self.wait(&mut waiting, &mut membership, until).await };
        let settled = progress == Progress::Settled;
        fill_in(&mut entries, &membership);
        let items = entries.into_iter().map(|entry| entry.item).collect();
        Ok(ChangeSet { items, version: membership_version(&membership), settled, warnings })
    }

    async fn begin_set(&self, ask: ChangeSetAsk, how: ChangeSetHow) -> Result<Begun, Error> {
        let ChangeSetAsk { load_balancer, kind, items, expected } = ask;
        let wants = Wants::ANEW;
        let topology = self.reads.topology(&load_balancer, kind, wants.topology).await?;
        let announced = self.writers.announce(&topology.groups);
        let attaches = || items.iter().filter(|item| item.change == Change::Register);
        let named = attaches().all(|item| item.selection.group.is_some());
        let (mut seen, defaults, joining, leaving, managers) = tokio::try_join!(
            self.reads.membership(&topology, wants, Lane::Read),
            self.default_groups(&topology, named, wants.topology),
            self.known_of(&items, Change::Register),
            self.known_of(&items, Change::Deregister),
            self.managers_of_change(&topology.groups, None, wants.topology)
        )?;
        for instance in &joining {
            seen.membership.addresses.learn(instance);
        }
        check_expected(&seen.membership, expected)?;
        let known: BTreeMap<_, _> =
            joining.into_iter().chain(leaving).map(|instance| (instance.id.clone(), instance)).collect();
        let mut planned = plan_changes(&seen.membership, &defaults, &items, &known)?;
        let warnings = self.consider_each(&items, &mut planned, &managers, &known);
        self.refuse_over_quota(&seen.membership, &mut planned).await?;
        let reservation = self.refuse_by_guard(&mut seen, &mut planned, how).await?;
        let mut entries = if how.dry_run {
            reservation.release();
            entries(&items, &planned, |step| {
                step.keys.iter().map(|key| Item::new(step, key, ItemOutcome::Planned)).collect()
            })
        } else {
            let steps: Vec<&Step> = planned.iter().flat_map(Planned::steps).collect();
            let (shown, announced) = (&mut seen.membership, Some(announced));
            let results =
                change::execute(&self.writers, &steps, &reservation, shown, announced).instrument(step!("write")).await;
            entries(&items, &planned, |step| results.items(step))
        };
        fill_in(&mut entries, &seen.membership);
        let planned_only = how.dry_run && planned.iter().any(|planned| !matches!(planned, Planned::Unchanged { .. }));
        if !how.dry_run {
            let (places, done): (Vec<_>, Vec<_>) = entries.into_iter().map(|entry| (entry.at, entry.item)).unzip();
            let done = judged(done, self.settings.verify_timeout, false)?;
            entries = places.into_iter().zip(done).map(|(at, item)| Entry { item, at }).collect();
        }
        Ok(Begun { membership: seen.membership, entries, waiting: waiting(&planned), planned_only, warnings })
    }

    /// What EC2 says of the machines that are to be attached, or detached.
    async fn known_of(&self, items: &[ChangeItem], change: Change) -> Result<Vec<Arc<Instance>>, Error> {
        let of_change = items.iter().filter(|item| item.change == change);
        let wanted: BTreeSet<_> = of_change.map(|item| item.instance.clone()).collect();
        let wanted: Vec<InstanceId> = wanted.into_iter().collect();
        // An attach is judged by it; a detach is not kept by EC2's failure, unless somebody has to know who has the machine.
        let want = if change == Change::Register { Want::New } else { self.reads.kept().instances };
        match (self.reads.instances(&wanted, want).await, change) {
            (Err(error), Change::Deregister) if self.settings.managed == Managed::Warn => {
                tracing::warn!(error = &error as &dyn std::error::Error, "detaching without what EC2 says");
                Ok(Vec::new())
            }
            (known, _) => known,
        }
    }

    /// What may undo the items, each once; refuses those that are not to be done because of it.
    fn consider_each(
        &self,
        items: &[ChangeItem],
        planned: &mut [Planned],
        managers: &Managers,
        known: &BTreeMap<InstanceId, Arc<Instance>>,
    ) -> Vec<String> {
        let mut warnings = BTreeSet::new();
        for (item, one) in items.iter().zip(planned) {
            let instance = known.get(&item.instance).map(Arc::as_ref);
            match consider(one.steps(), managers, instance, self.settings.managed) {
                Ok(found) => warnings.extend(found),
                Err(refusal) => *one = Planned::Refused(refusal),
            }
        }
        warnings.into_iter().collect()
    }

    async fn refuse_over_quota(&self, membership: &Membership, planned: &mut [Planned]) -> Result<(), Error> {
        let registering =
            |planned: &Planned| planned.steps().first().is_some_and(|step| step.change == Change::Register);
        let steps: Vec<&Step> = planned.iter().filter(|one| registering(one)).flat_map(Planned::steps).collect();
        // An attach is one step.
        let refused = self.over_quota(membership, &steps).await?;
        refuse(planned.iter_mut().filter(|one| registering(one)), refused);
        Ok(())
    }

    async fn refuse_by_guard(
        &self,
        seen: &mut Seen,
        planned: &mut [Planned],
        how: ChangeSetHow,
    ) -> Result<Reservation, Error> {
        let minimum = (!how.force).then_some(self.settings.minimum_healthy);
        let steps: Vec<&[Step]> = planned.iter().map(Planned::steps).collect();
        let (reservation, refused) = if how.dry_run {
            self.departures.reserve_each(&steps, seen, minimum, Lease::default())
        } else {
            self.reserve_each(&steps, seen, minimum).await?
        };
        refuse(planned.iter_mut(), refused);
        Ok(reservation)
    }
}

/// Takes over the refusals of these plans.
fn refuse<'a>(planned: impl Iterator<Item = &'a mut Planned>, refused: Vec<Option<Refusal>>) {
    for (one, refusal) in planned.zip(refused) {
        if let Some(refusal) = refusal {
            *one = Planned::Refused(refusal);
        }
    }
}

fn check_expected(membership: &Membership, expected: Option<String>) -> Result<(), Refusal> {
    let now = membership_version(membership);
    match expected {
        Some(expected) if expected != now => {
            let load_balancer = membership.load_balancer.name.clone();
            Err(Refusal::MembershipChanged { load_balancer, now, expected })
        }
        _ => Ok(()),
    }
}

/// The entries of the answer, in the order of the items; `made` tells what became of a step.
fn entries(items: &[ChangeItem], planned: &[Planned], made: impl Fn(&Step) -> Vec<Item>) -> Vec<Entry> {
    let of_steps = |steps: &[Step], made: &dyn Fn(&Step) -> Vec<Item>| -> Vec<Entry> {
        let of_step = |step: &Step| -> Vec<Entry> {
            let places = step.keys.iter().map(|key| Some((step.group.id.clone(), key.clone())));
            made(step).into_iter().zip(places).map(|(item, at)| Entry { item, at }).collect()
        };
        steps.iter().flat_map(of_step).collect()
    };
    let unchanged =
        |step: &Step| step.keys.iter().map(|key| Item::new(step, key, ItemOutcome::Unchanged)).collect::<Vec<_>>();
    let bare = |item: &ChangeItem, outcome| vec![Entry { item: Item::bare(item, outcome), at: None }];
    items
        .iter()
        .zip(planned)
        .flat_map(|(item, planned)| match planned {
            Planned::Steps(steps) => of_steps(steps, &made),
            Planned::Unchanged { steps, .. } if steps.is_empty() => bare(item, ItemOutcome::Unchanged),
            Planned::Unchanged { steps, .. } => of_steps(steps, &unchanged),
            Planned::Refused(refusal) => bare(item, ItemOutcome::Refused(refusal.clone())),
        })
        .collect()
}

/// The states of the registrations, as they were seen last.
fn fill_in(entries: &mut [Entry], membership: &Membership) {
    let shown: HashMap<_, _> =
        membership.groups.iter().map(|member| (&member.group.id, Shown::new(&member.targets))).collect();
    for entry in entries {
        let target = entry.at.as_ref().and_then(|(group, key)| shown.get(group)?.target(key));
        entry.item.state = target.map(|target| target.state);
    }
}

/// Everything that is not refused is waited for, what was so already too.
fn waiting(planned: &[Planned]) -> Waiting {
    let mut waiting = Waiting::default();
    for one in planned {
        let (Planned::Steps(steps) | Planned::Unchanged { steps, .. }) = one else { continue };
        for step in steps {
            waiting.add(goal(step.change), &step.group, &step.keys);
        }
    }
    waiting
}
