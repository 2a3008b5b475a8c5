//! Following the machines of a load balancer: one poll serves all who follow it.

mod follow;
mod reader;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use chrono::{DateTime, Utc};
use elbm_core::{GroupId, Kind, Machine, follow_pause};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until, timeout};

pub use follow::{Event, Watch};

use self::follow::{Outcome, Shown};
use self::reader::Reader;
use crate::engine::Engine;
use crate::error::Error;
use crate::reads::Reads;

/// The shortest time from the end of a read to the next one, however often somebody cannot wait.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// The polls that run. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Watches {
    reads: Reads,
    /// How long a read may take.
    within: Duration,
    running: Arc<Mutex<Running>>,
}

/// By the name of the load balancer, and its kind where it was said.
type Running = HashMap<(String, Option<Kind>), Weak<Poll>>;

/// A poll, which runs as long as somebody holds it.
#[derive(Debug)]
struct Poll {
    reads: watch::Receiver<Option<Shown>>,
    pace: Arc<Pace>,
}

/// How fast a poll goes, and what it reads.
#[derive(Debug, Default)]
struct Pace {
    /// Somebody joined: the next read is soon.
    joined: Notify,
    /// Something was changed, or somebody waits: the next read is now.
    now: Notify,
    /// The groups that are read.
    groups: Mutex<BTreeSet<GroupId>>,
}

impl Engine {
    /// Follows the machines of a load balancer. The first event is a snapshot.
    ///
    /// # Errors
    /// [`Error::Shared`] with what the first read failed at: [`Error::LoadBalancerNotFound`], [`Error::Refused`] for an ambiguous
    /// name, [`Error::Aws`], [`Error::TooSlow`].
    pub async fn watch(&self, load_balancer: &str, kind: Option<Kind>) -> Result<Watch, Error> {
        let watch = self.watches.join(load_balancer, kind);
        self.in_time(watch.begun()).await
    }
}

impl Watches {
    pub(crate) fn new(reads: Reads, within: Duration) -> Self {
        Self { reads, within, running: Arc::default() }
    }

    /// Lets those who follow this group see now what was changed there.
    pub(crate) fn nudge(&self, changed: &GroupId) {
        for poll in self.running().values().filter_map(Weak::upgrade) {
            if lock(&poll.pace.groups).contains(changed) {
                poll.pace.now.notify_one();
            }
        }
    }

    /// Joins the poll of a load balancer, which is begun where there is none.
    fn join(&self, load_balancer: &str, kind: Option<Kind>) -> Watch {
        let mut running = self.running();
        running.retain(|_, poll| poll.strong_count() > 0);
        let key = (load_balancer.to_owned(), kind);
        let poll = running.get(&key).and_then(Weak::upgrade).unwrap_or_else(|| {
            let poll = Arc::new(self.begin(load_balancer.to_owned(), kind));
            running.insert(key, Arc::downgrade(&poll));
            poll
        });
        poll.pace.joined.notify_one();
        Watch::new(poll)
    }

    fn begin(&self, load_balancer: String, kind: Option<Kind>) -> Poll {
        let (sender, reads) = watch::channel(None);
        let pace = Arc::new(Pace::default());
        let reader = Reader::new(self.reads.clone(), load_balancer, kind);
        tokio::spawn(run(reader, self.within, sender, Arc::clone(&pace)));
        Poll { reads, pace }
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        lock(&self.running)
    }
}

/// Reads until nobody follows any more.
async fn run(mut reader: Reader, within: Duration, sender: watch::Sender<Option<Shown>>, pace: Arc<Pace>) {
    let mut quiet = 0;
    loop {
        let as_of = Utc::now();
        let read = tokio::select! {
            () = sender.closed() => return,
            read = timeout(within, reader.read()) => read.unwrap_or(Err(Error::TooSlow { within })),
        };
        reader.groups().clone_into(&mut lock(&pace.groups));
        let is_as_before = show(&sender, as_of, read);
        quiet = if is_as_before { quiet + 1 } else { 0 };

        let ended = Instant::now();
        loop {
            tokio::select! {
                () = sender.closed() => return,
                () = pace.joined.notified() => quiet = 0,
                () = pace.now.notified() => {
                    quiet = 0;
                    sleep_until(ended + SHORTEST_PAUSE).await;
                    break;
                }
                () = sleep_until(ended + follow_pause(quiet)) => break,
            }
        }
    }
}

/// Shows to all who follow what a read has shown, if anything. Whether it tells nothing new.
fn show(
    sender: &watch::Sender<Option<Shown>>,
    as_of: DateTime<Utc>,
    read: Result<Option<Vec<Machine>>, Error>,
) -> bool {
    let Some(outcome) = read.map_err(Arc::new).map(|read| read.map(Arc::new)).transpose() else { return true };
    let shown = Shown { as_of, outcome };
    let before = sender.send_replace(Some(shown.clone()));
    let is_as_before = before.is_some_and(|before| before.is_as(&shown));
    if let (Outcome::Err(error), false) = (&shown.outcome, is_as_before) {
        tracing::warn!(error = &**error as &dyn std::error::Error, "what is followed cannot be read");
    }
    is_as_before
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::{Aws, AwsSettings, BudgetSettings, Retry, simulated};
    use crate::reads::Ages;

    /// Nobody listens on this port.
    const NOWHERE: &str = "http://127.0.0.1:9";

    /// How long anything may take here.
    const PATIENCE: Duration = Duration::from_secs(30);

    #[tokio::test]
    async fn a_poll_ends_with_the_last_who_follows() {
        let settings = AwsSettings { attempt_timeout: PATIENCE };
        let aws = Aws::new(
            &simulated(NOWHERE, "us-east-1".to_owned(), settings),
            Retry::default(),
            &BudgetSettings::default(),
        );
        let (sender, mut reads) = watch::channel(None);
        let reader =
            Reader::new(Reads::new(aws, Ages::default(), Duration::ZERO, &Arc::default()), "web".to_owned(), None);
        let poll = tokio::spawn(run(reader, PATIENCE, sender, Arc::default()));
        timeout(PATIENCE, reads.changed()).await.expect("a read in time").expect("it runs while somebody follows");
        assert!(matches!(&*reads.borrow(), Some(Shown { outcome: Err(_), .. })), "AWS is nowhere");
        drop(reads);
        timeout(PATIENCE, poll).await.expect("it goes on without anybody").expect("it ends in order");
    }
}
