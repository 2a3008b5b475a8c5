//! One machine of one load balancer: attached, detached, waited for.

use std::sync::Arc;
use std::time::Duration;

use elbm_core::{
    Change, ChangeItem, Goal, Instance, InstanceId, Kind, Knowledge, Lane, Machine, Managed, Membership, Planned,
    Progress, Selection, Step, consider, machine, plan_change, present,
};
use futures_util::future::FutureExt as _;
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::change;
use crate::departures::Reservation;
use crate::engine::{Engine, Freshness, carried_out};
use crate::error::{Error, Item, judged};
use crate::reads::{Groups, Seen, Topology, Want, Wants};
use crate::steps::step;
use crate::wait::Waiting;
use crate::writers::Announced;

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
    /// What may undo the change, each in one sentence; none where nothing was asked to be changed.
    pub warnings: Vec<String>,
}

/// A machine, before it is waited for.
struct Begun {
    seen: Seen,
    instance: InstanceId,
    known: Knowledge,
    /// What was written; what would have been, had it not been so already.
    steps: Vec<Step>,
    changed: bool,
    warnings: Vec<String>,
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
    pub async fn member(
        &self,
        ask: &Ask,
        goal: Option<Goal>,
        wait: Duration,
        freshness: Freshness,
    ) -> Result<Member, Error> {
        let wants = self.wants(freshness);
        let until = Instant::now() + wait;
        let run = |topology| {
            async move {
                let begun = self.begin_member(topology, ask, wants).await?;
                if begun.steps.is_empty() && goal != Some(Goal::Gone) {
                    let (instance, load_balancer) = (ask.instance.clone(), ask.load_balancer.clone());
                    return Err(Error::MemberNotFound { instance, load_balancer });
                }
                Ok(begun)
            }
            .boxed()
        };
        let read = self.on_topology(&ask.load_balancer, ask.kind, wants.topology, run);
        let begun = self.in_time(read).await?;
        self.settled(begun, goal.unwrap_or(Goal::Healthy), until).await
    }

    async fn begin(&self, ask: Ask, change: Change, how: How) -> Result<Begun, Error> {
        let mut want = self.reads.judging().topology;
        if change == Change::Deregister && ask.selection.group.is_none() {
            // All its groups are meant, those too that the load balancer has since a moment.
            want = Want::New;
        }
        let run = |topology| self.begin_on(topology, &ask, change, how).boxed();
        self.on_topology(&ask.load_balancer, ask.kind, want, run).await
    }

    async fn begin_on(&self, topology: Topology, ask: &Ask, change: Change, how: How) -> Result<Begun, Error> {
        let announced = self.writers.announce(&topology.groups);
        let wants = self.reads.judging();
        let named = change == Change::Deregister || ask.selection.group.is_some();
        let (mut seen, defaults, known, managers) = tokio::try_join!(
            self.reads.membership(&topology, wants, Lane::Read),
            self.default_groups(&topology, named, wants.topology),
            self.known_for(change, &ask.instance),
            self.managers_of_change(&topology.groups, ask.selection.group.as_deref(), wants.topology)
        )?;
        let known_instance = known.instance();
        if let Some(instance) = known_instance {
            seen.membership.addresses.learn(instance);
        }
        let item = ChangeItem { change, instance: ask.instance.clone(), selection: ask.selection.clone() };
        let (steps, changed) = match plan_change(&seen.membership, &defaults, &item, known_instance) {
            Planned::Steps(steps) => (steps, true),
            Planned::Unchanged { steps, .. } if how.idempotent => (steps, false),
            Planned::Unchanged { refusal, .. } | Planned::Refused(refusal) => return Err(refusal.into()),
        };
        let managed = if changed { self.settings.managed } else { Managed::Warn };
        let warnings = consider(&steps, &managers, known_instance, managed)?;
        if changed {
            self.check_quota(&seen.membership, &steps).await?;
            let minimum = (!how.force).then_some(self.settings.minimum_healthy);
            self.write(&steps, &mut seen, minimum, announced).await?;
        }
        Ok(Begun { seen, instance: item.instance, known, steps, changed, warnings })
    }

    async fn begin_member(&self, topology: Topology, ask: &Ask, wants: Wants) -> Result<Begun, Error> {
        let membership = self.reads.membership(&topology, wants, Lane::Read);
        let (seen, known) = tokio::try_join!(membership, self.known(&ask.instance, wants.instances))?;
        let steps = present(&seen.membership, &ask.instance, &ask.selection, Change::Register);
        let instance = ask.instance.clone();
        Ok(Begun { seen, instance, known: known.into(), steps, changed: false, warnings: Vec::new() })
    }

    /// Makes the steps of a plan that was made on what was seen, all or, where the guard refuses one, none.
    async fn write(
        &self,
        steps: &[Step],
        seen: &mut Seen,
        minimum: Option<usize>,
        announced: Announced,
    ) -> Result<(), Error> {
        let reservation = self.reserve(steps, seen, minimum).await?;
        let items = self.make(steps, &reservation, &mut seen.membership, Some(announced)).await;
        judged(items, self.settings.verify_timeout, true).map(drop)
    }

    /// Makes reserved steps, takes over what AWS showed of them, and tells what became of each registration.
    pub(crate) async fn make<G: Groups>(
        &self,
        steps: &[Step],
        reservation: &Reservation,
        membership: &mut G,
        announced: Option<Announced>,
    ) -> Vec<Item> {
        let wanted: Vec<_> = steps.iter().collect();
        let results = change::execute(&self.writers, &wanted, reservation, membership, announced)
            .instrument(step!("write"))
            .await;
        steps.iter().flat_map(|step| results.items(step)).collect()
    }

    async fn check_quota(&self, membership: &Membership, steps: &[Step]) -> Result<(), Error> {
        let registering: Vec<_> = steps.iter().filter(|step| step.change == Change::Register).collect();
        let refused = self.over_quota(membership, &registering).await?;
        refused.into_iter().flatten().next().map_or(Ok(()), |refusal| Err(refusal.into()))
    }

    /// Waits until every registration of the steps has reached the goal, or will not, or the time is up.
    async fn settled(&self, begun: Begun, goal: Goal, until: Instant) -> Result<Member, Error> {
        let Begun { mut seen, instance, known, steps, changed, warnings } = begun;
        let mut waiting = Waiting::default();
        for step in &steps {
            waiting.add(goal, &step.group, &step.keys);
        }
        let settled = self.wait(&mut waiting, &mut seen.membership, until).await == Progress::Settled;
        let connections_may_remain =
            goal == Goal::Gone && settled && changed && self.connections_may_remain(&waiting, &seen.membership).await;
        let machine = machine(&seen.membership, instance, known);
        Ok(Member { machine, changed, settled, connections_may_remain, warnings })
    }

    /// What EC2 says of a machine that is to be attached, or detached: there EC2 only adorns the answer, and that it fails must
    /// not keep a machine behind the load balancer. A service that refuses what others manage has to know who has it.
    async fn known_for(&self, change: Change, instance: &InstanceId) -> Result<Knowledge, Error> {
        // An attach is judged by it.
        let want = if change == Change::Register { Want::New } else { self.reads.kept().instances };
        match (self.known(instance, want).await, change) {
            (Err(error), Change::Deregister) if self.settings.managed == Managed::Warn => {
                tracing::warn!(error = &error as &dyn std::error::Error, "detaching without what EC2 says");
                Ok(Knowledge::Unavailable)
            }
            (known, _) => Ok(known?.into()),
        }
    }

    async fn known(&self, instance: &InstanceId, want: Want) -> Result<Option<Arc<Instance>>, Error> {
        Ok(self.reads.instances(std::slice::from_ref(instance), want).await?.pop())
    }
}

/// What a change is waited for.
pub(crate) fn goal(change: Change) -> Goal {
    match change {
        Change::Register => Goal::Healthy,
        Change::Deregister => Goal::Gone,
    }
}
