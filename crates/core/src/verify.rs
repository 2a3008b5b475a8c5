//! Whether AWS shows what a step did.

use crate::{Change, Step, Target};

/// Whether `targets`, read from the step's group after the write, show the step's effect on every one of its
/// registrations: one that is live, or one that is draining or gone.
#[must_use]
pub fn is_shown(step: &Step, targets: &[Target]) -> bool {
    step.keys.iter().all(|key| {
        let live = targets.iter().any(|target| target.key == *key && target.is_live());
        match step.change {
            Change::Register => live,
            Change::Deregister => !live,
        }
    })
}
