//! The engine itself, and what is read of the whole region.

use std::time::Duration;

use elbm_core::{
    GroupId, GroupMembership, InstanceId, Kind, Limits, LoadBalancer, Machine, Membership, Refusal, Step, Target,
    TargetGroup, default_limits, machines, membership_version, over_quota,
};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use tokio::time::timeout;

use crate::aws::Aws;
use crate::departures::Departures;
use crate::drain::Locks;
use crate::error::Error;
use crate::polls::Polls;
use crate::read;
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
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            verify_timeout: Duration::from_secs(10),
            verify_interval: Duration::from_millis(250),
            operation_timeout: Duration::from_secs(50),
            minimum_healthy: 1,
        }
    }
}

/// The service's hands: every operation on load balancers and machines. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(crate) aws: Aws,
    pub(crate) settings: Settings,
    pub(crate) departures: Departures,
    pub(crate) polls: Polls,
    pub(crate) writers: Writers,
    pub(crate) drains: Locks,
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
        let (polls, writers) = (Polls::new(aws.clone()), Writers::new(aws.clone(), verification));
        Self { aws, settings, departures: Departures::default(), polls, writers, drains: Locks::default() }
    }

    /// Every load balancer of the region, or those of a kind, with its target groups, in order of name.
    ///
    /// # Errors
    /// [`Error::Aws`], [`Error::TooSlow`].
    pub async fn load_balancers(&self, kind: Option<Kind>) -> Result<Vec<(LoadBalancer, Vec<TargetGroup>)>, Error> {
        self.in_time(Box::pin(self.read_load_balancers(kind))).await
    }

    async fn read_load_balancers(&self, kind: Option<Kind>) -> Result<Vec<(LoadBalancer, Vec<TargetGroup>)>, Error> {
        let (balancers, groups, classic) = tokio::try_join!(
            self.aws.load_balancers(),
            self.aws.target_groups(None),
            self.aws.classic_load_balancers()
        )?;
        let v2 = balancers.into_iter().map(|balancer| {
            let is_own =
                |group: &&TargetGroup| balancer.arn.as_ref().is_some_and(|arn| group.load_balancer_arns.contains(arn));
            let mut own: Vec<_> = groups.iter().filter(is_own).cloned().collect();
            own.sort_by(|a, b| a.name.cmp(&b.name));
            (balancer, own)
        });
        let classic = classic.into_iter().map(|(balancer, _)| (balancer, Vec::new()));
        let mut all: Vec<_> =
            v2.chain(classic).filter(|(balancer, _)| kind.is_none_or(|kind| kind == balancer.kind)).collect();
        all.sort_by(|(a, _), (b, _)| (&a.name, a.kind).cmp(&(&b.name, b.kind)));
        Ok(all)
    }

    /// The machines of a load balancer.
    ///
    /// # Errors
    /// [`Error::LoadBalancerNotFound`], [`Error::Refused`] for an ambiguous name, [`Error::Aws`], [`Error::TooSlow`].
    pub async fn machines(&self, load_balancer: &str, kind: Option<Kind>) -> Result<Machines, Error> {
        self.in_time(self.read_machines(load_balancer, kind)).await
    }

    async fn read_machines(&self, load_balancer: &str, kind: Option<Kind>) -> Result<Machines, Error> {
        let topology = read::topology(&self.aws, load_balancer, kind).await?;
        let membership = read::membership(&self.aws, &topology).await?.membership;
        let known = self.aws.instances(&read::instance_ids(&membership)).await?;
        Ok(Machines { machines: machines(&membership, known), version: membership_version(&membership) })
    }

    /// The target groups of a load balancer, with everything that is registered in them, in order of name.
    ///
    /// # Errors
    /// [`Error::LoadBalancerNotFound`], [`Error::Refused`] for an ambiguous name, [`Error::Aws`], [`Error::TooSlow`].
    pub async fn groups(&self, load_balancer: &str, kind: Option<Kind>) -> Result<Vec<Group>, Error> {
        self.in_time(self.read_groups(load_balancer, kind)).await
    }

    async fn read_groups(&self, load_balancer: &str, kind: Option<Kind>) -> Result<Vec<Group>, Error> {
        let topology = read::topology(&self.aws, load_balancer, kind).await?;
        let ids: Vec<_> = topology.groups.iter().map(|group| group.id.clone()).collect();
        let settings = stream::iter(ids)
            .map(|id| async move { self.aws.settings(&id).await.map_err(Error::from) })
            .buffered(read::SIDE_BY_SIDE)
            .try_collect::<Vec<_>>();
        let (seen, settings) = tokio::try_join!(read::membership(&self.aws, &topology), settings)?;
        let addresses = seen.membership.addresses;
        let mut groups: Vec<_> = seen
            .membership
            .groups
            .into_iter()
            .zip(settings)
            .map(|(member, settings)| {
                let GroupMembership { group, mut targets } = member;
                targets.sort_by(|a, b| a.key.cmp(&b.key));
                let targets = targets.into_iter().filter(|target| !target.is_gone());
                let targets = targets.map(|target| (addresses.machine(&group, &target), target));
                let targets = targets.map(|(machine, target)| (target, machine)).collect();
                Group { group, deregistration_delay: settings.delay, slow_start: settings.slow_start, targets }
            })
            .collect();
        groups.sort_by(|a, b| a.group.name.cmp(&b.group.name));
        Ok(groups)
    }

    pub(crate) async fn in_time<T>(&self, read: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let within = self.settings.operation_timeout;
        // The SDK's futures are large: they are kept off the stack of whoever asks.
        timeout(within, Box::pin(read)).await.unwrap_or(Err(Error::TooSlow { within }))
    }

    /// The groups that the default actions of the listeners forward to. The listeners are asked only where they decide: where
    /// there are several groups and none is `named`.
    pub(crate) async fn default_groups(&self, topology: &read::Topology, named: bool) -> Result<Vec<GroupId>, Error> {
        match &topology.load_balancer.arn {
            Some(arn) if !named && topology.groups.len() > 1 => Ok(self.aws.default_groups(arn).await?),
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
    match timeout(within, tokio::spawn(change)).await {
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
