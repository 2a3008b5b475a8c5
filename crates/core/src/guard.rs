//! Whether a detach leaves enough.

use std::collections::BTreeSet;

use crate::{GroupMembership, Refusal, Step, TargetKey, TargetState};

/// Judges a detach from one group.
///
/// It is refused where it would leave fewer healthy targets than `minimum`, and fewer than there are now. Where none is
/// healthy AWS sends traffic to all, and only the last registered target is refused. A group that no load balancer uses
/// has no traffic to lose.
///
/// `departing` are the targets that other changes take out and reads may not show yet: they are as good as gone.
///
/// # Errors
/// [`Refusal::WouldBreachMinimumHealthy`], [`Refusal::LastTarget`].
pub fn guard(
    member: &GroupMembership,
    step: &Step,
    departing: &BTreeSet<TargetKey>,
    minimum: usize,
) -> Result<(), Refusal> {
    let group = &member.group;
    if group.load_balancer_arns.is_empty() && !group.is_classic() {
        return Ok(());
    }
    let there = || member.targets.iter().filter(|target| target.is_live() && !departing.contains(&target.key));
    let leaves = |key: &TargetKey| step.keys.contains(key);
    let healthy = |state: TargetState| state == TargetState::Healthy;

    let now = there().filter(|target| healthy(target.state)).count();
    let left = there().filter(|target| healthy(target.state) && !leaves(&target.key)).count();
    if left < now && left < minimum {
        return Err(Refusal::WouldBreachMinimumHealthy {
            instance: step.instance.clone(),
            place: place(member),
            left,
            minimum,
        });
    }
    let last = there().any(|target| leaves(&target.key)) && there().all(|target| leaves(&target.key));
    if now == 0 && minimum > 0 && last {
        return Err(Refusal::LastTarget { instance: step.instance.clone(), place: place(member) });
    }
    Ok(())
}

fn place(member: &GroupMembership) -> String {
    let kind = if member.group.is_classic() { "load balancer" } else { "target group" };
    format!("{kind} '{}'", member.group.name)
}
