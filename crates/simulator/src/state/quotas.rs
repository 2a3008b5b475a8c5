//! How much an account may have. Calls keep to it; a fleet may have more at its start, as accounts whose quotas are raised.
//! Rule: quotas.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{LoadBalancer, Refusal, TargetGroup, TargetKey, World};
use crate::fleet::{LoadBalancerKind, Protocol, TargetType};

/// A quota, by the name that `DescribeAccountLimits` has for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quota {
    pub(crate) name: &'static str,
    pub(crate) most: usize,
}

const fn quota(name: &'static str, most: usize) -> Quota {
    Quota { name, most }
}

const APPLICATION_BALANCERS: Quota = quota("application-load-balancers", 50);
const NETWORK_BALANCERS: Quota = quota("network-load-balancers", 50);
const GATEWAY_BALANCERS: Quota = quota("gateway-load-balancers", 100);
const GROUPS: Quota = quota("target-groups", 3000);
const GENEVE_GROUPS: Quota = quota("geneve-target-groups", 100);
const GROUPS_PER_BALANCER: Quota = quota("target-groups-per-application-load-balancer", 100);
const GROUPS_PER_ACTION: Quota = quota("target-groups-per-action-on-application-load-balancer", 5);
const GROUPS_PER_NETWORK_ACTION: Quota = quota("target-groups-per-action-on-network-load-balancer", 1);
const APPLICATION_LISTENERS: Quota = quota("listeners-per-application-load-balancer", 50);
const NETWORK_LISTENERS: Quota = quota("listeners-per-network-load-balancer", 50);
pub(crate) const RULES: Quota = quota("rules-per-application-load-balancer", 100);
pub(crate) const CONDITION_VALUES: Quota = quota("condition-values-per-alb-rule", 5);
pub(crate) const CONDITION_WILDCARDS: Quota = quota("condition-wildcards-per-alb-rule", 5);
const TARGETS_PER_GROUP: Quota = quota("targets-per-target-group", 1000);
const APPLICATION_TARGETS: Quota = quota("targets-per-application-load-balancer", 1000);
const REGISTRATIONS_PER_ID: Quota = quota("target-id-registrations-per-application-load-balancer", 1000);
const NETWORK_TARGETS: Quota = quota("targets-per-network-load-balancer", 3000);
const NETWORK_TARGETS_PER_ZONE: Quota = quota("targets-per-availability-zone-per-network-load-balancer", 500);
/// Is told, and never met: all zones together have no more.
const GATEWAY_TARGETS_PER_ZONE: Quota = quota("targets-per-availability-zone-per-gateway-load-balancer", 300);

/// Every quota that is told.
pub(crate) const ALL: [Quota; 19] = [
    APPLICATION_BALANCERS,
    NETWORK_BALANCERS,
    GATEWAY_BALANCERS,
    GROUPS,
    GENEVE_GROUPS,
    GROUPS_PER_BALANCER,
    GROUPS_PER_ACTION,
    GROUPS_PER_NETWORK_ACTION,
    APPLICATION_LISTENERS,
    NETWORK_LISTENERS,
    RULES,
    CONDITION_VALUES,
    CONDITION_WILDCARDS,
    TARGETS_PER_GROUP,
    APPLICATION_TARGETS,
    REGISTRATIONS_PER_ID,
    NETWORK_TARGETS,
    NETWORK_TARGETS_PER_ZONE,
    GATEWAY_TARGETS_PER_ZONE,
];

/// The targets of a gateway load balancer, in all zones together. Rule: gateway-targets.
const GATEWAY_TARGETS: usize = 300;

/// The listeners of a gateway load balancer. Rule: gateway-listeners.
const GATEWAY_LISTENERS: usize = 1;

impl World {
    /// Whether there may be one more load balancer of this kind.
    pub(super) fn check_balancer_count(&self, kind: LoadBalancerKind) -> Result<(), Refusal> {
        let quota = match kind {
            LoadBalancerKind::Application => APPLICATION_BALANCERS,
            LoadBalancerKind::Network => NETWORK_BALANCERS,
            LoadBalancerKind::Gateway => GATEWAY_BALANCERS,
        };
        if self.load_balancers.values().filter(|other| other.kind == kind).count() < quota.most {
            return Ok(());
        }
        let message =
            format!("The maximum number of load balancers of type '{kind}' has been reached: '{}'", quota.most);
        Err(Refusal::because("TooManyLoadBalancers", message))
    }

    /// Whether there may be one more target group of this protocol.
    pub(super) fn check_group_count(&self, protocol: Option<Protocol>) -> Result<(), Refusal> {
        let is_geneve = |protocol| protocol == Some(Protocol::Geneve);
        let quota = if is_geneve(protocol) { GENEVE_GROUPS } else { GROUPS };
        let alike = self.target_groups.values().filter(|other| is_geneve(other.protocol) == is_geneve(protocol));
        if alike.count() < quota.most {
            return Ok(());
        }
        let message = format!("The maximum number of target groups has been reached: '{}'", quota.most);
        Err(Refusal::because("TooManyTargetGroups", message))
    }

    /// Whether a group, and the load balancer that uses it, has room for these targets. Rule: target-quotas.
    pub(super) fn check_room(
        &self,
        group: &TargetGroup,
        keys: &[TargetKey],
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let new: Vec<&TargetKey> = keys.iter().filter(|key| !group.targets.has(key, now)).collect();
        let most = match group.target_type {
            TargetType::Instance | TargetType::Ip => TARGETS_PER_GROUP.most,
            TargetType::Lambda | TargetType::Alb => 1,
        };
        if !new.is_empty() && group.targets.members(now).count() + new.len() > most {
            let message = format!(
                "The maximum number of targets per target group '{most}' has been reached on target group '{}'",
                group.arn
            );
            return Err(Refusal::because("TooManyTargets", message));
        }
        let owner = group.load_balancer.as_ref().and_then(|name| self.load_balancers.get(name));
        match owner.filter(|_| !new.is_empty()) {
            Some(owner) => {
                let groups = self.target_groups.values().filter(|other| other.load_balancer == group.load_balancer);
                self.check_targets(owner, groups, &new, now)
            }
            None => Ok(()),
        }
    }

    /// Whether a load balancer may have the targets of these groups, and new ones.
    pub(super) fn check_targets<'a>(
        &'a self,
        owner: &LoadBalancer,
        groups: impl Iterator<Item = &'a TargetGroup>,
        new: &[&'a TargetKey],
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let there: Vec<&TargetKey> = groups.flat_map(|group| group.targets.members(now).map(|(key, _)| key)).collect();
        let all = || there.iter().chain(new).copied();
        let reached = |what: &str, most: usize| {
            let message =
                format!("The maximum number of {what} '{most}' has been reached on load balancer '{}'", owner.arn);
            Err(Refusal::because("TooManyTargets", message))
        };
        let (in_all, in_zone) = match owner.kind {
            LoadBalancerKind::Application => (Some(APPLICATION_TARGETS.most), None),
            LoadBalancerKind::Network => (Some(NETWORK_TARGETS.most), Some(NETWORK_TARGETS_PER_ZONE.most)),
            LoadBalancerKind::Gateway => (Some(GATEWAY_TARGETS), None),
        };
        if owner.kind == LoadBalancerKind::Application
            && most_of(all().map(|key| key.id.as_str())) > REGISTRATIONS_PER_ID.most
        {
            let message = format!(
                "The maximum number of registrations per target '{}' has been reached on load balancer '{}'",
                REGISTRATIONS_PER_ID.most, owner.arn
            );
            return Err(Refusal::because("TooManyRegistrationsForTargetId", message));
        }
        if let Some(most) = in_all.filter(|most| there.len() + new.len() > *most) {
            return reached("targets per load balancer", most);
        }
        let fullest = || most_of(all().filter_map(|key| self.zone_of(key)));
        match in_zone.filter(|most| there.len() + new.len() > *most && fullest() > *most) {
            Some(most) => reached("targets per Availability Zone", most),
            None => Ok(()),
        }
    }

    /// Whether a load balancer may have its listeners, rules and target groups.
    pub(super) fn check_routing_counts(owner: &LoadBalancer) -> Result<(), Refusal> {
        let listeners = match owner.kind {
            LoadBalancerKind::Application => APPLICATION_LISTENERS.most,
            LoadBalancerKind::Network => NETWORK_LISTENERS.most,
            LoadBalancerKind::Gateway => GATEWAY_LISTENERS,
        };
        let refused = |code, what: &str, most: usize| {
            let message =
                format!("The maximum number of {what} '{most}' has been reached on load balancer '{}'", owner.arn);
            Err(Refusal::because(code, message))
        };
        if owner.listeners.len() > listeners {
            return refused("TooManyListeners", "listeners", listeners);
        }
        if owner.listeners.values().map(|listener| listener.rules.len()).sum::<usize>() > RULES.most {
            return refused("TooManyRules", "rules", RULES.most);
        }
        let is_application = owner.kind == LoadBalancerKind::Application;
        if is_application && owner.used_groups().len() > GROUPS_PER_BALANCER.most {
            let message = format!(
                "You have reached the maximum number of unique target groups that you can associate with a load \
                 balancer of type '{}': [{}]",
                owner.kind, GROUPS_PER_BALANCER.most
            );
            return Err(Refusal::because("TooManyUniqueTargetGroupsPerLoadBalancer", message));
        }
        Ok(())
    }

    /// The zone that a target is in.
    pub(super) fn zone_of<'a>(&'a self, key: &'a TargetKey) -> Option<&'a str> {
        let instance = self.instances.get(&key.id).map(|instance| instance.availability_zone.as_str());
        instance.or(key.zone.as_deref())
    }
}

/// The most groups that an action may forward to.
pub(super) fn groups_per_action(kind: LoadBalancerKind) -> usize {
    match kind {
        LoadBalancerKind::Application => GROUPS_PER_ACTION.most,
        LoadBalancerKind::Network | LoadBalancerKind::Gateway => GROUPS_PER_NETWORK_ACTION.most,
    }
}

/// How often the most frequent text is there.
fn most_of<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for text in texts {
        *counts.entry(text).or_default() += 1;
    }
    counts.into_values().max().unwrap_or_default()
}
