//! Which target group an attach means.

use crate::{GroupMembership, Membership, Refusal, TargetType};

/// The target group to attach to: the named one, else the only one that takes instances, else the one that the
/// default actions of the listeners forward to.
///
/// `default_groups` holds the ARNs that the default actions forward to; it is asked for only where it decides.
///
/// # Errors
/// A [`Refusal`] where the named group is not there or takes no instances, where there is none, or where the choice is
/// not unique.
pub fn choose_group<'a>(
    membership: &'a Membership,
    named: Option<&str>,
    default_groups: &[String],
) -> Result<&'a GroupMembership, Refusal> {
    if let Some(name) = named {
        return named_group(membership, name);
    }
    let candidates: Vec<_> = membership.instance_groups().collect();
    let defaults: Vec<_> =
        candidates.iter().filter(|member| default_groups.contains(&member.group.arn)).copied().collect();
    match (candidates.as_slice(), defaults.as_slice()) {
        ([], _) => Err(Refusal::NoTargetGroup(membership.load_balancer.name.clone())),
        ([only], _) | (_, [only]) => Ok(only),
        _ => Err(Refusal::AmbiguousTargetGroup {
            load_balancer: membership.load_balancer.name.clone(),
            choices: candidates.iter().map(|member| member.group.name.clone()).collect(),
        }),
    }
}

/// The group of this name, which must take instances.
pub(crate) fn named_group<'a>(membership: &'a Membership, name: &str) -> Result<&'a GroupMembership, Refusal> {
    let member = membership.group(name).ok_or_else(|| Refusal::TargetGroupNotFound {
        load_balancer: membership.load_balancer.name.clone(),
        group: name.to_owned(),
        choices: membership.groups.iter().map(|member| member.group.name.clone()).collect(),
    })?;
    if member.group.target_type == TargetType::Instance {
        Ok(member)
    } else {
        Err(Refusal::UnsupportedTargetGroup { group: name.to_owned(), target_type: member.group.target_type.as_str() })
    }
}
