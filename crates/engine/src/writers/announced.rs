//! Changes that are being planned: a writer waits for them a moment.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use elbm_core::GroupId;
use tokio::sync::Notify;

/// The changes that are being planned, by group. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Announcements(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    counts: Mutex<HashMap<GroupId, usize>>,
    /// A group has none any more.
    over: Notify,
}

/// A change that is being planned, until this is dropped.
#[derive(Debug)]
pub(crate) struct Announced {
    of: Announcements,
    groups: Vec<GroupId>,
}

impl Announcements {
    pub(super) fn add(&self, groups: impl Iterator<Item = GroupId>) -> Announced {
        let groups: Vec<_> = groups.collect();
        let mut counts = self.0.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for group in &groups {
            *counts.entry(group.clone()).or_default() += 1;
        }
        Announced { of: self.clone(), groups }
    }

    /// Ends once nothing is being planned for the group.
    pub(super) async fn over(&self, group: &GroupId) {
        loop {
            let over = self.0.over.notified();
            if !self.0.counts.lock().unwrap_or_else(PoisonError::into_inner).contains_key(group) {
                return;
            }
            over.await;
        }
    }
}

impl Drop for Announced {
    fn drop(&mut self) {
        let mut counts = self.of.0.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut over = false;
        for group in &self.groups {
            if let Some(count) = counts.get_mut(group) {
                *count -= 1;
                if *count == 0 {
                    counts.remove(group);
                    over = true;
                }
            }
        }
        if over {
            self.of.0.over.notify_waiters();
        }
    }
}
