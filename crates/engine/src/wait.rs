//! Waits until registrations have reached what is wanted of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use elbm_core::{
    Goal, GroupId, Kind, Lane, Progress, Target, TargetGroup, TargetKey, deadline, is_missing, poll_pause, progress,
};
use futures_util::future::{join_all, select_all};
use tokio::sync::OnceCell;
use tokio::time::{Instant, timeout_at};
use tracing::Instrument as _;

use crate::aws::GroupSettings;
use crate::engine::Engine;
use crate::polls::{Follower, Pace, Source};
use crate::reads::{Groups, Reads, Want};
use crate::steps::step;

/// The longest deregistration delay that AWS has.
const LONGEST_DELAY: Duration = Duration::from_hours(1);

/// How long the last read may take.
const LAST_READ: Duration = Duration::from_secs(3);

/// The targets of a group, for all who wait on it.
struct OfGroup {
    reads: Reads,
    group: GroupId,
}

impl Source for OfGroup {
    type Shown = Arc<Vec<Target>>;

    const PACE: Pace = Pace {
        // Whoever waits has seen a read.
        first: Duration::from_secs(2),
        shortest: Duration::ZERO,
        after: poll_pause,
    };

    async fn read(&mut self) -> Option<Self::Shown> {
        match self.reads.targets(&self.group, Want::New, Lane::Background).await {
            Ok(read) => Some(read.value),
            // The next read may succeed.
            Err(error) => {
                tracing::warn!(error = &*error as &dyn std::error::Error, "a poll failed");
                None
            }
        }
    }

    fn is_news(_: Option<&Self::Shown>, _: &Self::Shown) -> bool {
        false
    }
}

/// Registrations of one group that shall reach a goal.
#[derive(Debug)]
pub(crate) struct Awaited {
    goal: Goal,
    group: TargetGroup,
    keys: Vec<TargetKey>,
    /// How many reads of the group in a row have shown one of them missing.
    missed: u32,
}

/// What is waited for, in one load balancer or everywhere.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    awaited: Vec<Awaited>,
    /// The settings of the groups, read once at most; `None` where they could not be read.
    settings: OnceCell<BTreeMap<GroupId, Option<GroupSettings>>>,
}

impl Waiting {
    /// Adds registrations.
    pub(crate) fn add(&mut self, goal: Goal, group: &TargetGroup, keys: &[TargetKey]) {
        match self.awaited.iter_mut().find(|awaited| awaited.goal == goal && awaited.group.id == group.id) {
            Some(awaited) => awaited.keys.extend_from_slice(keys),
            None => self.awaited.push(Awaited { goal, group: group.clone(), keys: keys.to_vec(), missed: 0 }),
        }
    }

    /// The worst progress of all.
    pub(crate) fn progress(&self, membership: &impl Groups) -> Progress {
        let each = self.awaited.iter().map(|awaited| {
            // The last read is what `membership` shows: those before it count.
            let missed = awaited.missed.saturating_sub(1);
            progress(awaited.goal, &awaited.keys, targets(membership, &awaited.group.id), missed)
        });
        each.max().unwrap_or(Progress::Settled)
    }

    /// Takes over a read of a group.
    fn show(&mut self, membership: &mut impl Groups, group: &GroupId, read: &[Target]) {
        membership.show(group, read);
        for awaited in self.awaited.iter_mut().filter(|awaited| awaited.group.id == *group) {
            awaited.missed = if is_missing(&awaited.keys, read) { awaited.missed + 1 } else { 0 };
        }
    }
}

fn targets<'a>(membership: &'a impl Groups, group: &GroupId) -> &'a [Target] {
    membership.member(group).map_or(&[], |member| &member.targets)
}

impl Engine {
    /// Holds until everything is settled, something never will be, the time is up, or the service ends. `membership` is what
    /// was seen, and what is seen meanwhile.
    pub(crate) async fn wait<G: Groups>(&self, waiting: &mut Waiting, membership: &mut G, until: Instant) -> Progress {
        let is = waiting.progress(membership);
        if is != Progress::Pending || until <= Instant::now() {
            return is;
        }
        let began = Instant::now();
        let ended = self.poll(waiting, membership, until).instrument(step!("wait")).await;
        self.aws.metrics().waited(ended, began.elapsed());
        ended
    }

    async fn poll<G: Groups>(&self, waiting: &mut Waiting, membership: &mut G, until: Instant) -> Progress {
        let until = until.min(Instant::now() + self.longest(waiting, membership).await);
        let mut groups: Vec<_> = waiting.awaited.iter().map(|awaited| awaited.group.id.clone()).collect();
        groups.sort();
        groups.dedup();
        let mut polls: Vec<_> = groups.iter().map(|group| self.follow_group(group)).collect();
        loop {
            let read = tokio::select! {
                read = timeout_at(until, next(&mut polls)) => read.ok(),
                () = self.ending.begun() => None,
            };
            let Some((number, read)) = read else {
                return last(waiting, membership, &groups, &mut polls).await;
            };
            waiting.show(membership, &groups[number], &read);
            match waiting.progress(membership) {
                Progress::Pending => {}
                ended => return ended,
            }
        }
    }

    fn follow_group(&self, group: &GroupId) -> Follower<Arc<Vec<Target>>> {
        let source = || OfGroup { reads: self.reads.clone(), group: group.clone() };
        let mut follower = self.polls.join(group.clone(), source);
        // What others were shown may be older than what this one has seen.
        follower.latest();
        follower
    }

    /// By when the goals are reached, if they are.
    async fn longest(&self, waiting: &Waiting, membership: &impl Groups) -> Duration {
        let leaving = waiting.awaited.iter().any(|awaited| awaited.goal == Goal::Gone);
        let settings = if leaving { Some(self.settings_of(waiting).await) } else { None };
        let delay = |group: &GroupId| {
            settings.and_then(|settings| *settings.get(group)?).map_or(LONGEST_DELAY, |settings| settings.delay)
        };
        let each = waiting.awaited.iter().map(|awaited| {
            let delay = if awaited.goal == Goal::Gone { delay(&awaited.group.id) } else { Duration::ZERO };
            let kind = membership.kind(&awaited.group.id).unwrap_or(Kind::Application);
            deadline(awaited.goal, kind, awaited.group.health_check, delay)
        });
        each.max().unwrap_or_default()
    }

    /// Whether any load balancer lets connections to a target that is gone go on.
    pub(crate) async fn connections_may_remain(&self, waiting: &Waiting, membership: &impl Groups) -> bool {
        let groups = waiting.awaited.iter().map(|awaited| &awaited.group.id);
        let groups: Vec<_> = groups.filter(|group| membership.kind(group) == Some(Kind::Network)).collect();
        if groups.is_empty() {
            return false;
        }
        let settings = self.settings_of(waiting).await;
        let of = |group| settings.get(group).copied().flatten();
        groups.into_iter().any(|group| !of(group).is_some_and(|settings| settings.terminates_connections))
    }

    /// The settings of the groups. The change is done: that they cannot be read must not make it look otherwise.
    async fn settings_of<'a>(&self, waiting: &'a Waiting) -> &'a BTreeMap<GroupId, Option<GroupSettings>> {
        let read = || async {
            let groups: BTreeSet<_> = waiting.awaited.iter().map(|awaited| &awaited.group.id).collect();
            let each = groups.into_iter().map(|group| async move {
                let settings = self.reads.settings(group, self.reads.kept().topology).await.inspect_err(|error| {
                    tracing::warn!(error = error as &dyn std::error::Error, "waiting without the settings of a group");
                });
                (group.clone(), settings.ok())
            });
            join_all(each).await.into_iter().collect()
        };
        waiting.settings.get_or_init(read).await
    }
}

/// There is no more time: one more read of each group decides.
async fn last(
    waiting: &mut Waiting,
    membership: &mut impl Groups,
    groups: &[GroupId],
    polls: &mut [Follower<Arc<Vec<Target>>>],
) -> Progress {
    let until = Instant::now() + LAST_READ;
    for (group, poll) in groups.iter().zip(polls) {
        poll.hurry();
        if let Ok(read) = timeout_at(until, poll.next()).await {
            membership.show(group, &read);
        }
    }
    for awaited in &mut waiting.awaited {
        awaited.missed = 0;
    }
    waiting.progress(membership)
}

/// The next read of any of the polls, with its number.
async fn next(polls: &mut [Follower<Arc<Vec<Target>>>]) -> (usize, Arc<Vec<Target>>) {
    let reads = polls.iter_mut().enumerate().map(|(number, poll)| Box::pin(async move { (number, poll.next().await) }));
    select_all(reads).await.0
}

#[cfg(test)]
mod tests {
    use elbm_core::{Addresses, GroupMembership, Kind, LoadBalancer, Membership, TargetType};

    use super::*;

    fn group(name: &str) -> TargetGroup {
        TargetGroup {
            id: GroupId::Arn(name.to_owned()),
            name: name.to_owned(),
            protocol: None,
            port: Some(80),
            target_type: TargetType::Instance,
            vpc: None,
            health_check: None,
            load_balancer_arns: Vec::new(),
        }
    }

    fn two_groups() -> (Membership, Waiting) {
        let load_balancer = LoadBalancer {
            arn: None,
            name: "web".to_owned(),
            kind: Kind::Application,
            scheme: None,
            dns_name: None,
            state: None,
            zones: Vec::new(),
        };
        let groups = ["a", "b"].map(group);
        let mut waiting = Waiting::default();
        for group in &groups {
            let key = TargetKey { id: "i-0a1b2c3d".to_owned(), port: Some(80), zone: None };
            waiting.add(Goal::Healthy, group, &[key]);
        }
        let groups = groups.map(|group| GroupMembership { group, targets: Vec::new() }).to_vec();
        (Membership { load_balancer, groups, addresses: Addresses::default() }, waiting)
    }

    /// AWS may show a new registration late, once.
    #[test]
    fn only_two_reads_of_the_same_group_show_a_registration_missing_twice() {
        let (mut membership, mut waiting) = two_groups();
        let (a, b) = (GroupId::Arn("a".to_owned()), GroupId::Arn("b".to_owned()));
        for (read, expected) in [(&a, Progress::Pending), (&b, Progress::Pending), (&b, Progress::Hopeless)] {
            waiting.show(&mut membership, read, &[]);
            assert_eq!(waiting.progress(&membership), expected, "{read:?}");
        }
    }
}
