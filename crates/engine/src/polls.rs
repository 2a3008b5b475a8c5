//! One poll serves all who want to know the same thing. It runs as long as somebody follows it, and keeps what it showed last.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until};

/// Something that is read again and again.
pub(crate) trait Source: Send + 'static {
    /// What a read shows.
    type Shown: Clone + Send + Sync + 'static;

    /// How fast it is read.
    const PACE: Pace;

    /// Reads once. `None` where there is nothing to show: those who follow go on with what they have.
    fn read(&mut self) -> impl Future<Output = Option<Self::Shown>> + Send;

    /// Whether a read tells something new; then the next ones follow faster.
    fn is_news(before: Option<&Self::Shown>, now: &Self::Shown) -> bool;
}

/// How fast a poll goes.
pub(crate) struct Pace {
    /// From the first who joins to the first read.
    pub(crate) first: Duration,
    /// The shortest pause between two reads, however often somebody cannot wait.
    pub(crate) shortest: Duration,
    /// The pause after a number of reads in a row that told nothing new, since somebody joined.
    pub(crate) after: fn(u32) -> Duration,
}

/// The polls that run, by what they read. Cheap to clone.
pub(crate) struct Polls<K, T>(Arc<Mutex<HashMap<K, Weak<Poll<T>>>>>);

/// A poll, which runs as long as somebody holds it.
struct Poll<T> {
    shown: watch::Receiver<Option<T>>,
    calls: Arc<Calls>,
}

/// What those who follow want of a poll.
#[derive(Debug, Default)]
struct Calls {
    /// Somebody joined: the next read is soon.
    joined: Notify,
    /// Somebody cannot wait longer: the next read is now.
    now: Notify,
}

/// A place in a poll.
pub(crate) struct Follower<T> {
    shown: watch::Receiver<Option<T>>,
    poll: Arc<Poll<T>>,
}

impl<K: Eq + Hash, T: Clone + Send + Sync + 'static> Polls<K, T> {
    /// Joins the poll of a thing, which is begun where there is none.
    pub(crate) fn join<S: Source<Shown = T>>(&self, key: K, source: impl FnOnce() -> S) -> Follower<T> {
        let mut running = self.running();
        running.retain(|_, poll| poll.strong_count() > 0);
        let poll = running.get(&key).and_then(Weak::upgrade).unwrap_or_else(|| {
            let (sender, shown) = watch::channel(None);
            let calls = Arc::new(Calls::default());
            tokio::spawn(run(source(), sender, Arc::clone(&calls)));
            let poll = Arc::new(Poll { shown, calls });
            running.insert(key, Arc::downgrade(&poll));
            poll
        });
        poll.calls.joined.notify_one();
        Follower { shown: poll.shown.clone(), poll }
    }

    /// Lets those polls read now that have shown such a thing last.
    pub(crate) fn nudge(&self, concerns: impl Fn(&T) -> bool) {
        for poll in self.running().values().filter_map(Weak::upgrade) {
            if poll.shown.borrow().as_ref().is_some_and(&concerns) {
                poll.calls.now.notify_one();
            }
        }
    }
}

impl<K, T> Polls<K, T> {
    fn running(&self) -> MutexGuard<'_, HashMap<K, Weak<Poll<T>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone> Follower<T> {
    /// What the last read has shown, which is not new any more.
    pub(crate) fn latest(&mut self) -> Option<T> {
        self.shown.borrow_and_update().clone()
    }

    /// What the next read shows that was not seen here.
    pub(crate) async fn next(&mut self) -> T {
        loop {
            // The sender goes away after the last follower only.
            if self.shown.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
            if let Some(shown) = self.latest() {
                return shown;
            }
        }
    }

    /// Lets what was shown last be new again.
    pub(crate) fn look_again(&mut self) {
        self.shown.mark_changed();
    }

    /// Lets the next read begin now.
    pub(crate) fn hurry(&self) {
        self.poll.calls.now.notify_one();
    }
}

/// Reads until nobody follows any more.
async fn run<S: Source>(mut source: S, sender: watch::Sender<Option<S::Shown>>, calls: Arc<Calls>) {
    let Pace { first, shortest, after } = S::PACE;
    let mut quiet = 0;
    let mut earliest = Instant::now();
    let mut next = earliest + first;
    loop {
        tokio::select! {
            biased;
            () = sender.closed() => return,
            () = calls.now.notified() => {
                quiet = 0;
                next = earliest;
                continue;
            }
            // Those who join often must not put the next read off for ever.
            () = calls.joined.notified() => {
                quiet = 0;
                next = next.min(Instant::now() + after(0));
                continue;
            }
            () = sleep_until(next) => {}
        }
        let read = tokio::select! {
            biased;
            () = sender.closed() => return,
            read = source.read() => read,
        };
        let is_news = read.as_ref().is_some_and(|shown| S::is_news(sender.borrow().as_ref(), shown));
        quiet = if is_news { 0 } else { quiet + 1 };
        if read.is_some() {
            sender.send_replace(read);
        }
        let ended = Instant::now();
        (earliest, next) = (ended + shortest, ended + after(quiet));
    }
}

impl<K, T> Clone for Polls<K, T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K, T> Default for Polls<K, T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K, T> fmt::Debug for Polls<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Polls({} running)", self.running().len())
    }
}

impl<T> fmt::Debug for Follower<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follower").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::time::sleep;

    use super::*;

    /// Shows how often it was read, as often as it may.
    struct Counted {
        reads: Arc<AtomicU32>,
        news_until: u32,
    }

    impl Source for Counted {
        type Shown = (u32, bool);

        const PACE: Pace = Pace {
            first: Duration::from_secs(2),
            shortest: Duration::from_secs(1),
            after: |quiet| Duration::from_secs(if quiet == 0 { 5 } else { 100 }),
        };

        async fn read(&mut self) -> Option<(u32, bool)> {
            let number = self.reads.fetch_add(1, Ordering::Relaxed) + 1;
            Some((number, number <= self.news_until))
        }

        fn is_news(_: Option<&(u32, bool)>, (_, is_news): &(u32, bool)) -> bool {
            *is_news
        }
    }

    struct Bench {
        polls: Polls<&'static str, (u32, bool)>,
        reads: Arc<AtomicU32>,
        begun: Instant,
    }

    impl Bench {
        fn new() -> Self {
            Self { polls: Polls::default(), reads: Arc::default(), begun: Instant::now() }
        }

        fn join(&self, news_until: u32) -> Follower<(u32, bool)> {
            self.polls.join("thing", || Counted { reads: Arc::clone(&self.reads), news_until })
        }

        /// The number of the next read, and the second in which it was shown.
        async fn next(&self, follower: &mut Follower<(u32, bool)>) -> (u32, u64) {
            let (number, _) = follower.next().await;
            (number, self.begun.elapsed().as_secs())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn reads_follow_faster_while_there_is_news() {
        let bench = Bench::new();
        let mut follower = bench.join(2);
        for expected in [(1, 2), (2, 7), (3, 12), (4, 112)] {
            assert_eq!(bench.next(&mut follower).await, expected);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_joins_or_cannot_wait_has_a_read_sooner_and_shares_it() {
        let bench = Bench::new();
        let mut first = bench.join(0);
        assert_eq!(bench.next(&mut first).await, (1, 2));
        sleep(Duration::from_secs(10)).await;
        let mut second = bench.join(0);
        assert_eq!(second.latest(), Some((1, false)));
        // At 12 s, and not put off by who joins then.
        sleep(Duration::from_secs(3)).await;
        drop(bench.join(0));
        assert_eq!(bench.next(&mut second).await, (2, 17));
        assert_eq!(bench.next(&mut first).await, (2, 17));
        first.hurry();
        assert_eq!(bench.next(&mut second).await, (3, 18), "a second after the last");
        sleep(Duration::from_secs(3)).await;
        bench.polls.nudge(|(number, _)| *number == 2);
        bench.polls.nudge(|(number, _)| *number == 3);
        assert_eq!(bench.next(&mut second).await, (4, 21), "at once");
    }

    #[tokio::test(start_paused = true)]
    async fn a_poll_ends_with_the_last_who_follows() {
        let bench = Bench::new();
        let mut follower = bench.join(u32::MAX);
        bench.next(&mut follower).await;
        drop(follower);
        sleep(Duration::from_mins(1)).await;
        assert_eq!(bench.reads.load(Ordering::Relaxed), 1);
        assert_eq!(bench.next(&mut bench.join(0)).await.0, 2, "another one begins");
    }
}
