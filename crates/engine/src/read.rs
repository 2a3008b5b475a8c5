//! Reads: what AWS shows now, in as few round trips as the calls allow.

use elbm_core::{
    Addresses, Everywhere, GroupId, GroupMembership, InstanceId, Kind, LoadBalancer, Membership, Place, Refusal,
    Target, TargetGroup, TargetType,
};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use tokio::time::Instant;

use crate::Error;
use crate::aws::Aws;

/// A load balancer and its target groups, without their targets.
pub(crate) struct Topology {
    pub(crate) load_balancer: LoadBalancer,
    pub(crate) groups: Vec<TargetGroup>,
}

/// Who is registered where, in one load balancer or everywhere, and since when that is known.
#[derive(Debug, Clone)]
pub(crate) struct Seen<G = Membership> {
    /// When the first of the calls began that it was read by.
    pub(crate) begun: Instant,
    pub(crate) membership: G,
}

/// Target groups with their targets: those of one load balancer, or all that may have a machine.
pub(crate) trait Groups {
    /// The group that is known by this.
    fn member(&self, id: &GroupId) -> Option<&GroupMembership>;

    /// Takes over what a later read of a group has shown.
    fn show(&mut self, id: &GroupId, targets: &[Target]);

    /// The kind of the load balancer that uses the group; `None` where none does.
    fn kind(&self, id: &GroupId) -> Option<Kind>;
}

impl Groups for Membership {
    fn member(&self, id: &GroupId) -> Option<&GroupMembership> {
        self.member(id)
    }

    fn show(&mut self, id: &GroupId, targets: &[Target]) {
        self.show(id, targets);
    }

    fn kind(&self, _: &GroupId) -> Option<Kind> {
        Some(self.load_balancer.kind)
    }
}

impl Groups for Everywhere {
    fn member(&self, id: &GroupId) -> Option<&GroupMembership> {
        self.place(id).map(|place| &place.member)
    }

    fn show(&mut self, id: &GroupId, targets: &[Target]) {
        self.show(id, targets);
    }

    fn kind(&self, id: &GroupId) -> Option<Kind> {
        self.place(id).and_then(Place::kind)
    }
}

/// The load balancer of this name and its target groups: two round trips. Both generations are asked side by side, unless
/// `kind` decides.
pub(crate) async fn topology(aws: &Aws, name: &str, kind: Option<Kind>) -> Result<Topology, Error> {
    let (wants_v2, wants_classic) = match kind {
        None => (true, true),
        Some(Kind::Classic) => (false, true),
        Some(_) => (true, false),
    };
    let v2 = async { if wants_v2 { aws.load_balancer(name).await } else { Ok(None) } };
    let classic = async { if wants_classic { aws.classic_load_balancer(name).await } else { Ok(None) } };
    let (v2, classic) = tokio::try_join!(v2, classic)?;
    match (v2.filter(|found| kind.is_none_or(|kind| kind == found.kind)), classic) {
        (Some(_), Some(_)) => Err(Refusal::AmbiguousLoadBalancer(name.to_owned()).into()),
        (Some(load_balancer), None) => {
            let groups = aws.target_groups(load_balancer.arn.as_deref()).await?;
            Ok(Topology { load_balancer, groups })
        }
        (None, Some((load_balancer, group))) => Ok(Topology { load_balancer, groups: vec![group] }),
        (None, None) => Err(Error::LoadBalancerNotFound(name.to_owned())),
    }
}

/// How many groups are read side by side: as many calls as AWS refills in a second.
pub(crate) const SIDE_BY_SIDE: usize = 10;

/// Who is registered where: one round trip more for every ten groups, and one of EC2 where addresses are registered.
pub(crate) async fn membership(aws: &Aws, topology: &Topology) -> Result<Seen, Error> {
    let begun = Instant::now();
    let groups: Vec<GroupMembership> = stream::iter(topology.groups.clone())
        .map(|group| async move {
            let targets = aws.targets(&group.id).await?;
            Ok::<_, Error>(GroupMembership { group, targets })
        })
        .buffered(SIDE_BY_SIDE)
        .try_collect()
        .await?;
    let addresses = addresses(aws, &groups).await?;
    Ok(Seen { begun, membership: Membership { load_balancer: topology.load_balancer.clone(), groups, addresses } })
}

/// Whose the addresses are that are registered in these groups, which are of one VPC.
async fn addresses(aws: &Aws, groups: &[GroupMembership]) -> Result<Addresses, Error> {
    let of_addresses = || groups.iter().filter(|member| member.group.target_type == TargetType::Ip);
    let Some(vpc) = of_addresses().find_map(|member| member.group.vpc.as_deref()) else {
        return Ok(Addresses::default());
    };
    let mut wanted: Vec<_> =
        of_addresses().flat_map(|member| member.targets.iter().map(|target| target.key.id.clone())).collect();
    wanted.sort();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(Addresses::default());
    }
    let mut addresses = Addresses::default();
    for instance in aws.instances_at(vpc, &wanted).await? {
        addresses.learn(&instance);
    }
    Ok(addresses)
}

/// The instances of a membership, each once.
pub(crate) fn instance_ids(membership: &Membership) -> Vec<InstanceId> {
    let mut ids: Vec<_> = membership.registrations().map(|(id, ..)| id).collect();
    ids.sort();
    ids.dedup();
    ids
}
