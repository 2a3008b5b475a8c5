//! Which target group an attach means.

use crate::{GroupId, GroupMembership, Kind, Membership, Refusal, TargetType};

/// The target group to attach to: the named one, else the only one that takes instances, else the one of these that the
/// default actions of the listeners forward to. Where none takes instances by their ids, those are meant that take their
/// addresses.
///
/// `default_groups` holds the ARNs that the default actions forward to; it is asked for only where it decides.
///
/// # Errors
/// A [`Refusal`] where the named group is not there or takes no machines, where there is none, or where the choice is
/// not unique.
pub fn choose_group<'a>(
    membership: &'a Membership,
    named: Option<&str>,
    default_groups: &[GroupId],
) -> Result<&'a GroupMembership, Refusal> {
    if let Some(name) = named {
        return named_group(membership, name);
    }
    let of = |target_type| -> Vec<_> {
        membership.groups.iter().filter(|member| member.group.target_type == target_type).collect()
    };
    let mut candidates = of(TargetType::Instance);
    if candidates.is_empty() {
        candidates = of(TargetType::Ip);
    }
    let defaults: Vec<_> =
        candidates.iter().filter(|member| default_groups.contains(&member.group.id)).copied().collect();
    match (candidates.as_slice(), defaults.as_slice()) {
        ([], _) => Err(Refusal::NoTargetGroup(membership.load_balancer.name.clone())),
        ([only], _) | (_, [only]) => Ok(only),
        _ => Err(Refusal::AmbiguousTargetGroup {
            load_balancer: membership.load_balancer.name.clone(),
            choices: candidates.iter().map(|member| member.group.name.clone()).collect(),
        }),
    }
}

/// The group of this name, which must take machines.
pub(crate) fn named_group<'a>(membership: &'a Membership, name: &str) -> Result<&'a GroupMembership, Refusal> {
    if membership.load_balancer.kind == Kind::Classic {
        return Err(Refusal::ClassicHasNoGroups(membership.load_balancer.name.clone()));
    }
    let member = membership.group(name).ok_or_else(|| Refusal::TargetGroupNotFound {
        load_balancer: membership.load_balancer.name.clone(),
        group: name.to_owned(),
        choices: membership.groups.iter().map(|member| member.group.name.clone()).collect(),
    })?;
    if member.group.takes_machines() {
        Ok(member)
    } else {
        Err(Refusal::UnsupportedTargetGroup { group: name.to_owned(), target_type: member.group.target_type.as_str() })
    }
}
