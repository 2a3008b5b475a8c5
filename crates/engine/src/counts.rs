//! How many machines of which load balancers are how healthy: one call for each target group, and few for addresses.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use elbm_core::{
    Addresses, Counts, GroupMembership, Lane, LoadBalancer, Membership, TargetGroup, TargetType, machines,
};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use tokio::time::Instant;

use crate::engine::{Engine, Freshness};
use crate::error::Error;
use crate::reads::{self, Want, Wants};

/// The machines of a load balancer by health.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// The machines.
    pub counts: Counts,
    /// When the first of them was read.
    pub as_of: DateTime<Utc>,
}

/// A group of a load balancer, known by its number.
struct Seen {
    number: usize,
    begun: Instant,
    member: GroupMembership,
}

impl Engine {
    /// The machines of these load balancers by health, in the order of the load balancers.
    ///
    /// # Errors
    /// [`Error::Aws`] where a target group cannot be read, [`Error::TooSlow`].
    pub async fn counts(
        &self,
        of: &[(LoadBalancer, Vec<TargetGroup>)],
        freshness: Freshness,
    ) -> Result<Vec<Counted>, Error> {
        self.in_time(self.read_counts(of, self.wants(freshness))).await
    }

    async fn read_counts(&self, of: &[(LoadBalancer, Vec<TargetGroup>)], wants: Wants) -> Result<Vec<Counted>, Error> {
        let groups: Vec<_> = of
            .iter()
            .enumerate()
            .flat_map(|(number, (_, groups))| groups.iter().map(move |group| (number, group.clone())))
            .filter(|(_, group)| group.takes_machines())
            .collect();
        let seen: Vec<Seen> = stream::iter(groups)
            .map(|(number, group)| async move {
                let (begun, targets) = match self.reads.targets(&group.id, wants.health, Lane::Read).await {
                    Ok(read) => (read.begun, read.value.to_vec()),
                    // It was deleted since it was listed.
                    Err(error) if matches!(error.code(), Some("TargetGroupNotFound" | "LoadBalancerNotFound")) => {
                        (Instant::now(), Vec::new())
                    }
                    Err(error) => return Err(Error::from(error)),
                };
                Ok(Seen { number, begun, member: GroupMembership { group, targets } })
            })
            .buffered(reads::SIDE_BY_SIDE)
            .try_collect()
            .await?;
        let addresses = self.addresses_by_vpc(&seen, wants.instances).await?;
        let mut by_balancer: HashMap<usize, (Instant, Vec<GroupMembership>)> = HashMap::new();
        for Seen { number, begun, member } in seen {
            let (first, members) = by_balancer.entry(number).or_insert((begun, Vec::new()));
            *first = begun.min(*first);
            members.push(member);
        }
        let counted = of.iter().enumerate().map(|(number, (load_balancer, _))| {
            let (begun, groups) = by_balancer.remove(&number).unwrap_or_else(|| (Instant::now(), Vec::new()));
            let vpc = groups.iter().find_map(|member| member.group.vpc.as_ref());
            let addresses = vpc.and_then(|vpc| addresses.get(vpc)).cloned().unwrap_or_default();
            let membership = Membership { load_balancer: load_balancer.clone(), groups, addresses };
            Counted { counts: Counts::of(&machines(&membership, [])), as_of: Utc::now() - begun.elapsed() }
        });
        Ok(counted.collect())
    }

    /// Whose the registered addresses are, in each VPC: the same address may be in several.
    async fn addresses_by_vpc(&self, seen: &[Seen], want: Want) -> Result<BTreeMap<String, Addresses>, Error> {
        let mut by_vpc: BTreeMap<String, Vec<GroupMembership>> = BTreeMap::new();
        for Seen { member, .. } in seen.iter().filter(|seen| seen.member.group.target_type == TargetType::Ip) {
            if let Some(vpc) = &member.group.vpc {
                by_vpc.entry(vpc.clone()).or_default().push(member.clone());
            }
        }
        let mut addresses = BTreeMap::new();
        for (vpc, groups) in by_vpc {
            addresses.insert(vpc, self.reads.addresses(&groups, want).await?);
        }
        Ok(addresses)
    }
}
