//! One machine of one load balancer: attached, detached, waited for.

use std::sync::Arc;
use std::time::Duration;

use elbm_core::{
    Change, Goal, Instance, InstanceId, Kind, Knowledge, Machine, Membership, Progress, Refusal, Selection, Step,
    Target, choose_group, deadline, is_missing, machine, plan_attach, plan_detach, progress,
};
use futures_util::future::select_all;
use tokio::sync::OnceCell;
use tokio::time::{Instant, timeout_at};

use crate::aws::GroupSettings;
use crate::change;
use crate::engine::{Engine, carried_out};
use crate::error::Error;
use crate::polls::Subscription;
use crate::read::{self, Seen};

/// The longest deregistration delay that AWS has.
const LONGEST_DELAY: Duration = Duration::from_hours(1);

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

/// The settings of the steps' groups, read once at most.
type SettingsOnce = OnceCell<Vec<Option<GroupSettings>>>;

/// A machine, before it is waited for.
struct Begun {
    seen: Seen,
    instance: InstanceId,
    known: Knowledge,
    /// What was written; what would have been, had it not been so already.
    steps: Vec<Step>,
    changed: bool,
}

impl Begun {
    /// Takes over what a read of the group of this step has shown.
    fn show(&mut self, step: usize, targets: &[Target]) {
        self.seen.membership.show(&self.steps[step].group.id, targets);
    }
}

impl Engine {
    /// Attaches a machine. AWS has shown it where this answers. A caller that goes away does not end the change.
    ///
    /// # Errors
    /// Any [`Error`] but [`Error::PartialFailure`].
    pub async fn attach(&self, ask: Ask, how: How) -> Result<Member, Error> {
        let until = Instant::now() + how.wait;
        let engine = self.clone();
        let begun = carried_out(self.settings.operation_timeout, async move { engine.begin_attach(ask, how).await });
        self.settled(begun.await?, Goal::Healthy, until).await
    }

    /// Detaches a machine: every live registration that the selection covers. AWS has shown each of them draining or
    /// gone where this answers. A caller that goes away does not end the change.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn detach(&self, ask: Ask, how: How) -> Result<Member, Error> {
        let until = Instant::now() + how.wait;
        let engine = self.clone();
        let begun = carried_out(self.settings.operation_timeout, async move { engine.begin_detach(ask, how).await });
        self.settled(begun.await?, Goal::Gone, until).await
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

    async fn begin_attach(&self, ask: Ask, how: How) -> Result<Begun, Error> {
        let Ask { load_balancer, kind, instance, selection } = ask;
        let topology = read::topology(&self.aws, &load_balancer, kind).await?;
        let (mut seen, defaults, known) = tokio::try_join!(
            read::membership(&self.aws, &topology),
            self.default_groups(&topology, &selection),
            self.known(&instance)
        )?;
        if let Some(instance) = &known {
            seen.membership.addresses.learn(instance);
        }
        let membership = &seen.membership;
        let chosen = choose_group(membership, selection.group.as_deref(), &defaults)?;
        let (steps, changed) = match plan_attach(membership, chosen, &instance, known.as_ref(), selection.port) {
            Ok(step) => (vec![step], true),
            Err(Refusal::AlreadyAttached { .. }) if how.idempotent => {
                let (group, port) = (Some(chosen.group.name.clone()), selection.port.or(chosen.group.port));
                (present(membership, &instance, &Selection { group, port }, Change::Register), false)
            }
            Err(refusal) => return Err(refusal.into()),
        };
        if changed {
            self.write(&steps, &mut seen, None).await?;
        }
        Ok(Begun { seen, instance, known: known.into(), steps, changed })
    }

    async fn begin_detach(&self, ask: Ask, how: How) -> Result<Begun, Error> {
        let Ask { load_balancer, kind, instance, selection } = ask;
        let topology = read::topology(&self.aws, &load_balancer, kind).await?;
        let (seen, known) = tokio::join!(read::membership(&self.aws, &topology), self.known(&instance));
        let mut seen = seen?;
        let (steps, changed) = match plan_detach(&seen.membership, &instance, &selection) {
            Ok(steps) => (steps, true),
            Err(Refusal::Draining { .. } | Refusal::NotAttached { .. }) if how.idempotent => {
                (present(&seen.membership, &instance, &selection, Change::Deregister), false)
            }
            Err(refusal) => return Err(refusal.into()),
        };
        // EC2 only adorns the answer: that it fails must not keep a machine behind the load balancer.
        let known = known.map_or_else(
            |error| {
                tracing::warn!(error = &error as &dyn std::error::Error, "detaching without what EC2 says");
                Knowledge::Unavailable
            },
            Knowledge::from,
        );
        if changed {
            let minimum = (!how.force).then_some(self.settings.minimum_healthy);
            self.write(&steps, &mut seen, minimum).await?;
        }
        Ok(Begun { seen, instance, known, steps, changed })
    }

    async fn begin_member(&self, ask: &Ask) -> Result<Begun, Error> {
        let topology = read::topology(&self.aws, &ask.load_balancer, ask.kind).await?;
        let (seen, known) = tokio::try_join!(read::membership(&self.aws, &topology), self.known(&ask.instance))?;
        let steps = present(&seen.membership, &ask.instance, &ask.selection, Change::Register);
        Ok(Begun { seen, instance: ask.instance.clone(), known: known.into(), steps, changed: false })
    }

    /// Makes the steps of a plan that was made on what was seen.
    async fn write(&self, steps: &[Step], seen: &mut Seen, minimum: Option<usize>) -> Result<(), Error> {
        let reservation = self.departures.reserve(steps, seen, minimum)?;
        change::execute(&self.aws, self.verification(), steps, &reservation, &mut seen.membership).await
    }

    /// Waits until every registration of the steps has reached the goal, or will not, or the time is up.
    async fn settled(&self, mut begun: Begun, goal: Goal, until: Instant) -> Result<Member, Error> {
        let mut is = judge(&begun, goal, 0);
        let settings = SettingsOnce::new();
        if is == Progress::Pending && until > Instant::now() {
            let until = until.min(Instant::now() + self.longest(&begun, goal, &settings).await);
            is = self.wait(&mut begun, goal, until).await;
        }
        let settled = is == Progress::Settled;
        let connections_may_remain =
            goal == Goal::Gone && settled && begun.changed && self.remain(&begun, &settings).await;
        let Begun { seen, instance, known, changed, .. } = begun;
        Ok(Member { machine: machine(&seen.membership, instance, known), changed, settled, connections_may_remain })
    }

    async fn wait(&self, begun: &mut Begun, goal: Goal, until: Instant) -> Progress {
        let mut polls: Vec<_> = begun.steps.iter().map(|step| self.polls.join(&step.group.id)).collect();
        let mut missed = 0;
        loop {
            let Ok((number, targets)) = timeout_at(until, next(&mut polls)).await else {
                return last(begun, goal, &mut polls).await;
            };
            begun.show(number, &targets);
            match judge(begun, goal, missed) {
                Progress::Pending => {}
                ended => return ended,
            }
            missed = if begun.steps.iter().any(|step| is_missing(&step.keys, targets_of(begun, step))) {
                missed + 1
            } else {
                0
            };
        }
    }

    /// By when the goal is reached, if it is.
    async fn longest(&self, begun: &Begun, goal: Goal, settings: &SettingsOnce) -> Duration {
        let kind = begun.seen.membership.load_balancer.kind;
        let delays: Vec<_> = match goal {
            Goal::Gone => {
                let settings = settings.get_or_init(|| self.settings_of(&begun.steps)).await;
                settings.iter().map(|settings| settings.map_or(LONGEST_DELAY, |settings| settings.delay)).collect()
            }
            Goal::Healthy => vec![Duration::ZERO; begun.steps.len()],
        };
        let steps = begun.steps.iter().zip(delays);
        steps.map(|(step, delay)| deadline(goal, kind, step.group.health_check, delay)).max().unwrap_or_default()
    }

    /// Whether a load balancer lets connections to a target that is gone go on.
    async fn remain(&self, begun: &Begun, settings: &SettingsOnce) -> bool {
        if begun.seen.membership.load_balancer.kind != Kind::Network {
            return false;
        }
        let settings = settings.get_or_init(|| self.settings_of(&begun.steps)).await;
        settings.iter().any(|settings| !settings.is_some_and(|settings| settings.terminates_connections))
    }

    /// The settings of the steps' groups. The change is done: that they cannot be read must not make it look otherwise.
    async fn settings_of(&self, steps: &[Step]) -> Vec<Option<GroupSettings>> {
        let mut all = Vec::with_capacity(steps.len());
        for step in steps {
            let settings = self.aws.settings(&step.group.id).await.inspect_err(|error| {
                tracing::warn!(error = error as &dyn std::error::Error, "waiting without the settings of a group");
            });
            all.push(settings.ok());
        }
        all
    }

    async fn known(&self, instance: &InstanceId) -> Result<Option<Instance>, Error> {
        Ok(self.aws.instances(std::slice::from_ref(instance)).await?.pop())
    }
}

/// Every registration of a machine that the selection covers, as steps that would make or end it.
fn present(membership: &Membership, instance: &InstanceId, selection: &Selection, change: Change) -> Vec<Step> {
    let steps = membership.groups.iter().map(|member| {
        let there = membership.targets_of(member, instance).filter(|target| !target.is_gone());
        let covered = there.filter(|target| selection.covers(&member.group, &target.key));
        let keys = covered.map(|target| target.key.clone()).collect();
        Step { change, group: member.group.clone(), instance: instance.clone(), keys }
    });
    steps.filter(|step| !step.keys.is_empty()).collect()
}

/// The worst progress of all steps.
fn judge(begun: &Begun, goal: Goal, missed: u32) -> Progress {
    let each = begun.steps.iter().map(|step| progress(goal, &step.keys, targets_of(begun, step), missed));
    each.max().unwrap_or(Progress::Settled)
}

fn targets_of<'a>(begun: &'a Begun, step: &Step) -> &'a [Target] {
    begun.seen.membership.member(&step.group.id).map_or(&[], |member| &member.targets)
}

/// How long the last read may take.
const LAST_READ: Duration = Duration::from_secs(3);

/// The time is up: one more read of each group decides.
async fn last(begun: &mut Begun, goal: Goal, polls: &mut [Subscription]) -> Progress {
    let until = Instant::now() + LAST_READ;
    for (number, poll) in polls.iter_mut().enumerate() {
        poll.hurry();
        if let Ok(targets) = timeout_at(until, poll.next()).await {
            begun.show(number, &targets);
        }
    }
    judge(begun, goal, 0)
}

/// The next read of any of the polls, with its number.
async fn next(polls: &mut [Subscription]) -> (usize, Arc<Vec<Target>>) {
    let reads = polls.iter_mut().enumerate().map(|(number, poll)| Box::pin(async move { (number, poll.next().await) }));
    select_all(reads).await.0
}
