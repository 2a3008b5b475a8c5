//! One writer for each target group: it collects what is to be written while a call is in flight, writes as much of it in
//! one call as AWS takes, finds the bad targets of a refused call, and reads the group once for all that was written.

mod announced;
mod batch;
mod writer;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use elbm_core::{Change, GroupId, Target, TargetGroup, TargetKey};
use futures_util::future::join_all;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tracing::Span;

use crate::aws::{Aws, AwsError, Right};
use crate::reads::Reads;
use crate::trail::Trail;
use crate::watch::Watches;
pub(crate) use announced::Announced;
use announced::Announcements;
use writer::Writer;

/// How long and how often AWS is asked for the effect of a write.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verification {
    /// How long.
    pub(crate) deadline: Duration,
    /// The pause between two reads.
    pub(crate) interval: Duration,
}

/// The writers that run. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Writers {
    aws: Aws,
    reads: Reads,
    /// Those who follow a group are told when something was written in it.
    watches: Watches,
    verification: Verification,
    announcements: Announcements,
    /// How long a write waits at most for changes that are being planned.
    moment: Duration,
    running: Arc<Mutex<HashMap<GroupId, mpsc::WeakUnboundedSender<Vec<Write>>>>>,
}

/// One registration to make or to end.
#[derive(Debug)]
struct Write {
    change: Change,
    key: TargetKey,
    /// What it is made for.
    trails: Vec<Trail>,
    /// The step that waits for it; a call for several is a part of the first one.
    step: Span,
    /// Without it the write is not made.
    right: Right,
    told: oneshot::Sender<Written>,
}

impl Write {
    /// It has ended so. Whoever is told finds nobody working for it any more.
    fn end(self, written: Written) {
        drop(self.trails);
        // Whoever left does not mind.
        let _ = self.told.send(written);
    }
}

/// What became of a write.
pub(crate) type Written = Result<Proof, NotWritten>;

/// A read of the group, begun after the write, that shows its effect.
#[derive(Debug, Clone)]
pub(crate) struct Proof {
    /// When the read began.
    pub(crate) begun: Instant,
    /// What it showed of the whole group.
    pub(crate) targets: Arc<Vec<Target>>,
}

/// Why there is no proof.
#[derive(Debug, Clone)]
pub(crate) enum NotWritten {
    /// AWS refused it, or could not be asked: nothing was written.
    Failed(Arc<AwsError>),
    /// AWS refused it together with others, and which of them is bad took too many calls to find out.
    GivenUp(Arc<AwsError>),
    /// AWS took it, or may have, and did not show it in time. With the call that failed last.
    Unverified(Option<Arc<AwsError>>),
}

/// Changes on their way through a writer.
#[derive(Debug)]
pub(crate) struct Sent {
    answers: Vec<oneshot::Receiver<Written>>,
    /// Held until the answers are there: the writer ends with the last of these.
    _inbox: mpsc::UnboundedSender<Vec<Write>>,
}

impl Sent {
    /// What became of the changes, in their order.
    pub(crate) async fn answers(self) -> Vec<Written> {
        // A writer that died may have written.
        join_all(self.answers)
            .await
            .into_iter()
            .map(|answer| answer.unwrap_or(Err(NotWritten::Unverified(None))))
            .collect()
    }
}

impl Writers {
    pub(crate) fn new(aws: Aws, reads: Reads, watches: Watches, verification: Verification, moment: Duration) -> Self {
        let announcements = Announcements::default();
        Self { aws, reads, watches, verification, announcements, moment, running: Arc::default() }
    }

    /// Tells the writers of these groups that there will be a change, or not: they wait for it a moment, so that it can go
    /// together with others.
    pub(crate) fn announce(&self, groups: &[TargetGroup]) -> Announced {
        self.announcements.add(groups.iter().map(|group| group.id.clone()))
    }

    /// Sends these changes of one group to its writer, as one message. What was sent is finished also where nobody waits for
    /// the answers.
    pub(crate) fn send(&self, group: &GroupId, changes: Vec<(Change, TargetKey)>, right: &Right) -> Sent {
        let trails = Trail::current();
        let (writes, answers): (Vec<_>, Vec<_>) = changes
            .into_iter()
            .map(|(change, key)| {
                let (told, answer) = oneshot::channel();
                let (trails, right) = (trails.clone(), right.clone());
                (Write { change, key, trails, step: Span::current(), right, told }, answer)
            })
            .unzip();
        let inbox = self.of(group);
        if inbox.send(writes).is_err() {
            tracing::error!(?group, "a writer ended while it was wanted");
        }
        Sent { answers, _inbox: inbox }
    }

    fn of(&self, group: &GroupId) -> mpsc::UnboundedSender<Vec<Write>> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|_, inbox| inbox.strong_count() > 0);
        if let Some(inbox) = running.get(group).and_then(mpsc::WeakUnboundedSender::upgrade) {
            return inbox;
        }
        let (inbox, mail) = mpsc::unbounded_channel();
        let writer = Writer::new(self.clone(), group.clone());
        tokio::spawn(writer.run(mail));
        running.insert(group.clone(), inbox.downgrade());
        inbox
    }
}
