//! Reads: what AWS shows now, in as few round trips as the calls allow.

use elbm_core::{GroupMembership, InstanceId, LoadBalancer, Membership, TargetGroup};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use crate::Error;
use crate::aws::Aws;

/// A load balancer and its target groups, without their targets.
pub(crate) struct Topology {
    pub(crate) load_balancer: LoadBalancer,
    pub(crate) groups: Vec<TargetGroup>,
}

/// The load balancer of this name and its target groups: two round trips.
pub(crate) async fn topology(aws: &Aws, name: &str) -> Result<Topology, Error> {
    let load_balancer = aws.load_balancer(name).await?.ok_or_else(|| Error::LoadBalancerNotFound(name.to_owned()))?;
    let groups = aws.target_groups(Some(&load_balancer.arn)).await?;
    Ok(Topology { load_balancer, groups })
}

/// How many groups are read side by side: as many calls as AWS refills in a second.
const SIDE_BY_SIDE: usize = 10;

/// Who is registered where: one round trip more for every ten groups.
pub(crate) async fn membership(aws: &Aws, topology: &Topology) -> Result<Membership, Error> {
    let groups = stream::iter(topology.groups.clone())
        .map(|group| async move {
            let targets = aws.targets(&group.arn).await?;
            Ok::<_, Error>(GroupMembership { group, targets })
        })
        .buffered(SIDE_BY_SIDE)
        .try_collect()
        .await?;
    Ok(Membership { load_balancer: topology.load_balancer.clone(), groups })
}

/// The instances of a membership, each once.
pub(crate) fn instance_ids(membership: &Membership) -> Vec<InstanceId> {
    let mut ids: Vec<_> = membership.registrations().map(|(id, ..)| id).collect();
    ids.sort();
    ids.dedup();
    ids
}
