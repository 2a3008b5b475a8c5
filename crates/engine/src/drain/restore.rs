//! A machine is put back to where it was taken out of.

use std::time::Duration;

use elbm_core::{DrainMemory, Goal, InstanceId, Refusal, RestorePlan, plan_restore};
use tokio::time::Instant;
use tracing::Instrument as _;

use super::{Begun, anybody, check_permits, check_permits_of_nothing};
use crate::engine::{Engine, carried_out};
use crate::error::{Error, Failure, Item, judged};
use crate::everywhere::{Permits, Scan, Whereabouts};
use crate::reads::Wants;
use crate::steps::step;

/// What a caller wants put back, and how.
#[derive(Clone)]
pub struct Restore {
    /// The machine.
    pub instance: InstanceId,
    /// Whether groups that are not there any more are left out, and forgotten.
    pub skip_gone: bool,
    /// How long, from now on, the answer may be held until the machine is healthy everywhere.
    pub wait: Duration,
    /// What the caller may change.
    pub permits: Permits,
}

impl Engine {
    /// Registers a machine wherever its tags remember it, then deletes them. A caller that goes away does not end the change.
    ///
    /// # Errors
    /// [`Error::InstanceNotFound`], [`Error::NotPermitted`], [`Error::StandbyRefused`], [`Error::Refused`] where nothing is
    /// remembered, or nothing that can be trusted, or where a group is gone, and what an attach can end with.
    pub async fn restore(&self, restore: Restore) -> Result<Whereabouts, Error> {
        let until = Instant::now() + restore.wait;
        let (engine, permits) = (self.clone(), restore.permits.clone());
        let begun = carried_out(self.settings.operation_timeout, async move { engine.begin_restore(restore).await });
        Ok(self.settled_everywhere(begun.await?, Goal::Healthy, until, &permits).await)
    }

    async fn begin_restore(&self, restore: Restore) -> Result<Begun, Error> {
        let alone = self.alone_with(&restore.instance).await?;
        self.under(&alone).restore_alone(restore).await
    }

    async fn restore_alone(&self, restore: Restore) -> Result<Begun, Error> {
        let instance = &restore.instance;
        let mut scan = self.scan(instance, &anybody(), Wants::ANEW).await?;
        let Some(known) = scan.known.clone() else {
            return Err(Error::InstanceNotFound(instance.clone()));
        };
        let memory = scan.memory().map_err(|why| Refusal::DrainMemoryInvalid { instance: instance.clone(), why })?;
        let memory = memory.ok_or_else(|| Refusal::NotDrained(instance.clone()))?;
        let plan = plan_restore(&memory, scan.directory(), &known.instance)?;
        check_permits(&restore.permits, scan.directory(), &plan.steps, instance)?;
        check_permits_of_nothing(&restore.permits, &plan.steps, instance)?;
        if let Some(unread) = scan.failed.iter().position(|(place, _)| plan.is_about(&place.member.group.id)) {
            return Err(scan.failed.swap_remove(unread).1.into());
        }
        plan.check_addresses(scan.everywhere())?;
        let warnings = left_out(&plan, restore.skip_gone, instance)?;
        let changed = self.put_back(&memory, &plan, &mut scan).await?;
        if let Some(known) = &mut scan.known {
            known.tags.retain(|key, _| !memory.tags().iter().any(|(own, _)| own == key));
        }
        Ok(Begun { scan, steps: plan.steps, changed, warnings })
    }

    /// Out of Standby, registered, forgotten, in this order; whether anything but the last had to be done.
    async fn put_back(&self, memory: &DrainMemory, plan: &RestorePlan, scan: &mut Scan) -> Result<bool, Error> {
        let instance = &memory.instance;
        let group = if memory.standby { self.to_come_back(instance).await? } else { None };
        if let Some(group) = &group {
            self.exit_standby(group, instance).instrument(step!("standby")).await?;
        }
        let steps = plan.missing(scan.everywhere());
        let reservation = self.reserve(&steps, &mut scan.seen, None).await?;
        let items = self.make(&steps, &reservation, &mut scan.seen.membership, None).await;
        let changed = group.is_some() || !steps.is_empty();
        match judged(items.clone(), self.settings.verify_timeout, true) {
            Err(error) if group.is_none() => return Err(error),
            Err(error) => Err(error),
            Ok(_) => self.forget(memory).instrument(step!("forget")).await,
        }
        .map_err(|error| if changed { partly(items, error) } else { error })?;
        Ok(changed)
    }
}

/// What is not restored, in words, where the caller wants the rest.
fn left_out(plan: &RestorePlan, skip: bool, instance: &InstanceId) -> Result<Vec<String>, Refusal> {
    let gone = plan.gone.iter().map(|group| group.name().to_owned());
    if plan.gone.is_empty() || skip {
        return Ok(gone.map(|name| format!("'{name}' is not there any more, and was forgotten")).collect());
    }
    Err(Refusal::RememberedGroupsGone { instance: instance.clone(), groups: gone.collect() })
}

/// What a failure after a part was done means for the whole.
pub(super) fn partly(items: Vec<Item>, error: Error) -> Error {
    match error {
        Error::Write(source) => Error::PartialFailure { items, source },
        Error::Aws(error) => Error::PartialFailure { items, source: Failure::Aws(error) },
        error => error,
    }
}
