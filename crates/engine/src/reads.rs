//! Reads: what AWS shows, in as few calls as the promise allows. Whoever wants the same thing shares a read, and what may be
//! somewhat old is kept for a while.

mod basis;
mod coalesced;
mod instances;
mod keyed;
mod seen;

use std::sync::Arc;
use std::time::Duration;

use elbm_core::{
    Addresses, GroupId, GroupMembership, Instance, InstanceId, Kind, Lane, LoadBalancer, Membership, Refusal, Target,
    TargetGroup, TargetType,
};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use tokio::time::Instant;

pub(crate) use basis::Basis;
use basis::Part;
pub(crate) use coalesced::{Coalesced, Read, Want};
use instances::{Facts, Instances};
use keyed::Keyed;
pub(crate) use seen::{Groups, Seen};

use crate::Error;
use crate::aws::{Action, Aws, AwsError, GroupSettings, GroupTags, Scaled};
use crate::tally::{Subject, Tally};

/// How old what is read may be where a list is asked for. A change is never judged by an old read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ages {
    /// Load balancers, their target groups and settings.
    pub topology: Duration,
    /// What EC2 says of instances.
    pub instances: Duration,
    /// Targets and their health.
    pub health: Duration,
}

impl Default for Ages {
    fn default() -> Self {
        let minute = Duration::from_mins(1);
        Self { topology: minute, instances: minute, health: Duration::from_secs(1) }
    }
}

/// How new each kind of read must be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wants {
    pub(crate) topology: Want,
    pub(crate) instances: Want,
    pub(crate) health: Want,
}

impl Wants {
    /// Nothing that was read before.
    pub(crate) const ANEW: Self = Self { topology: Want::New, instances: Want::New, health: Want::New };
}

/// How many groups are read side by side: as many calls as AWS refills in a second.
pub(crate) const SIDE_BY_SIDE: usize = 10;

/// How old a read of targets may be to be counted: what nobody asks for any more goes.
const SEEN: Duration = Duration::from_mins(10);

/// A load balancer and its target groups, without their targets.
#[derive(Debug, Clone)]
pub(crate) struct Topology {
    /// When it was read.
    pub(crate) begun: Instant,
    pub(crate) load_balancer: LoadBalancer,
    pub(crate) groups: Vec<TargetGroup>,
    found: Read<Found>,
}

/// Every load balancer of the region.
#[derive(Debug)]
pub(crate) struct Region {
    pub(crate) load_balancers: Vec<LoadBalancer>,
    pub(crate) groups: Vec<TargetGroup>,
    /// Each is its own group.
    pub(crate) classic: Vec<(LoadBalancer, TargetGroup)>,
}

/// What there is of a name.
#[derive(Debug)]
struct Found {
    v2: Option<(LoadBalancer, Vec<TargetGroup>)>,
    classic: Option<(LoadBalancer, TargetGroup)>,
}

/// The generations that are looked through for a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Generations {
    Both,
    V2,
    Classic,
}

impl Generations {
    /// Those that may have a load balancer of this kind.
    fn of(kind: Option<Kind>) -> Self {
        match kind {
            None => Self::Both,
            Some(Kind::Classic) => Self::Classic,
            Some(_) => Self::V2,
        }
    }
}

/// What a list of machines is made of.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) membership: Membership,
    pub(crate) instances: Vec<Arc<Instance>>,
    pub(crate) basis: Basis,
}

/// All reads of this process. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Reads {
    aws: Aws,
    ages: Ages,
    /// The time between the beginnings of two reads of the same thing.
    pace: Duration,
    instances: Instances,
    kept: Arc<Kept>,
}

#[derive(Debug)]
struct Kept {
    region: Arc<Coalesced<Region>>,
    found: Keyed<(String, Generations), Found>,
    defaults: Keyed<String, Vec<GroupId>>,
    targets: Keyed<GroupId, Vec<Target>>,
    settings: Keyed<GroupId, GroupSettings>,
    tags: Keyed<Vec<GroupId>, Vec<GroupTags>>,
    scaled: Arc<Coalesced<Vec<Scaled>>>,
    addresses: Keyed<(String, Vec<String>), Addresses>,
}

impl Reads {
    pub(crate) fn new(aws: Aws, ages: Ages, pace: Duration, tally: &Arc<Tally>) -> Self {
        let kept = Kept {
            region: Arc::new(Coalesced::new(Subject::Topology, Arc::clone(tally))),
            found: Keyed::new(Subject::Topology, tally),
            defaults: Keyed::new(Subject::Topology, tally),
            targets: Keyed::new(Subject::Health, tally),
            settings: Keyed::new(Subject::Topology, tally),
            tags: Keyed::new(Subject::Topology, tally),
            scaled: Arc::new(Coalesced::new(Subject::Topology, Arc::clone(tally))),
            addresses: Keyed::new(Subject::Instances, tally),
        };
        let instances = Instances::new(aws.clone(), pace, Arc::clone(tally));
        Self { instances, aws, ages, pace, kept: Arc::new(kept) }
    }

    /// Counts the targets that were seen last, of the groups that were read within [`SEEN`].
    pub(crate) fn count_targets(&self) {
        let all: Vec<_> = self.kept.targets.all().into_iter().filter_map(|group| group.seen(SEEN)).collect();
        let states = |read: &Read<Vec<Target>>| read.value.iter().map(|target| target.state).collect::<Vec<_>>();
        let states: Vec<_> = all.iter().map(states).collect();
        self.aws.metrics().seen(states.iter().map(Vec::as_slice));
    }

    /// What a list may show.
    pub(crate) fn kept(&self) -> Wants {
        self.kept_for(Duration::ZERO)
    }

    /// What a list may show, and may still show after more than this time.
    pub(crate) fn kept_for(&self, longer: Duration) -> Wants {
        let want = |age: Duration| Want::of(age.saturating_sub(longer));
        let Ages { topology, instances, health } = self.ages;
        Wants { topology: want(topology), instances: want(instances), health: want(health) }
    }

    /// What a change is judged by: only which target groups a load balancer has may be somewhat old.
    pub(crate) fn judging(&self) -> Wants {
        Wants { topology: Want::of(self.ages.topology), instances: Want::New, health: Want::New }
    }

    /// Every load balancer of the region.
    pub(crate) async fn region(&self, want: Want) -> Result<Read<Region>, Error> {
        let aws = self.aws.clone();
        let read = move |lane| {
            let aws = aws.on(lane);
            async move {
                let (load_balancers, groups, classic) =
                    tokio::try_join!(aws.load_balancers(), aws.target_groups(None), aws.classic_load_balancers())?;
                Ok(Region { load_balancers, groups, classic })
            }
        };
        Ok(self.kept.region.get(want, Lane::Read, self.pace, Action::DescribeLoadBalancers, read).await?)
    }

    /// The load balancer of this name and its target groups: two round trips. Both generations are asked side by side,
    /// unless `kind` decides.
    pub(crate) async fn topology(&self, name: &str, kind: Option<Kind>, want: Want) -> Result<Topology, Error> {
        let arrived = Instant::now();
        let found = self.found(name, kind, want).await?;
        let topology = decided(name, kind, &found);
        // A verdict against the caller is never from memory.
        if topology.is_err() && found.begun < arrived {
            return decided(name, kind, &self.found(name, kind, Want::New).await?);
        }
        topology
    }

    async fn found(&self, name: &str, kind: Option<Kind>, want: Want) -> Result<Read<Found>, Arc<AwsError>> {
        let generations = Generations::of(kind);
        let (aws, wanted) = (self.aws.clone(), name.to_owned());
        let read = move |lane| {
            let (aws, name) = (aws.on(lane), wanted.clone());
            async move {
                let v2 = async {
                    if generations == Generations::Classic {
                        return Ok(None);
                    }
                    let Some(load_balancer) = aws.load_balancer(&name).await? else { return Ok(None) };
                    let groups = aws.target_groups(load_balancer.arn.as_deref()).await?;
                    Ok(Some((load_balancer, groups)))
                };
                let classic = async {
                    if generations == Generations::V2 { Ok(None) } else { aws.classic_load_balancer(&name).await }
                };
                let (v2, classic) = tokio::try_join!(v2, classic)?;
                Ok(Found { v2, classic })
            }
        };
        let kept = self.kept.found.of((name.to_owned(), generations));
        kept.get(want, Lane::Read, Duration::ZERO, Action::DescribeLoadBalancers, read).await
    }

    /// The groups that the default actions of a load balancer's listeners forward to.
    pub(crate) async fn default_groups(&self, arn: &str, want: Want) -> Result<Vec<GroupId>, Error> {
        let (aws, wanted) = (self.aws.clone(), arn.to_owned());
        let read = move |lane| {
            let (aws, arn) = (aws.on(lane), wanted.clone());
            async move { aws.default_groups(&arn).await }
        };
        let kept = self.kept.defaults.of(arn.to_owned());
        let read = kept.get(want, Lane::Read, Duration::ZERO, Action::DescribeListeners, read).await?;
        Ok(read.value.to_vec())
    }

    /// Every target of a group, draining ones too.
    pub(crate) async fn targets(
        &self,
        group: &GroupId,
        want: Want,
        lane: Lane,
    ) -> Result<Read<Vec<Target>>, Arc<AwsError>> {
        let (aws, wanted) = (self.aws.clone(), group.clone());
        let read = move |lane| {
            let (aws, group) = (aws.on(lane), wanted.clone());
            async move { aws.targets(&group).await }
        };
        self.kept.targets.of(group.clone()).get(want, lane, self.pace, Action::DescribeTargetHealth, read).await
    }

    /// The targets of a group were changed.
    pub(crate) fn outdate(&self, group: &GroupId) {
        self.kept.targets.of(group.clone()).outdate();
    }

    /// The attributes of a group.
    pub(crate) async fn settings(&self, group: &GroupId, want: Want) -> Result<GroupSettings, Error> {
        let (aws, wanted) = (self.aws.clone(), group.clone());
        let read = move |lane| {
            let (aws, group) = (aws.on(lane), wanted.clone());
            async move { aws.settings(&group).await }
        };
        let kept = self.kept.settings.of(group.clone());
        let read = kept.get(want, Lane::Read, Duration::ZERO, Action::DescribeTargetGroupAttributes, read).await?;
        Ok(*read.value)
    }

    /// The tags of these groups.
    pub(crate) async fn tags(&self, groups: &[GroupId], want: Want) -> Result<Arc<Vec<GroupTags>>, Arc<AwsError>> {
        let (aws, wanted) = (self.aws.clone(), groups.to_vec());
        let read = move |lane| {
            let (aws, groups) = (aws.on(lane), wanted.clone());
            async move { aws.tags_of_groups(&groups).await }
        };
        let kept = self.kept.tags.of(groups.to_vec());
        Ok(kept.get(want, Lane::Read, Duration::ZERO, Action::DescribeGroupTags, read).await?.value)
    }

    /// Every Auto Scaling group of the region that registers its instances somewhere.
    pub(crate) async fn scaled(&self, want: Want) -> Result<Arc<Vec<Scaled>>, Arc<AwsError>> {
        let aws = self.aws.clone();
        let read = move |lane| {
            let aws = aws.on(lane);
            async move { aws.scaled_groups().await }
        };
        Ok(self.kept.scaled.get(want, Lane::Read, self.pace, Action::DescribeAutoScalingGroups, read).await?.value)
    }

    /// What EC2 says of these; those that it does not know are left out.
    pub(crate) async fn instances(&self, ids: &[InstanceId], want: Want) -> Result<Vec<Arc<Instance>>, Error> {
        Ok(self.instances.get(ids, want).await?.instances)
    }

    /// Who is registered where: one round trip more for every ten groups, and one of EC2 where addresses are registered.
    pub(crate) async fn membership(&self, topology: &Topology, wants: Wants, lane: Lane) -> Result<Seen, Error> {
        let reads = self.all_targets(topology, wants, lane).await?;
        self.joined(topology, &reads, wants).await
    }

    /// The same, with what EC2 says of the machines, and what it is all made of.
    pub(crate) async fn machines(
        &self,
        topology: &Topology,
        kind: Option<Kind>,
        wants: Wants,
        lane: Lane,
    ) -> Result<Listed, Error> {
        let reads = self.all_targets(topology, wants, lane).await?;
        let membership = self.joined(topology, &reads, wants).await?.membership;
        let ids = instance_ids(&membership);
        let Facts { asked, instances } = self.instances.get(&ids, wants.instances).await?;
        let (age, name) = (self.ages, &topology.load_balancer.name);
        let found = self.kept.found.of((name.clone(), Generations::of(kind)));
        let groups = topology.groups.iter().map(|group| self.kept.targets.of(group.id.clone()));
        let targets = groups.zip(&reads).map(|(of, read)| Part::new(of, read, age.health)).collect();
        // One that EC2 does not know may be new, and whose an address is may have been read a while ago.
        let by_id = topology.groups.iter().all(|group| group.target_type != TargetType::Ip);
        let until = if by_id && instances.len() == ids.len() { asked + age.instances } else { asked };
        let basis = Basis { found: Part::new(found, &topology.found, age.topology), targets, until };
        Ok(Listed { membership, instances, basis })
    }

    /// The targets of each group, in order.
    async fn all_targets(
        &self,
        topology: &Topology,
        wants: Wants,
        lane: Lane,
    ) -> Result<Vec<Read<Vec<Target>>>, Error> {
        let ids: Vec<_> = topology.groups.iter().map(|group| group.id.clone()).collect();
        stream::iter(ids)
            .map(|id| async move { Ok::<_, Error>(self.targets(&id, wants.health, lane).await?) })
            .buffered(SIDE_BY_SIDE)
            .try_collect()
            .await
    }

    async fn joined(&self, topology: &Topology, reads: &[Read<Vec<Target>>], wants: Wants) -> Result<Seen, Error> {
        let begun = reads.iter().map(|read| read.begun).min().unwrap_or_else(Instant::now);
        let member = |(group, read): (&TargetGroup, &Read<Vec<Target>>)| GroupMembership {
            group: group.clone(),
            targets: read.value.to_vec(),
        };
        let groups: Vec<_> = topology.groups.iter().zip(reads).map(member).collect();
        let addresses = self.addresses(&groups, wants.instances).await?;
        Ok(Seen { begun, membership: Membership { load_balancer: topology.load_balancer.clone(), groups, addresses } })
    }

    /// Whose the addresses are that are registered in these groups, which are of one VPC.
    pub(crate) async fn addresses(&self, groups: &[GroupMembership], want: Want) -> Result<Addresses, Error> {
        let of_addresses = || groups.iter().filter(|member| member.group.target_type == TargetType::Ip);
        let Some(vpc) = of_addresses().find_map(|member| member.group.vpc.clone()) else {
            return Ok(Addresses::default());
        };
        let mut wanted: Vec<_> =
            of_addresses().flat_map(|member| member.targets.iter().map(|target| target.key.id.clone())).collect();
        wanted.sort();
        wanted.dedup();
        if wanted.is_empty() {
            return Ok(Addresses::default());
        }
        let key = (vpc, wanted);
        let (aws, asked) = (self.aws.clone(), key.clone());
        let read = move |lane| {
            let (aws, (vpc, wanted)) = (aws.on(lane), asked.clone());
            async move {
                let mut addresses = Addresses::default();
                for instance in aws.instances_at(&vpc, &wanted).await? {
                    addresses.learn(&instance);
                }
                Ok(addresses)
            }
        };
        let kept = self.kept.addresses.of(key);
        let read = kept.get(want, Lane::Read, Duration::ZERO, Action::DescribeInstances, read).await?;
        Ok(Addresses::clone(&read.value))
    }
}

fn decided(name: &str, kind: Option<Kind>, found: &Read<Found>) -> Result<Topology, Error> {
    let begun = found.begun;
    let v2 = found.value.v2.clone().filter(|(found, _)| kind.is_none_or(|kind| kind == found.kind));
    match (v2, found.value.classic.clone()) {
        (Some(_), Some(_)) => Err(Refusal::AmbiguousLoadBalancer(name.to_owned()).into()),
        (Some((load_balancer, groups)), None) => Ok(Topology { begun, load_balancer, groups, found: found.clone() }),
        (None, Some((load_balancer, group))) => {
            Ok(Topology { begun, load_balancer, groups: vec![group], found: found.clone() })
        }
        (None, None) => Err(Error::LoadBalancerNotFound(name.to_owned())),
    }
}

/// The instances of a membership, each once.
fn instance_ids(membership: &Membership) -> Vec<InstanceId> {
    let mut ids: Vec<_> = membership.registrations().map(|(id, ..)| id).collect();
    ids.sort();
    ids.dedup();
    ids
}
