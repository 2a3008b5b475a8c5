//! The turns of this replica at one lease: taken when somebody wants it, renewed while somebody holds it, given up with the last.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use elbm_core::{LEASE_RIGHT, LeaseRecord, Sighting, TargetKey};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep, sleep_until};

use super::LeaseName;
use super::shared::Shared;
use crate::aws::{Action, AwsError, AwsErrorKind, Put, Right};
use crate::error::Error;
use crate::trail::Trail;

/// How long further changes of this replica may join a turn; then it is another's.
const OPEN: Duration = Duration::from_secs(5);

/// How long a replica that had its turn leaves the lease to others: longer than they look away.
const REST: Duration = Duration::from_secs(1);

/// The mean pause between the first two looks at a lease that another replica holds; it grows by half each time.
const FIRST_LOOK: Duration = Duration::from_millis(100);

/// The longest of them.
const LAST_LOOK: Duration = Duration::from_millis(600);

/// How often a lease is written while it is held.
const RENEWAL: Duration = Duration::from_secs(5);

/// What is wanted of a turn.
#[derive(Debug)]
pub(super) enum Message {
    /// A place in it.
    Take(Waiting),
    /// The holder of this place is about to take these out.
    Note(u64, Vec<TargetKey>, oneshot::Sender<Result<(), Arc<AwsError>>>),
    /// One of them was not.
    TakeBack(u64, TargetKey),
    /// The holder of this place is done.
    Leave(u64),
}

/// Who wants a place.
#[derive(Debug)]
pub(super) struct Waiting {
    told: oneshot::Sender<Result<Granted, Unavailable>>,
    /// The changes that it is for.
    trails: Vec<Trail>,
}

/// Why there is no place.
#[derive(Debug, Clone)]
pub(super) enum Unavailable {
    /// The table could not be written.
    Aws(Arc<AwsError>),
    /// There is no such table.
    NoTable(Arc<str>),
}

impl From<Unavailable> for Error {
    fn from(why: Unavailable) -> Self {
        match why {
            Unavailable::Aws(error) => Self::Aws(error),
            Unavailable::NoTable(table) => Self::NoLeaseTable(table.to_string()),
        }
    }
}

/// What a place is made of.
#[derive(Debug)]
pub(super) struct Granted {
    number: u64,
    of_others: BTreeSet<TargetKey>,
    right: Right,
}

/// A place in a turn, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    inbox: mpsc::UnboundedSender<Message>,
    number: u64,
    pub(super) of_others: BTreeSet<TargetKey>,
    pub(super) right: Right,
}

impl Place {
    /// Waits for a place in a turn.
    pub(super) async fn wait(inbox: mpsc::UnboundedSender<Message>) -> Result<Self, Error> {
        let (told, answer) = oneshot::channel();
        // It ends with the last of its senders.
        let _ = inbox.send(Message::Take(Waiting { told, trails: Trail::current() }));
        let Granted { number, of_others, right } = answer.await.unwrap_or_else(|_| Err(died()))?;
        Ok(Self { inbox, number, of_others, right })
    }

    /// Notes what is about to be taken out.
    pub(super) async fn note(&self, keys: Vec<TargetKey>) -> Result<(), Error> {
        let (told, answer) = oneshot::channel();
        let _ = self.inbox.send(Message::Note(self.number, keys, told));
        Ok(answer.await.unwrap_or_else(|_| Err(lost()))?)
    }

    /// A target that was noted was not taken out.
    pub(super) fn take_back(&self, key: TargetKey) {
        let _ = self.inbox.send(Message::TakeBack(self.number, key));
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = self.inbox.send(Message::Leave(self.number));
    }
}

fn lost() -> Arc<AwsError> {
    let (action, kind) = (Action::PutItem, AwsErrorKind::LeaseLost);
    Arc::new(AwsError { action, kind, may_have_happened: false, source: None })
}

fn died() -> Unavailable {
    Unavailable::Aws(lost())
}

/// A place that somebody has.
struct Held {
    /// The changes that it is for.
    trails: Vec<Trail>,
    /// What the record says of them. A note that could not be written is not there, and takes no other's of the same target back.
    noted: Vec<TargetKey>,
}

/// The turns of this replica at one lease.
pub(super) struct Turn {
    shared: Shared,
    name: LeaseName,
    /// The record as this replica knows it, where it may replace it.
    record: Option<LeaseRecord>,
    /// When the record of another was seen first.
    seen: Option<Sighting>,
    began: Instant,
    waiting: VecDeque<Waiting>,
    /// Who has a place.
    places: HashMap<u64, Held>,
    next_place: u64,
    /// Until when writes may be sent.
    until: watch::Sender<Instant>,
}

impl Turn {
    pub(super) fn new(shared: Shared, name: LeaseName) -> Self {
        let began = Instant::now();
        Self {
            shared,
            name,
            record: None,
            seen: None,
            began,
            waiting: VecDeque::new(),
            places: HashMap::new(),
            next_place: 0,
            until: watch::Sender::new(began),
        }
    }

    /// Takes turns until nobody wants more.
    pub(super) async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Message>) {
        loop {
            if self.waiting.is_empty() {
                match inbox.recv().await {
                    Some(message) => self.hear_free(message),
                    None => return,
                }
            }
            match self.take(&mut inbox).await {
                Ok(true) => self.hold(&mut inbox).await,
                Ok(false) => {}
                Err(why) => self.waiting.drain(..).for_each(|one| drop(one.told.send(Err(why.clone())))),
            }
        }
    }

    fn hear_free(&mut self, message: Message) {
        match message {
            Message::Take(waiting) => self.waiting.push_back(waiting),
            Message::Note(_, _, told) => drop(told.send(Err(lost()))),
            Message::TakeBack(..) | Message::Leave(_) => {}
        }
    }

    /// Takes the lease as soon as it may be taken; whether anybody still wanted it then.
    async fn take(&mut self, inbox: &mut mpsc::UnboundedReceiver<Message>) -> Result<bool, Unavailable> {
        let mut pause = FIRST_LOOK;
        loop {
            while let Ok(message) = inbox.try_recv() {
                self.hear_free(message);
            }
            self.waiting.retain(|one| !one.told.is_closed());
            if self.waiting.is_empty() {
                return Ok(false);
            }
            let next = LeaseRecord::taken(self.record.as_ref(), &self.shared.own, token(), self.shared.now());
            match self.put(next).await {
                Ok(Put::Done) => return Ok(true),
                Ok(Put::Is(Some(current))) => {
                    let now = self.began.elapsed();
                    if current.may_be_taken(&self.shared.own, &mut self.seen, now) {
                        self.record = Some(current);
                        continue;
                    }
                    // What is known now is not to be replaced: the next write only looks.
                    self.record = None;
                }
                Ok(Put::Is(None)) => self.record = None,
                Err(error) => return Err(self.shared.unavailable(error)),
            }
            sleep(pause.mul_f64(0.5 + fastrand::f64())).await;
            pause = pause.mul_f64(1.5).min(LAST_LOOK);
        }
    }

    /// Holds the lease as long as anybody has a place.
    async fn hold(&mut self, inbox: &mut mpsc::UnboundedReceiver<Message>) {
        let _counted = self.shared.aws.metrics().leases().hold();
        let open = Instant::now() + OPEN;
        let mut renewal = Instant::now() + RENEWAL;
        loop {
            if Instant::now() < open {
                self.grant();
            }
            if self.places.is_empty() {
                break;
            }
            tokio::select! {
                biased;
                Some(message) = inbox.recv() => match message {
                    Message::Take(waiting) => self.waiting.push_back(waiting),
                    Message::Leave(number) => drop(self.places.remove(&number)),
                    Message::TakeBack(number, key) => self.take_back(number, &key),
                    Message::Note(number, keys, told) => {
                        let noted = self.note(number, keys).await;
                        let _ = told.send(noted);
                    }
                },
                () = sleep_until(renewal) => {
                    self.write(|_| {}).await.unwrap_or_else(|error| {
                        tracing::warn!(error = &*error as &dyn std::error::Error, lease = %self.name, "not renewed");
                    });
                    renewal = Instant::now() + RENEWAL;
                }
            }
        }
        // Once over, it stays so.
        if Instant::now() >= *self.until.borrow() {
            self.shared.aws.metrics().leases().lost();
        }
        self.release().await;
        if !self.waiting.is_empty() {
            sleep(REST).await;
        }
    }

    /// Gives places to those who wait: the changes of a replica share a group, but not a machine.
    fn grant(&mut self) {
        let Some(record) = self.record.as_ref().filter(|_| Instant::now() < *self.until.borrow()) else { return };
        let alone = matches!(self.name, LeaseName::Machine(_));
        while (!alone || self.places.is_empty())
            && let Some(Waiting { told, trails }) = self.waiting.pop_front()
        {
            let granted = Granted {
                number: self.next_place,
                of_others: record.of_others(&self.shared.own, self.shared.now()),
                right: Right::new(self.until.subscribe()),
            };
            if told.send(Ok(granted)).is_ok() {
                self.places.insert(self.next_place, Held { trails, noted: Vec::new() });
            }
            self.next_place += 1;
        }
    }

    async fn note(&mut self, number: u64, keys: Vec<TargetKey>) -> Result<(), Arc<AwsError>> {
        let own = Arc::clone(&self.shared.own);
        self.write(|record| record.note(&own, keys.clone())).await?;
        if let Some(held) = self.places.get_mut(&number) {
            held.noted.extend(keys);
        }
        Ok(())
    }

    fn take_back(&mut self, number: u64, key: &TargetKey) {
        if let Some(held) = self.places.get_mut(&number)
            && let Some(position) = held.noted.iter().position(|noted| noted == key)
            && let Some(record) = &mut self.record
        {
            held.noted.swap_remove(position);
            record.take_back(key);
        }
    }

    /// Writes the lease anew, which is held for longer by it.
    async fn write(&mut self, change: impl FnOnce(&mut LeaseRecord)) -> Result<(), Arc<AwsError>> {
        let mut next = self.record.clone().filter(|_| Instant::now() < *self.until.borrow()).ok_or_else(lost)?;
        next.token = token();
        change(&mut next);
        let mut put = self.put(next.clone()).await;
        // An answer was lost that had arrived.
        if let Ok(Put::Is(Some(current))) = &put
            && current.holder.as_deref() == Some(&self.shared.own)
        {
            self.record = Some(current.clone());
            put = self.put(next).await;
        }
        match put {
            Ok(Put::Done) => Ok(()),
            Ok(Put::Is(_)) => {
                tracing::warn!(lease = %self.name, "another replica has taken it over");
                self.lose();
                Err(lost())
            }
            Err(error) => Err(Arc::new(error)),
        }
    }

    async fn release(&mut self) {
        // The rights of this turn do not come back with the next one.
        self.lose_rights();
        let Some(record) = self.record.take() else { return };
        let had = record.token.clone();
        let next = record.released(token(), self.shared.now());
        match self.put_after(Some(&had), &next).await {
            Ok(Put::Done) => self.record = Some(next),
            Ok(Put::Is(_)) => {}
            // Others have to wait until it is over.
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, lease = %self.name, "not released");
            }
        }
    }

    fn lose(&mut self) {
        self.record = None;
        self.lose_rights();
    }

    fn lose_rights(&mut self) {
        let now = Instant::now();
        self.until.send_replace(now);
        self.until = watch::Sender::new(now);
    }

    /// Writes a record in place of the one that is known. Where it is written it is known, and held from before the write on.
    async fn put(&mut self, next: LeaseRecord) -> Result<Put, AwsError> {
        let begun = Instant::now();
        let had = self.record.as_ref().map(|record| record.token.clone());
        let put = self.put_after(had.as_deref(), &next).await?;
        // A lost answer was tried again.
        let is_there = matches!(&put, Put::Is(Some(current)) if current.token == next.token);
        if put == Put::Done || is_there {
            self.record = Some(next);
            self.until.send_replace(begun + LEASE_RIGHT);
            return Ok(Put::Done);
        }
        Ok(put)
    }

    async fn put_after(&self, had: Option<&str>, next: &LeaseRecord) -> Result<Put, AwsError> {
        let Shared { aws, table, .. } = &self.shared;
        let name = self.name.to_string();
        let mut trails = Vec::new();
        for of_one in self.waiting.iter().map(|one| &one.trails).chain(self.places.values().map(|held| &held.trails)) {
            Trail::join(&mut trails, of_one);
        }
        // The SDK's future is large.
        let put = Box::pin(aws.put_lease(table, &name, had, next, self.shared.now()));
        Trail::scope_all(trails, put).await
    }
}

/// One that nobody else has.
fn token() -> String {
    format!("{:032x}", fastrand::u128(..))
}
