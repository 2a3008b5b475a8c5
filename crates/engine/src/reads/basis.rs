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

/// One of them, where newer ones of the same thing are found, and how old it may be.
#[derive(Debug)]
pub(super) struct Part<V> {
    of: Arc<Coalesced<V>>,
    value: Arc<V>,
    age: Duration,
}

impl<V: Send + Sync + 'static> Part<V> {
    pub(super) fn new(of: Arc<Coalesced<V>>, read: &Read<V>, age: Duration) -> Self {
        Self { of, value: Arc::clone(&read.value), age }
    }

    fn holds(&self) -> bool {
        self.of.latest(self.age).is_some_and(|latest| Arc::ptr_eq(&latest.value, &self.value))
    }
}

impl Basis {
    /// Whether all of them are the latest, and none is too old.
    pub(crate) fn holds(&self) -> bool {
        Instant::now() < self.until && self.found.holds() && self.targets.iter().all(Part::holds)
    }
}
