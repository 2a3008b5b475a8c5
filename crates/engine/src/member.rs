//! One machine of one load balancer: attached, detached, waited for.

use std::time::Duration;

use elbm_core::{
    Change, ChangeItem, Goal, Instance, InstanceId, Kind, Knowledge, Machine, Membership, Planned, Progress, Selection,
    Step, machine, plan_change, present,
};
use tokio::time::Instant;

use crate::change;
use crate::departures::Reservation;
use crate::engine::{Engine, carried_out};
use crate::error::{Error, Item, judged};
use crate::read::{self, Groups, Seen};
use crate::wait::Waiting;

/// Which machine of which load balancer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The name of the load balancer.
    pub load_balancer: String,
    /// Its kind, where the caller says it.
    pub kind: Option<Kind>,
    /// The machine.
    pub instance: InstanceId,
    /// The registrations, as far as the caller says.
    pub selection: Selection,
}

/// How a change is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct How {
    /// Whether nothing to do is an answer, not an error.
    pub idempotent: bool,
    /// Whether the guard is passed over.
    pub force: bool,
    /// How long, from now on, the answer may be held until the machine has settled.
    pub wait: Duration,
}

/// A machine of a load balancer, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The machine with its registrations in the load balancer.
    pub machine: Machine,
    /// Whether anything was written.
    pub changed: bool,
    /// Whether it is what was asked for, healthy or gone.
    pub settled: bool,
    /// Whether it is gone, but connections may go on.
    pub connections_may_remain: bool,
}

/// A machine, before it is waited for.
struct Begun {
    seen: Seen,
    instance: InstanceId,
    known: Knowledge,
    /// What was written; what would have been, had it not been so already.
    steps: Vec<Step>,
    changed: bool,
}

impl Engine {
    /// Attaches a machine. AWS has shown it where this answers. A caller that goes away does not end the change.
    ///
    /// # Errors
    /// Any [`Error`] but [`Error::PartialFailure`].
    pub async fn attach(&self, ask: Ask, how: How) -> Result<Member, Error> {
        self.change(ask, Change::Register, how).await
    }

    /// Detaches a machine: every live registration that the selection covers. AWS has shown each of them draining or
    /// gone where this answers. A caller that goes away does not end the change.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn detach(&self, ask: Ask, how: How) -> Result<Member, Error> {
        self.change(ask, Change::Deregister, how).await
    }

    async fn change(&self, ask: Ask, change: Change, how: How) -> Result<Member, Error> {
        let until = Instant::now() + how.wait;
        let engine = self.clone();
        let begun = carried_out(self.settings.operation_timeout, async move { engine.begin(ask, change, how).await });
        self.settled(begun.await?, goal(change), until).await
    }

    /// The machine as it is; with a goal, once it is reached or the time to wait is up.
    ///
    /// # Errors
    /// [`Error::LoadBalancerNotFound`], [`Error::MemberNotFound`], [`Error::Refused`] for an ambiguous name, [`Error::Aws`],
    /// [`Error::TooSlow`].
    pub async fn member(&self, ask: &Ask, goal: Option<Goal>, wait: Duration) -> Result<Member, Error> {
        let until = Instant::now() + wait;
        let begun = self.in_time(self.begin_member(ask)).await?;
        if begun.steps.is_empty() && goal != Some(Goal::Gone) {
            let (instance, load_balancer) = (ask.instance.clone(), ask.load_balancer.clone());
            return Err(Error::MemberNotFound { instance, load_balancer });
        }
        self.settled(begun, goal.unwrap_or(Goal::Healthy), until).await
    }

    async fn begin(&self, ask: Ask, change: Change, how: How) -> Result<Begun, Error> {
        let Ask { load_balancer, kind, instance, selection } = ask;
        let topology = read::topology(&self.aws, &load_balancer, kind).await?;
        let named = change == Change::Deregister || selection.group.is_some();
        let (mut seen, defaults, known) = tokio::try_join!(
            read::membership(&self.aws, &topology),
            self.default_groups(&topology, named),
            self.known_for(change, &instance)
        )?;
        let known_instance = if let Knowledge::Known(instance) = &known { Some(&**instance) } else { None };
        if let Some(instance) = known_instance {
            seen.membership.addresses.learn(instance);
        }
        let item = ChangeItem { change, instance, selection };
        let (steps, changed) = match plan_change(&seen.membership, &defaults, &item, known_instance) {
            Planned::Steps(steps) => (steps, true),
            Planned::Unchanged { steps, .. } if how.idempotent => (steps, false),
            Planned::Unchanged { refusal, .. } | Planned::Refused(refusal) => return Err(refusal.into()),
        };
        if changed {
            self.check_quota(&seen.membership, &steps).await?;
            let minimum = (!how.force).then_some(self.settings.minimum_healthy);
            self.write(&steps, &mut seen, minimum).await?;
        }
        Ok(Begun { seen, instance: item.instance, known, steps, changed })
    }

    async fn begin_member(&self, ask: &Ask) -> Result<Begun, Error> {
        let topology = read::topology(&self.aws, &ask.load_balancer, ask.kind).await?;
        let (seen, known) = tokio::try_join!(read::membership(&self.aws, &topology), self.known(&ask.instance))?;
        let steps = present(&seen.membership, &ask.instance, &ask.selection, Change::Register);
        Ok(Begun { seen, instance: ask.instance.clone(), known: known.into(), steps, changed: false })
    }

    /// Makes the steps of a plan that was made on what was seen, all or, where the guard refuses one, none.
    async fn write(&self, steps: &[Step], seen: &mut Seen, minimum: Option<usize>) -> Result<(), Error> {
        let reservation = self.departures.reserve(steps, std::slice::from_ref(seen), minimum)?;
        let items = self.make(steps, &reservation, &mut seen.membership).await;
        judged(items, self.settings.verify_timeout, true).map(drop)
    }

    /// Makes reserved steps, takes over what AWS showed of them, and tells what became of each registration.
    pub(crate) async fn make<G: Groups>(
        &self,
        steps: &[Step],
        reservation: &Reservation,
        membership: &mut G,
    ) -> Vec<Item> {
        let results = change::execute(&self.writers, &steps.iter().collect::<Vec<_>>(), reservation).await;
        results.show(membership);
        steps.iter().flat_map(|step| results.items(step)).collect()
    }

    async fn check_quota(&self, membership: &Membership, steps: &[Step]) -> Result<(), Error> {
        let registering: Vec<_> = steps.iter().filter(|step| step.change == Change::Register).collect();
        let refused = self.over_quota(membership, &registering).await?;
        refused.into_iter().flatten().next().map_or(Ok(()), |refusal| Err(refusal.into()))
    }

    /// Waits until every registration of the steps has reached the goal, or will not, or the time is up.
    async fn settled(&self, begun: Begun, goal: Goal, until: Instant) -> Result<Member, Error> {
        let Begun { mut seen, instance, known, steps, changed } = begun;
        let mut waiting = Waiting::default();
        for step in &steps {
            waiting.add(goal, &step.group, &step.keys);
        }
        let settled = self.wait(&mut waiting, &mut seen.membership, until).await == Progress::Settled;
        let connections_may_remain =
            goal == Goal::Gone && settled && changed && self.connections_may_remain(&waiting, &seen.membership).await;
        Ok(Member { machine: machine(&seen.membership, instance, known), changed, settled, connections_may_remain })
    }

    /// What EC2 says of a machine that is to be attached, or detached: there EC2 only adorns the answer, and that it fails must
    /// not keep a machine behind the load balancer.
    async fn known_for(&self, change: Change, instance: &InstanceId) -> Result<Knowledge, Error> {
        match (self.known(instance).await, change) {
            (Err(error), Change::Deregister) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "detaching without what EC2 says");
                Ok(Knowledge::Unavailable)
            }
            (known, _) => Ok(known?.into()),
        }
    }

    async fn known(&self, instance: &InstanceId) -> Result<Option<Instance>, Error> {
        Ok(self.aws.instances(std::slice::from_ref(instance)).await?.pop())
    }
}

/// What a change is waited for.
pub(crate) fn goal(change: Change) -> Goal {
    match change {
        Change::Register => Goal::Healthy,
        Change::Deregister => Goal::Gone,
    }
}
