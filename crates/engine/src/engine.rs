//! The engine itself, and what is read of the whole region.

use std::sync::Arc;
use std::time::Duration;

use elbm_core::{
    GroupId, GroupMembership, InstanceId, Kind, Lane, Limits, LoadBalancer, Machine, Managed, Manager, Membership,
    Refusal, Step, Target, TargetGroup, default_limits, over_quota,
};
use futures_util::future::{BoxFuture, FutureExt as _};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use tokio::time::{Instant, timeout};
use tracing::Instrument as _;

use crate::aws::Aws;
use crate::departures::Departures;
use crate::ending::Ending;
use crate::error::Error;
use crate::leases::{InProcess, LeaseSettings, Leases, Shared};
use crate::managers::Denied;
use crate::metrics::Metrics;
use crate::polls::Polls;
use crate::reads::{self, Ages, Reads, Topology, Want, Wants};
use crate::steps::step;
use crate::tally::Tally;
use crate::trail::Trail;
use crate::watch::Watches;
use crate::writers::{Verification, Writers};

/// How the engine treats AWS.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How long AWS is asked for the effect of a write before the answer is [`Error::EffectUnverified`].
    pub verify_timeout: Duration,
    /// The pause between two such reads.
    pub verify_interval: Duration,
    /// How long an operation may take as a whole, all its AWS calls and retries, but for the wait that a caller asks for.
    /// A change goes on after that, but nobody waits for it.
    pub operation_timeout: Duration,
    /// The fewest healthy targets that a detach may leave in a target group; 0 lets every detach pass.
    pub minimum_healthy: usize,
    /// What is done about a change where somebody else writes too.
    pub managed: Managed,
    /// How old what lists show may be.
    pub ages: Ages,
    /// The time between the beginnings of two reads of the same thing, and the longest time that a write waits for others
    /// that are being planned, to go together with them.
    pub pace: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            verify_timeout: Duration::from_secs(10),
            verify_interval: Duration::from_millis(250),
            operation_timeout: Duration::from_secs(50),
            minimum_healthy: 1,
            managed: Managed::default(),
            ages: Ages::default(),
            // As often as AWS refills its bucket of reads.
            pace: Duration::from_millis(100),
        }
    }
}

/// The service's hands: every operation on load balancers and machines. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(crate) aws: Aws,
    pub(crate) reads: Reads,
    pub(crate) settings: Settings,
    pub(crate) departures: Departures,
    pub(crate) polls: Polls<GroupId, Arc<Vec<Target>>>,
    pub(crate) writers: Writers,
    pub(crate) leases: Arc<dyn Leases>,
    pub(crate) watches: Watches,
    pub(crate) denied: Denied,
    pub(crate) tally: Arc<Tally>,
    pub(crate) ending: Ending,
}

/// Whether a list may show what was read for others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Freshness {
    /// As old as the settings allow.
    #[default]
    Kept,
    /// Read from now on.
    Anew,
}

/// The machines of a load balancer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machines {
    /// In order of id.
    pub machines: Vec<Machine>,
    /// The version of the membership.
    pub version: String,
}

/// A target group with everything that is registered in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The target group.
    pub group: TargetGroup,
    /// Who else writes it, as far as it is known.
    pub managed_by: Option<Manager>,
    /// How long a deregistered target drains.
    pub deregistration_delay: Duration,
    /// Over how long a new target gets its full share of requests; only application load balancers have that.
    pub slow_start: Option<Duration>,
    /// The targets, in order of id and port, each with the machine that it is.
    pub targets: Vec<(Target, Option<InstanceId>)>,
}

impl Engine {
    /// An engine on this account and region; nothing is called.
    #[must_use]
    pub fn new(aws: Aws, settings: Settings) -> Self {
        let verification = Verification { deadline: settings.verify_timeout, interval: settings.verify_interval };
        let pace = settings.pace;
        let tally = Arc::new(Tally::default());
        let reads = Reads::new(aws.clone(), settings.ages, settings.pace, &tally);
        let watches = Watches::new(reads.clone(), settings.operation_timeout);
        let writers = Writers::new(aws.on(Lane::Write), reads.clone(), watches.clone(), verification, pace);
        Self {
            polls: Polls::default(),
            departures: Departures::new(aws.metrics().clone()),
            aws,
            reads,
            settings,
            writers,
            leases: Arc::new(InProcess::default()),
            watches,
            denied: Denied::default(),
            tally,
            ending: Ending::default(),
        }
    }

    /// What the engine counts.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        self.aws.metrics()
    }

    /// Measures what is not counted there as it happens: the budget, how reads were answered, and the targets by state. One at a
    /// time.
    pub fn measure(&self) {
        for (subject, counts) in self.read_tally() {
            self.metrics().reads_are(subject, counts);
        }
        self.aws.count_budget();
        self.reads.count_targets();
    }

    /// The same, as one of several replicas, which take turns by the leases of a table.
    #[must_use]
    pub fn sharing(self, leases: LeaseSettings) -> Self {
        Self { leases: Arc::new(Shared::new(&self.aws, leases)), ..self }
    }

    /// Every load balancer of the region, or those of a kind, with its target groups, in order of name; a Classic one is its own.
    ///
    /// # Errors
    /// [`Error::Aws`], [`Error::TooSlow`].
    pub async fn load_balancers(
        &self,
        kind: Option<Kind>,
        freshness: Freshness,
    ) -> Result<Vec<(LoadBalancer, Vec<TargetGroup>)>, Error> {
        let region = self.in_time(self.reads.region(self.wants(freshness).topology)).await?.value;
        let v2 = region.load_balancers.iter().map(|balancer| {
            let is_own =
                |group: &&TargetGroup| balancer.arn.as_ref().is_some_and(|arn| group.load_balancer_arns.contains(arn));
            let mut own: Vec<_> = region.groups.iter().filter(is_own).cloned().collect();
            own.sort_by(|a, b| a.name.cmp(&b.name));
            (balancer.clone(), own)
        });
        let classic = region.classic.iter().map(|(balancer, group)| (balancer.clone(), vec![group.clone()]));
        let mut all: Vec<_> =
            v2.chain(classic).filter(|(balancer, _)| kind.is_none_or(|kind| kind == balancer.kind)).collect();
        all.sort_by(|(a, _), (b, _)| (&a.name, a.kind).cmp(&(&b.name, b.kind)));
        Ok(all)
    }

    /// The target groups of a load balancer, with everything that is registered in them, in order of name.
    ///
    /// # Errors
    /// [`Error::LoadBalancerNotFound`], [`Error::Refused`] for an ambiguous name, [`Error::Aws`], [`Error::TooSlow`].
    pub async fn groups(
        &self,
        load_balancer: &str,
        kind: Option<Kind>,
        freshness: Freshness,
    ) -> Result<Vec<Group>, Error> {
        let wants = self.wants(freshness);
        let read =
            self.on_topology(load_balancer, kind, wants.topology, |topology| self.read_groups(topology, wants).boxed());
        self.in_time(read).await
    }

    async fn read_groups(&self, topology: Topology, wants: Wants) -> Result<Vec<Group>, Error> {
        let ids: Vec<_> = topology.groups.iter().map(|group| group.id.clone()).collect();
        let settings = stream::iter(ids)
            .map(|id| async move { self.reads.settings(&id, wants.topology).await })
            .buffered(reads::SIDE_BY_SIDE)
            .try_collect::<Vec<_>>();
        let managers = async { Ok(self.managers(&topology.groups, wants.topology).await) };
        let membership = self.reads.membership(&topology, wants, Lane::Read);
        let (seen, settings, mut managers) = tokio::try_join!(membership, settings, managers)?;
        let addresses = seen.membership.addresses;
        let each = seen.membership.groups.into_iter().zip(settings);
        let mut groups: Vec<_> = each
            .map(|(GroupMembership { group, mut targets }, settings)| {
                targets.sort_by(|a, b| a.key.cmp(&b.key));
                let targets = targets.into_iter().filter(|target| !target.is_gone());
                let targets = targets.map(|target| (addresses.machine(&group, &target), target));
                let targets = targets.map(|(machine, target)| (target, machine)).collect();
                Group {
                    managed_by: managers.remove(&group.id),
                    group,
                    deregistration_delay: settings.delay,
                    slow_start: settings.slow_start,
                    targets,
                }
            })
            .collect();
        groups.sort_by(|a, b| a.group.name.cmp(&b.group.name));
        Ok(groups)
    }

    /// Runs on the target groups of a load balancer. Where they were read before, and that may be why it fails, it runs on
    /// what is read anew.
    pub(crate) async fn on_topology<'a, T>(
        &'a self,
        load_balancer: &str,
        kind: Option<Kind>,
        want: Want,
        run: impl Fn(Topology) -> BoxFuture<'a, Result<T, Error>> + Send,
    ) -> Result<T, Error> {
        let arrived = Instant::now();
        let topology = self.reads.topology(load_balancer, kind, want).await?;
        let old = topology.begun < arrived;
        match run(topology).await {
            Err(error) if old && error.may_be_of_old_topology() => {
                run(self.reads.topology(load_balancer, kind, Want::New).await?).await
            }
            answer => answer,
        }
    }

    pub(crate) fn wants(&self, freshness: Freshness) -> Wants {
        match freshness {
            Freshness::Kept => self.reads.kept(),
            Freshness::Anew => Wants::ANEW,
        }
    }

    pub(crate) async fn in_time<T>(&self, read: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let within = self.settings.operation_timeout;
        // The SDK's futures are large: they are kept off the stack of whoever asks.
        timeout(within, Box::pin(read)).await.unwrap_or(Err(Error::TooSlow { within }))
    }

    /// The groups that the default actions of the listeners forward to. The listeners are asked only where they decide: where
    /// there are several groups and none is `named`.
    pub(crate) async fn default_groups(
        &self,
        topology: &Topology,
        named: bool,
        want: Want,
    ) -> Result<Vec<GroupId>, Error> {
        match &topology.load_balancer.arn {
            Some(arn) if !named && topology.groups.len() > 1 => self.reads.default_groups(arn, want).await,
            _ => Ok(Vec::new()),
        }
    }

    /// For each of these registering steps, whether it would be too many targets. The account's own limits are asked for only
    /// where the default ones do not suffice; where AWS does not tell them, it judges the write itself.
    pub(crate) async fn over_quota(
        &self,
        membership: &Membership,
        steps: &[&Step],
    ) -> Result<Vec<Option<Refusal>>, Error> {
        let kind = membership.load_balancer.kind;
        let refused = over_quota(membership, steps.iter().copied(), default_limits(kind));
        if refused.iter().all(Option::is_none) {
            return Ok(refused);
        }
        let limits = self.aws.limits(kind).await.unwrap_or_else(|error| {
            tracing::warn!(error = &error as &dyn std::error::Error, "changing without the account's limits");
            Limits::default()
        });
        Ok(over_quota(membership, steps.iter().copied(), limits))
    }
}

/// Runs a change in a task of its own, so that neither a caller that goes away nor one that has waited long enough cuts it
/// off between write and verification.
pub(crate) async fn carried_out<T: Send + 'static>(
    within: Duration,
    change: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    let (trails, carried) = (Trail::current(), async {
        let ended = change.await;
        Trail::ended(ended.is_ok());
        ended
    });
    let carried = Trail::scope_all(trails, carried).instrument(step!("change"));
    match timeout(within, tokio::spawn(carried)).await {
        Ok(ended) => ended.unwrap_or_else(|error| Err(Error::Died(error))),
        Err(_) => Err(Error::Unfinished { within }),
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn a_change_goes_on_when_its_caller_leaves() {
        let (go, gone) = oneshot::channel::<()>();
        let (done, finished) = oneshot::channel();
        let mut change = Box::pin(carried_out(Duration::from_mins(1), async move {
            let left = gone.await.is_ok();
            Ok(done.send(left))
        }));
        assert!(timeout(Duration::ZERO, &mut change).await.is_err(), "it waits");
        drop(change);
        go.send(()).expect("the change goes on");
        assert_eq!(finished.await, Ok(true));
    }
}
