//! Whether AWS shows what a change did.

use std::collections::HashMap;

use crate::{Change, Step, Target, TargetKey};

/// The targets of a group by their keys, as one read showed them.
#[derive(Debug)]
pub struct Shown<'a>(HashMap<&'a TargetKey, &'a Target>);

impl<'a> Shown<'a> {
    /// What a read of the group showed.
    #[must_use]
    pub fn new(targets: &'a [Target]) -> Self {
        Self(targets.iter().map(|target| (&target.key, target)).collect())
    }

    /// The target, unless it is gone.
    #[must_use]
    pub fn target(&self, key: &TargetKey) -> Option<&'a Target> {
        self.0.get(key).copied().filter(|target| !target.is_gone())
    }

    /// Whether the read, begun after the write, shows its effect on a registration: that it is live, or draining or gone.
    #[must_use]
    pub fn effect(&self, change: Change, key: &TargetKey) -> bool {
        let live = self.target(key).is_some_and(Target::is_live);
        match change {
            Change::Register => live,
            Change::Deregister => !live,
        }
    }
}

/// Whether `targets`, read from the step's group after the write, show the step's effect on every one of its
/// registrations.
#[must_use]
pub fn is_shown(step: &Step, targets: &[Target]) -> bool {
    let shown = Shown::new(targets);
    step.keys.iter().all(|key| shown.effect(step.change, key))
}
