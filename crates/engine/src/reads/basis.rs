//! What a list was made of.

use std::sync::Arc;
use std::time::Duration;

use elbm_core::Target;
use tokio::time::Instant;

use super::{Coalesced, Found, Read};

/// The reads that a list was made of.
#[derive(Debug)]
pub(crate) struct Basis {
    pub(super) found: Part<Found>,
    pub(super) targets: Vec<Part<Vec<Target>>>,
    /// When what EC2 said of the machines becomes too old.
    pub(super) until: Instant,
}

/// One of them, where newer ones of the same thing are found, and when it is too old.
#[derive(Debug)]
pub(super) struct Part<V> {
    of: Arc<Coalesced<V>>,
    value: Arc<V>,
    until: Instant,
}

impl<V: Send + Sync + 'static> Part<V> {
    pub(super) fn new(of: Arc<Coalesced<V>>, read: &Read<V>, age: Duration) -> Self {
        Self { of, value: Arc::clone(&read.value), until: read.begun + age }
    }

    fn is_latest(&self) -> bool {
        self.of.is_latest(&self.value)
    }

    fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.value, &other.value)
    }
}

impl Basis {
    /// How long it is before the first of them is too old; `None` where one is, or is no longer the latest of its kind.
    pub(crate) fn left(&self, now: Instant) -> Option<Duration> {
        let until = self.targets.iter().map(|part| part.until).fold(self.until.min(self.found.until), Instant::min);
        let left = until.checked_duration_since(now).filter(|left| !left.is_zero())?;
        (self.found.is_latest() && self.targets.iter().all(Part::is_latest)).then_some(left)
    }

    /// Whether both are the same reads.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.until == other.until
            && self.found.is_same(&other.found)
            && self.targets.len() == other.targets.len()
            && self.targets.iter().zip(&other.targets).all(|(one, other)| one.is_same(other))
    }
}
