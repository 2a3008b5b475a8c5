//! A machine is taken out of everything.

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use elbm_core::{Change, DrainMemory, Goal, InstanceId, Lane, Refusal, Step, is_shown, plan_drain};
use tokio::time::Instant;
use tracing::Instrument as _;

use super::restore::partly;
use super::{Begun, anybody, check_permits, check_permits_of_nothing};
use crate::aws::Tagged;
use crate::departures::{Ended, Reservation};
use crate::engine::{Engine, carried_out};
use crate::error::{Error, Item, ItemOutcome, judged};
use crate::everywhere::{Permits, Scan, Whereabouts};
use crate::reads::{Groups as _, Want, Wants};
use crate::steps::step;
use crate::trail::Trail;
use crate::writers::Proof;

/// What a caller wants taken out, and how.
#[derive(Clone)]
pub struct Drain {
    /// The machine.
    pub instance: InstanceId,
    /// Who wants it, for the memory.
    pub by: String,
    /// Why, for the memory.
    pub reason: Option<String>,
    /// Whether the guard is passed over.
    pub force: bool,
    /// Whether a machine of an Auto Scaling group is put into Standby, instead of being refused.
    pub standby: bool,
    /// How long, from now on, the answer may be held until the machine is gone from everywhere.
    pub wait: Duration,
    /// What the caller may change.
    pub permits: Permits,
}

impl Engine {
    /// Takes a machine out of every load balancer and target group, and remembers in its tags what it was in. A machine that
    /// is in none is left as it is. A second drain adds what came since. A caller that goes away does not end the change.
    ///
    /// # Errors
    /// [`Error::InstanceNotFound`], [`Error::NotPermitted`], [`Error::Aws`] where any place could not be read,
    /// [`Error::StandbyRefused`], and what a detach can end with.
    pub async fn drain(&self, drain: Drain) -> Result<Whereabouts, Error> {
        let until = Instant::now() + drain.wait;
        let (engine, permits) = (self.clone(), drain.permits.clone());
        let begun = carried_out(self.settings.operation_timeout, async move { engine.begin_drain(drain).await });
        Ok(self.settled_everywhere(begun.await?, Goal::Gone, until, &permits).await)
    }

    async fn begin_drain(&self, drain: Drain) -> Result<Begun, Error> {
        let alone = self.alone_with(&drain.instance).await?;
        self.under(&alone).drain_alone(drain).await
    }

    async fn drain_alone(&self, drain: Drain) -> Result<Begun, Error> {
        let instance = &drain.instance;
        let mut scan = self.scan(instance, &anybody(), Wants::ANEW).await?;
        if !scan.failed.is_empty() {
            return Err(scan.failed.swap_remove(0).1.into());
        }
        let Some(known) = scan.known.clone() else {
            let registered = !scan.everywhere().registrations(instance).is_empty();
            let unknown = || Refusal::UnknownInstance(instance.clone()).into();
            return Err(if registered { unknown() } else { Error::InstanceNotFound(instance.clone()) });
        };
        let (steps, leaving) = (plan_drain(scan.everywhere(), instance), leaving(&scan));
        check_permits(&drain.permits, &scan.everywhere().places, &steps, instance)?;
        let before = scan.memory().map_err(|why| Refusal::DrainMemoryInvalid { instance: instance.clone(), why })?;
        let group = self.group_to_leave(&drain, &known, before.as_ref()).await?;
        if group.is_some() {
            check_permits_of_nothing(&drain.permits, &steps, instance)?;
        }
        let changed = !steps.is_empty() || group.is_some();
        if changed {
            self.take_out(&drain, &known, before, &steps, group.as_deref(), &mut scan).await?;
        }
        Ok(Begun { scan, steps: leaving, changed, warnings: Vec::new() })
    }

    /// The Auto Scaling group that has to put the machine into Standby before it is taken out.
    async fn group_to_leave(
        &self,
        drain: &Drain,
        known: &Tagged,
        before: Option<&DrainMemory>,
    ) -> Result<Option<String>, Error> {
        match known.auto_scaling_group() {
            None => Ok(None),
            Some(_) if drain.standby => self.to_leave(&drain.instance).await,
            Some(_) if before.is_some_and(|memory| memory.standby) => Ok(None),
            Some(group) => {
                let (instance, group) = (drain.instance.clone(), group.to_owned());
                Err(Refusal::ManagedByAutoScaling { instance, group }.into())
            }
        }
    }

    /// Guarded, remembered, into Standby, deregistered, in this order.
    async fn take_out(
        &self,
        drain: &Drain,
        known: &Tagged,
        before: Option<DrainMemory>,
        steps: &[Step],
        group: Option<&str>,
        scan: &mut Scan,
    ) -> Result<(), Error> {
        let new = || DrainMemory::new(drain.instance.clone(), drain.by.clone(), Utc::now(), drain.reason.clone());
        let mut memory = before.clone().unwrap_or_else(new);
        memory.remember(steps);
        memory.standby |= group.is_some();
        memory.check_room(&known.tags)?;

        let minimum = (!drain.force).then_some(self.settings.minimum_healthy);
        let reservation = self.reserve(steps, &mut scan.seen, minimum).await?;
        let is_new = before.as_ref() != Some(&memory);
        if is_new && let Err(error) = self.remember(&memory).instrument(step!("remember")).await {
            reservation.release();
            return Err(self.nothing_done(error, before.as_ref(), &memory).await);
        }
        if let Some(group) = group
            && let Err(error) = self.enter_standby(group, &drain.instance).instrument(step!("standby")).await
        {
            if error.changed_nothing() {
                reservation.release();
            }
            return Err(self.nothing_done(error, before.as_ref(), &memory).await);
        }
        if let Some(known) = &mut scan.known {
            known.tags.extend(memory.tags());
        }
        match self.leave(steps, group.is_some(), &reservation, scan).await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.nothing_done(error, before.as_ref(), &memory).await),
        }
    }

    /// Where a drain has changed nothing for certain, nothing new is remembered.
    async fn nothing_done(&self, error: Error, before: Option<&DrainMemory>, memory: &DrainMemory) -> Error {
        if before != Some(memory) && error.changed_nothing() {
            self.recall(before, memory).await;
        }
        error
    }

    /// Everything is deregistered that the Auto Scaling group has not.
    async fn leave(
        &self,
        steps: &[Step],
        in_standby: bool,
        reservation: &Reservation,
        scan: &mut Scan,
    ) -> Result<(), Error> {
        let (mut left, mut items) = (steps.to_vec(), Vec::new());
        if in_standby {
            (left, items) = self.left_by_the_group(steps, reservation, scan).await;
        }
        items.extend(self.make(&left, reservation, &mut scan.seen.membership, None).await);
        let ended = judged(items.clone(), self.settings.verify_timeout, true).map(drop);
        ended.map_err(|error| if in_standby { partly(items, error) } else { error })
    }

    /// What the Auto Scaling group, which deregisters a machine in Standby from its own target groups and Classic load
    /// balancers, has left to do, and what it has done. A group that cannot be read counts as left: to deregister twice is no
    /// error.
    async fn left_by_the_group(
        &self,
        steps: &[Step],
        reservation: &Reservation,
        scan: &mut Scan,
    ) -> (Vec<Step>, Vec<Item>) {
        let (mut left, mut done) = (Vec::new(), Vec::new());
        for step in steps {
            let group = &step.group.id;
            // Auto Scaling has written it.
            self.reads.outdate(group);
            match self.reads.targets(group, Want::Urgent, Lane::Verify).await {
                Ok(read) if is_shown(step, &read.value) => {
                    let proof = Proof { begun: read.begun, targets: Arc::clone(&read.value) };
                    let before = scan.everywhere().member(group).map_or(&[][..], |member| &member.targets);
                    Trail::made(step, before, |_| Some(Ok(proof.clone())));
                    reservation.ended(group, &step.keys.iter().map(|key| (key, Ended::Shown(read.begun))).collect());
                    scan.seen.membership.show(group, &read.value);
                    done.extend(step.keys.iter().map(|key| Item::new(step, key, ItemOutcome::Done)));
                }
                Ok(_) | Err(_) => left.push(step.clone()),
            }
        }
        (left, done)
    }
}

/// Everything that is registered, draining ones too: gone is what is waited for.
fn leaving(scan: &Scan) -> Vec<Step> {
    let steps = scan.everywhere().places.iter().map(|place| Step {
        change: Change::Deregister,
        group: place.member.group.clone(),
        instance: scan.instance.clone(),
        keys: scan.everywhere().targets_of(place, &scan.instance).map(|target| target.key.clone()).collect(),
    });
    steps.filter(|step| !step.keys.is_empty()).collect()
}
