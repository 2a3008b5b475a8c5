//! One writer for each target group: it collects what is to be written while a call is in flight, writes as much of it in
//! one call as AWS takes, finds the bad targets of a refused call, and reads the group once for all that was written.

mod batch;
mod writer;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use elbm_core::{Change, GroupId, Target, TargetKey};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::aws::{Aws, AwsError};
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
    verification: Verification,
    running: Arc<Mutex<HashMap<GroupId, mpsc::WeakUnboundedSender<Vec<Write>>>>>,
}

/// One registration to make or to end.
#[derive(Debug)]
struct Write {
    change: Change,
    key: TargetKey,
    told: oneshot::Sender<Written>,
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

impl Writers {
    pub(crate) fn new(aws: Aws, verification: Verification) -> Self {
        Self { aws, verification, running: Arc::default() }
    }

    /// Makes these changes of one group, as one message to its writer. Answers in their order. What was sent is finished
    /// also where the caller leaves.
    pub(crate) async fn write(&self, group: &GroupId, changes: Vec<(Change, TargetKey)>) -> Vec<Written> {
        let (writes, answers): (Vec<_>, Vec<_>) = changes
            .into_iter()
            .map(|(change, key)| {
                let (told, answer) = oneshot::channel();
                (Write { change, key, told }, answer)
            })
            .unzip();
        // Held until the answers are there: the writer ends with the last of these.
        let inbox = self.of(group);
        if inbox.send(writes).is_err() {
            tracing::error!(?group, "a writer ended while it was wanted");
        }
        let mut written = Vec::with_capacity(answers.len());
        for answer in answers {
            // A writer that died may have written.
            written.push(answer.await.unwrap_or(Err(NotWritten::Unverified(None))));
        }
        written
    }

    fn of(&self, group: &GroupId) -> mpsc::UnboundedSender<Vec<Write>> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|_, inbox| inbox.strong_count() > 0);
        if let Some(inbox) = running.get(group).and_then(mpsc::WeakUnboundedSender::upgrade) {
            return inbox;
        }
        let (inbox, mail) = mpsc::unbounded_channel();
        let writer = Writer::new(self.aws.clone(), self.verification, group.clone());
        tokio::spawn(writer.run(mail));
        running.insert(group.clone(), inbox.downgrade());
        inbox
    }
}
