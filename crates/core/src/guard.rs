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
    /// The targets that are there and stay.
    there: HashMap<&'a TargetKey, Health>,
    /// Those that are as good as gone, until they are. Whoever takes one out again is judged as if it were there: what has
    /// left since may make it the last.
    departing: HashMap<&'a TargetKey, Health>,
    /// How many of those that stay are healthy.
    healthy: usize,
}

/// Whether a target is healthy.
type Health = bool;

impl<'a> Guard<'a> {
    /// `departing` are the targets that other changes take out and reads may not show yet: they are as good as gone.
    #[must_use]
    pub fn new(member: &'a GroupMembership, departing: &BTreeSet<TargetKey>, minimum: usize) -> Self {
        let live = member.targets.iter().filter(|target| target.is_live());
        let live = live.map(|target| (&target.key, target.state == TargetState::Healthy));
        let (departing, there): (HashMap<_, _>, HashMap<_, _>) = live.partition(|(key, _)| departing.contains(key));
        let healthy = there.values().filter(|healthy| **healthy).count();
        Self { member, minimum, there, departing, healthy }
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
        let keys: BTreeSet<_> = step.keys.iter().collect();
        let healthy = |of: &HashMap<&TargetKey, Health>| keys.iter().filter(|key| of.get(**key) == Some(&true)).count();
        let now = self.healthy + healthy(&self.departing);
        let left = self.healthy - healthy(&self.there);
        if left < now && left < self.minimum {
            return Err(Refusal::WouldBreachMinimumHealthy {
                instance: step.instance.clone(),
                place: group.place(),
                left,
                minimum: self.minimum,
            });
        }
        let leaving = keys.iter().any(|key| self.there.contains_key(*key) || self.departing.contains_key(*key));
        let last = leaving && self.there.keys().all(|key| keys.contains(key));
        if now == 0 && self.minimum > 0 && last {
            return Err(Refusal::LastTarget { instance: step.instance.clone(), place: group.place() });
        }
        Ok(())
    }

    /// The step is going to be done.
    pub fn leave(&mut self, step: &Step) {
        for key in &step.keys {
            if let Some((key, healthy)) = self.there.remove_entry(key) {
                self.healthy -= usize::from(healthy);
                self.departing.insert(key, healthy);
            }
        }
    }
}
