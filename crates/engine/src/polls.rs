//! One poll of a target group serves all who wait on it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use elbm_core::{GroupId, Lane, Target, poll_pause};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until};

use crate::reads::{Reads, Want};

/// The polls that run. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Polls {
    reads: Reads,
    running: Arc<Mutex<HashMap<GroupId, Weak<Poll>>>>,
}

/// A poll, which runs as long as somebody holds it.
#[derive(Debug)]
struct Poll {
    reads: watch::Receiver<Option<Arc<Vec<Target>>>>,
    pace: Arc<Pace>,
}

/// How fast a poll goes.
#[derive(Debug, Default)]
struct Pace {
    /// How many reads there were since somebody joined.
    reads: AtomicU32,
    /// Somebody joined: the next read is soon.
    joined: Notify,
    /// Somebody cannot wait longer: the next read is now.
    now: Notify,
}

/// A place in a poll.
#[derive(Debug)]
pub(crate) struct Subscription {
    reads: watch::Receiver<Option<Arc<Vec<Target>>>>,
    poll: Arc<Poll>,
}

impl Polls {
    pub(crate) fn new(reads: Reads) -> Self {
        Self { reads, running: Arc::default() }
    }

    /// Joins the poll of a group, which is begun where there is none. Its next read is 2 s away at most.
    pub(crate) fn join(&self, group: &GroupId) -> Subscription {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|_, poll| poll.strong_count() > 0);
        let poll = running.get(group).and_then(Weak::upgrade).unwrap_or_else(|| {
            let poll = Arc::new(self.begin(group.clone()));
            running.insert(group.clone(), Arc::downgrade(&poll));
            poll
        });
        poll.pace.reads.store(0, Ordering::Relaxed);
        poll.pace.joined.notify_one();
        let mut reads = poll.reads.clone();
        reads.mark_unchanged();
        Subscription { reads, poll }
    }

    fn begin(&self, group: GroupId) -> Poll {
        let (sender, receiver) = watch::channel(None);
        let (reads, pace) = (self.reads.clone(), Arc::new(Pace::default()));
        let pace_of_task = Arc::clone(&pace);
        tokio::spawn(async move {
            let pace = pace_of_task;
            let mut next = Instant::now() + poll_pause(0);
            loop {
                tokio::select! {
                    () = sender.closed() => break,
                    // Those who join often must not put the next read off for ever.
                    () = pace.joined.notified() => {
                        next = next.min(Instant::now() + poll_pause(0));
                        continue;
                    }
                    () = pace.now.notified() => {}
                    () = sleep_until(next) => {}
                }
                pace.reads.fetch_add(1, Ordering::Relaxed);
                match reads.targets(&group, Want::New, Lane::Background).await {
                    Ok(read) => drop(sender.send(Some(read.value))),
                    // Whoever waits goes on with what was seen before; the next read may succeed.
                    Err(error) => tracing::warn!(error = &*error as &dyn std::error::Error, "a poll failed"),
                }
                next = Instant::now() + poll_pause(pace.reads.load(Ordering::Relaxed));
            }
        });
        Poll { reads: receiver, pace }
    }
}

impl Subscription {
    /// What the next read shows.
    pub(crate) async fn next(&mut self) -> Arc<Vec<Target>> {
        loop {
            // The sender goes away after the last subscription only.
            if self.reads.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
            if let Some(targets) = self.reads.borrow_and_update().clone() {
                return targets;
            }
        }
    }

    /// Lets the next read begin now.
    pub(crate) fn hurry(&self) {
        self.poll.pace.now.notify_one();
    }
}
