//! The writer of one target group.

use std::collections::VecDeque;
use std::sync::Arc;

use elbm_core::{Change, GroupId, Isolation, Lane, Shown, TargetKey, isolate};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout_at};
use tracing::{Instrument as _, Span};

use super::{NotWritten, Proof, Write, Writers, batch};
use crate::aws::{AwsError, AwsErrorKind, Right};
use crate::reads::{Read, Want};
use crate::trail::Trail;

/// The most calls that a batch may take until its bad targets are known. Seven find one among a hundred.
const MOST_CALLS: usize = 16;

#[derive(Debug)]
pub(super) struct Writer {
    /// What all writers share.
    shared: Writers,
    group: GroupId,
    queue: VecDeque<Write>,
    unseen: Vec<Unseen>,
}

/// A write whose effect AWS has not shown yet.
#[derive(Debug)]
struct Unseen {
    write: Write,
    until: Instant,
    failed: Option<Arc<AwsError>>,
}

impl Writer {
    pub(super) fn new(shared: Writers, group: GroupId) -> Self {
        Self { shared, group, queue: VecDeque::new(), unseen: Vec::new() }
    }

    /// Writes and reads until nobody wants more.
    pub(super) async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Vec<Write>>) {
        let mut next_read = Instant::now();
        loop {
            self.collect(&mut inbox).await;
            let unseen = self.unseen.iter().map(|unseen| unseen.write.key.clone()).collect();
            if let Some((change, writes)) = batch::next(&mut self.queue, unseen) {
                self.write(change, writes).await;
            } else if self.unseen.is_empty() {
                match inbox.recv().await {
                    Some(writes) => self.queue.extend(writes),
                    None => return,
                }
                continue;
            } else {
                tokio::select! {
                    biased;
                    Some(writes) = inbox.recv() => {
                        self.queue.extend(writes);
                        continue;
                    }
                    () = sleep_until(next_read) => {}
                }
            }
            if !self.unseen.is_empty() {
                self.read().await;
                next_read = Instant::now() + self.shared.verification.interval;
            }
        }
    }

    /// Takes in what was sent, and waits a moment for what is being planned, where there is something to write already.
    async fn collect(&mut self, inbox: &mut mpsc::UnboundedReceiver<Vec<Write>>) {
        let until = Instant::now() + self.shared.moment;
        loop {
            while let Ok(writes) = inbox.try_recv() {
                self.queue.extend(writes);
            }
            if self.queue.is_empty() || self.queue.len() >= batch::LARGEST {
                return;
            }
            tokio::select! {
                biased;
                Some(writes) = inbox.recv() => self.queue.extend(writes),
                () = self.shared.announcements.over(&self.group) => {
                    // What was sent last is there before its announcement is over.
                    while let Ok(writes) = inbox.try_recv() {
                        self.queue.extend(writes);
                    }
                    return;
                }
                () = sleep_until(until) => return,
            }
        }
    }

    /// Writes a batch: in one call, unless AWS refuses some of its targets.
    async fn write(&mut self, change: Change, writes: Vec<Write>) {
        let (mut parts, mut calls) = (vec![writes], 0);
        while let Some(mut part) = parts.pop() {
            let keys: Vec<_> = part.iter().map(|write| write.key.clone()).collect();
            self.shared.aws.metrics().wrote(change, keys.len());
            let mut trails = Vec::new();
            for write in &part {
                Trail::join(&mut trails, &write.trails);
            }
            let step = part.first().map_or_else(Span::none, |write| write.step.clone());
            let right = part.iter().fold(Right::default(), |right, write| right.and(&write.right));
            let aws = self.shared.aws.with(right);
            let answer = Trail::scope_all(trails, async {
                match change {
                    Change::Register => aws.register(&self.group, &keys).await,
                    Change::Deregister => aws.deregister(&self.group, &keys).await,
                }
            })
            .instrument(step)
            .await;
            calls += 1;
            self.shared.reads.outdate(&self.group);
            let error = match answer {
                Ok(()) => {
                    self.await_effect(part, None);
                    continue;
                }
                Err(error) => Arc::new(error),
            };
            // The answer was lost, not necessarily the write: what AWS shows decides.
            if error.may_have_happened {
                self.await_effect(part, Some(&error));
                continue;
            }
            match culprits(&keys, &error) {
                Isolation::All => tell(part, NotWritten::Failed, &error),
                _ if calls >= MOST_CALLS => tell(part, NotWritten::GivenUp, &error),
                Isolation::Named(bad) => {
                    let (bad, good): (Vec<_>, Vec<_>) =
                        part.into_iter().enumerate().partition(|(position, _)| bad.contains(position));
                    let of = |part: Vec<(usize, Write)>| part.into_iter().map(|(_, write)| write).collect::<Vec<_>>();
                    tell(of(bad), NotWritten::Failed, &error);
                    parts.extend(Some(of(good)).filter(|good| !good.is_empty()));
                }
                Isolation::Halves(middle) => {
                    let second = part.split_off(middle);
                    parts.extend([second, part]);
                }
            }
        }
    }

    fn await_effect(&mut self, writes: Vec<Write>, failed: Option<&Arc<AwsError>>) {
        let until = Instant::now() + self.shared.verification.deadline;
        self.unseen.extend(writes.into_iter().map(|write| Unseen { write, until, failed: failed.cloned() }));
    }

    /// Reads the group once, and tells those whose writes it shows, or whose time is up.
    async fn read(&mut self) {
        let first = self.unseen.iter().map(|unseen| unseen.until).min().unwrap_or_else(Instant::now);
        let mut unseen = std::mem::take(&mut self.unseen);
        let wanted = unseen.len();
        let step = unseen.first().map_or_else(Span::none, |unseen| unseen.write.step.clone());
        let read = self.shared.reads.targets(&self.group, Want::Urgent, Lane::Verify).instrument(step);
        match timeout_at(first, read).await {
            Ok(Ok(Read { begun, value: targets })) => {
                let shown = Shown::new(&targets);
                let (seen, rest): (Vec<_>, Vec<_>) =
                    unseen.into_iter().partition(|unseen| shown.effect(unseen.write.change, &unseen.write.key));
                for one in seen {
                    one.write.end(Ok(Proof { begun, targets: Arc::clone(&targets) }));
                }
                unseen = rest;
            }
            Ok(Err(error)) => {
                for one in &mut unseen {
                    one.failed = Some(Arc::clone(&error));
                }
            }
            Err(_) => {}
        }
        let next = Instant::now() + self.shared.verification.interval;
        let (over, rest): (Vec<_>, Vec<_>) = unseen.into_iter().partition(|unseen| next > unseen.until);
        for one in over {
            one.write.end(Err(NotWritten::Unverified(one.failed)));
        }
        if rest.len() < wanted {
            // Those who follow the group see it now.
            self.shared.watches.nudge(&self.group);
        }
        self.unseen = rest;
    }
}

/// Which targets of a refused call are at fault. All are, where the refusal does not concern the targets.
fn culprits(keys: &[TargetKey], error: &AwsError) -> Isolation {
    match &error.kind {
        AwsErrorKind::Rejected { code, .. } if code.ends_with("NotFound") => Isolation::All,
        AwsErrorKind::Rejected { message, .. } => isolate(keys, message),
        _ => Isolation::All,
    }
}

fn tell(writes: Vec<Write>, why: impl Fn(Arc<AwsError>) -> NotWritten, error: &Arc<AwsError>) {
    for write in writes {
        write.end(Err(why(Arc::clone(error))));
    }
}
