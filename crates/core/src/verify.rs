//! Whether AWS shows what a step did.

use crate::{Change, Step, Target};

/// Whether `targets`, read from the step's group after the write, show the step's effect on every one of its ports: a
/// registration that is live, or one that is draining or gone.
#[must_use]
pub fn is_shown(step: &Step, targets: &[Target]) -> bool {
    step.ports.iter().all(|&port| {
        let live = targets
            .iter()
            .any(|target| target.id == step.instance.as_str() && target.port == Some(port) && target.is_live());
        match step.change {
            Change::Register => live,
            Change::Deregister => !live,
        }
    })
}
