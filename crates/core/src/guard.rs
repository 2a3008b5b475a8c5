//! Whether detaches leave enough.

use std::collections::{BTreeSet, HashMap};

use crate::{GroupMembership, Refusal, Step, TargetKey, TargetState};

/// Judges detaches from one group, one after the other, each knowing of those before.
///
/// A detach is refused where it would leave fewer healthy targets than the minimum, and fewer than there are now. Where
/// none is healthy AWS sends traffic to all, and only the last registered target is refused. A group that no load balancer
/// uses has no traffic to lose.
#[derive(Debug)]
pub struct Guard<'a> {
    member: &'a GroupMembership,
    minimum: usize,
    /// The targets that are there and stay, with whether they are healthy.
    there: HashMap<&'a TargetKey, bool>,
    healthy: usize,
}

impl<'a> Guard<'a> {
    /// `departing` are the targets that other changes take out and reads may not show yet: they are as good as gone.
    #[must_use]
    pub fn new(member: &'a GroupMembership, departing: &BTreeSet<TargetKey>, minimum: usize) -> Self {
        let live = member.targets.iter().filter(|target| target.is_live() && !departing.contains(&target.key));
        let there: HashMap<_, _> = live.map(|target| (&target.key, target.state == TargetState::Healthy)).collect();
        let healthy = there.values().filter(|healthy| **healthy).count();
        Self { member, minimum, there, healthy }
    }

    /// Whether the step may be done.
    ///
    /// # Errors
    /// [`Refusal::WouldBreachMinimumHealthy`], [`Refusal::LastTarget`].
    pub fn judge(&self, step: &Step) -> Result<(), Refusal> {
        let group = &self.member.group;
        if group.load_balancer_arns.is_empty() && !group.is_classic() {
            return Ok(());
        }
        let leaving: BTreeSet<_> = step.keys.iter().filter(|key| self.there.contains_key(key)).collect();
        let left = self.healthy - leaving.iter().filter(|key| self.there[**key]).count();
        if left < self.healthy && left < self.minimum {
            return Err(Refusal::WouldBreachMinimumHealthy {
                instance: step.instance.clone(),
                place: group.place(),
                left,
                minimum: self.minimum,
            });
        }
        let last = !leaving.is_empty() && leaving.len() == self.there.len();
        if self.healthy == 0 && self.minimum > 0 && last {
            return Err(Refusal::LastTarget { instance: step.instance.clone(), place: group.place() });
        }
        Ok(())
    }

    /// The step is going to be done.
    pub fn leave(&mut self, step: &Step) {
        for key in &step.keys {
            if self.there.remove(key) == Some(true) {
                self.healthy -= 1;
            }
        }
    }
}
