//! What has become of the machines of a load balancer between two reads.

use std::cmp::Ordering;
use std::time::Duration;

use crate::{InstanceId, Machine};

/// The way from one list of machines to a later one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// The machines that are new, or not as they were, as they are now; in order of id.
    pub changed: Vec<Machine>,
    /// The machines that are no longer there, in order of id.
    pub gone: Vec<InstanceId>,
}

impl Difference {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.gone.is_empty()
    }
}

/// The pause before the next read of what is followed, after so many reads in a row that showed no change: 5 s, growing by
/// half to 30 s.
#[must_use]
pub fn follow_pause(quiet: u32) -> Duration {
    const FIRST: Duration = Duration::from_secs(5);
    const LONGEST: Duration = Duration::from_secs(30);
    FIRST.mul_f64(1.5_f64.powi(i32::try_from(quiet.min(20)).unwrap_or(20))).min(LONGEST)
}

/// What leads from `before` to `after`; both are in order of id, as [`machines`](crate::machines) lists them.
#[must_use]
pub fn difference(before: &[Machine], after: &[Machine]) -> Difference {
    let mut difference = Difference::default();
    let (mut before, mut after) = (before.iter().peekable(), after.iter().peekable());
    loop {
        let order = match (before.peek(), after.peek()) {
            (None, None) => return difference,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => old.id.cmp(&new.id),
        };
        let old = if order.is_le() { before.next() } else { None };
        let new = if order.is_ge() { after.next() } else { None };
        match (old, new) {
            (Some(old), None) => difference.gone.push(old.id.clone()),
            (old, Some(new)) if old != Some(new) => difference.changed.push(new.clone()),
            _ => {}
        }
    }
}
