//! How reads were answered since the engine was made, counted for whoever looks after it.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::engine::Engine;

/// What is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// Lists of machines, as they were answered before.
    Lists,
    /// Load balancers, target groups, their settings and tags, and Auto Scaling groups.
    Topology,
    /// Targets and their health.
    Health,
    /// What EC2 says of instances.
    Instances,
}

impl Subject {
    /// Every subject.
    pub const ALL: [Self; 4] = [Self::Lists, Self::Topology, Self::Health, Self::Instances];

    /// Its name in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lists => "lists",
            Self::Topology => "topology",
            Self::Health => "health",
            Self::Instances => "instances",
        }
    }
}

/// How reads of a subject were answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReadCounts {
    /// From memory.
    pub kept: u64,
    /// By a read that was waited for, perhaps together with others.
    pub awaited: u64,
    /// Reads that were made: of AWS, and of lists from what was read.
    pub made: u64,
}

impl Engine {
    /// How reads were answered until now.
    #[must_use]
    pub fn read_tally(&self) -> [(Subject, ReadCounts); Subject::ALL.len()] {
        Subject::ALL.map(|subject| (subject, self.tally.of(subject).counts()))
    }
}

/// The counters of every subject.
#[derive(Debug, Default)]
pub(crate) struct Tally([Counters; Subject::ALL.len()]);

/// The counters of one subject.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    kept: AtomicU64,
    awaited: AtomicU64,
    made: AtomicU64,
}

impl Tally {
    pub(crate) fn of(&self, subject: Subject) -> &Counters {
        &self.0[subject as usize]
    }
}

impl Counters {
    /// Somebody is answered from memory.
    pub(crate) fn kept(&self) {
        count(&self.kept);
    }

    /// Somebody waits for a read.
    pub(crate) fn awaited(&self) {
        count(&self.awaited);
    }

    /// A read is made.
    pub(crate) fn made(&self) {
        count(&self.made);
    }

    fn counts(&self) -> ReadCounts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        ReadCounts { kept: read(&self.kept), awaited: read(&self.awaited), made: read(&self.made) }
    }
}

/// Nothing else follows from these numbers, so that no order is needed.
fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::Subject;

    #[test]
    fn each_subject_has_its_place() {
        for (number, subject) in Subject::ALL.into_iter().enumerate() {
            assert_eq!(subject as usize, number);
        }
    }
}
