//! How many targets AWS takes.

use std::collections::HashMap;

use crate::{GroupId, Kind, Membership, Refusal, Step, Target};

/// The most targets that an account may have, where AWS has a limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// In one target group.
    pub group: Option<usize>,
    /// In all groups of one load balancer.
    pub load_balancer: Option<usize>,
}

/// What every account may have, by AWS's quota pages; AWS raises it on request. A gateway load balancer has a limit for each
/// zone, which is left to AWS.
#[must_use]
pub fn default_limits(kind: Kind) -> Limits {
    let (group, load_balancer) = match kind {
        Kind::Application => (Some(1000), Some(1000)),
        Kind::Network => (Some(1000), Some(3000)),
        Kind::Gateway => (Some(1000), None),
        Kind::Classic => (None, Some(1000)),
    };
    Limits { group, load_balancer }
}

/// For each of these registering steps, in order, whether it and those before it are too many.
#[must_use]
pub fn over_quota<'a>(
    membership: &Membership,
    steps: impl IntoIterator<Item = &'a Step>,
    limits: Limits,
) -> Vec<Option<Refusal>> {
    let live = |targets: &[Target]| targets.iter().filter(|target| target.is_live()).count();
    let mut in_group: HashMap<&GroupId, usize> =
        membership.groups.iter().map(|member| (&member.group.id, live(&member.targets))).collect();
    let mut in_all: usize = in_group.values().sum();
    let judge = |step: &'a Step| {
        let own = in_group.get(&step.group.id).copied().unwrap_or_default() + step.keys.len();
        let all = in_all + step.keys.len();
        let balancer = &membership.load_balancer.name;
        for (wanted, limit, place) in [
            (own, limits.group, format!("target group '{}'", step.group.name)),
            (all, limits.load_balancer, format!("load balancer '{balancer}'")),
        ] {
            if let Some(limit) = limit.filter(|limit| wanted > *limit) {
                return Some(Refusal::OverQuota { place, wanted, limit });
            }
        }
        if let Some(count) = in_group.get_mut(&step.group.id) {
            *count = own;
        }
        in_all = all;
        None
    };
    steps.into_iter().map(judge).collect()
}
