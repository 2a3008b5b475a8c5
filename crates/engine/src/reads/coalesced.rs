//! One read of one thing at a time, shared by all who want it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use elbm_core::Lane;
use tokio::sync::{Notify, oneshot};
use tokio::time::{Instant, sleep_until};
use tracing::{Instrument as _, Span};

use crate::aws::{Action, AwsError, AwsErrorKind};
use crate::tally::{Subject, Tally};

/// How new a read must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    /// It may have begun so long ago.
    Age(Duration),
    /// It begins from now on, perhaps with those of others.
    New,
    /// It begins now, or with the end of the one that runs.
    Urgent,
}

impl Want {
    /// One that may have begun so long ago; with no time at all, one that begins from now on.
    pub(super) fn of(age: Duration) -> Self {
        if age.is_zero() { Self::New } else { Self::Age(age) }
    }
}

/// What a read showed.
#[derive(Debug)]
pub(crate) struct Read<V> {
    /// When it began: what was so before that is in it.
    pub(crate) begun: Instant,
    /// What it showed.
    pub(crate) value: Arc<V>,
}

impl<V> Clone for Read<V> {
    fn clone(&self) -> Self {
        Self { begun: self.begun, value: Arc::clone(&self.value) }
    }
}

type Answer<V> = Result<Read<V>, Arc<AwsError>>;

/// The reads of one thing.
#[derive(Debug)]
pub(crate) struct Coalesced<V> {
    state: Mutex<State<V>>,
    /// Somebody cannot wait for the pace.
    urgent: Notify,
    subject: Subject,
    tally: Arc<Tally>,
}

#[derive(Debug)]
struct State<V> {
    latest: Option<Read<V>>,
    /// How often the thing was changed: what was read before a change is not kept after it.
    epoch: u64,
    running: Option<Running<V>>,
    /// Those whose read has not begun.
    waiting: Vec<Waiter<V>>,
    /// Whether a task carries the reads out.
    driven: bool,
    begun: Option<Instant>,
    used: Instant,
}

#[derive(Debug)]
struct Running<V> {
    epoch: u64,
    joined: Vec<oneshot::Sender<Answer<V>>>,
}

#[derive(Debug)]
struct Waiter<V> {
    told: oneshot::Sender<Answer<V>>,
    /// The step that waits; the read is a part of the first one.
    step: Span,
    lane: Lane,
    urgent: bool,
}

impl<V: Send + Sync + 'static> Coalesced<V> {
    /// Nothing was read yet; what is, is counted for this subject.
    pub(crate) fn new(subject: Subject, tally: Arc<Tally>) -> Self {
        let state = State {
            latest: None,
            epoch: 0,
            running: None,
            waiting: Vec::new(),
            driven: false,
            begun: None,
            used: Instant::now(),
        };
        Self { state: Mutex::new(state), urgent: Notify::new(), subject, tally }
    }

    /// What a read shows that is as new as wanted. `read` makes one, for the reason that it is given; two of them begin no
    /// closer to each other than `pace`, unless it is urgent. It runs in a task of its own, so that nobody who leaves takes
    /// it from the others.
    pub(crate) async fn get<F>(
        self: &Arc<Self>,
        want: Want,
        lane: Lane,
        pace: Duration,
        action: Action,
        read: impl Fn(Lane) -> F + Send + 'static,
    ) -> Answer<V>
    where
        F: Future<Output = Result<V, AwsError>> + Send + 'static,
    {
        let answer = {
            let mut state = self.lock();
            state.used = Instant::now();
            let (told, answer) = oneshot::channel();
            let epoch = state.epoch;
            match (want, &state.latest) {
                (Want::Age(age), Some(latest)) if latest.begun.elapsed() <= age => {
                    self.tally.of(self.subject).kept();
                    return Ok(latest.clone());
                }
                _ => self.tally.of(self.subject).awaited(),
            }
            match (want, &mut state.running) {
                (Want::Age(_), Some(running)) if running.epoch == epoch => running.joined.push(told),
                _ => state.waiting.push(Waiter { told, step: Span::current(), lane, urgent: want == Want::Urgent }),
            }
            if !state.driven {
                state.driven = true;
                tokio::spawn(Driver { of: Arc::clone(self), done: false }.run(pace, read));
            } else if want == Want::Urgent {
                self.urgent.notify_waiters();
            }
            answer
        };
        let died = |_| {
            let (kind, may_have_happened, source) = (AwsErrorKind::Failed, false, None);
            Err(Arc::new(AwsError { action, kind, may_have_happened, source }))
        };
        answer.await.unwrap_or_else(died)
    }

    /// Whether nothing newer was read than this, and nothing was changed since.
    pub(super) fn is_latest(&self, value: &Arc<V>) -> bool {
        self.lock().latest.as_ref().is_some_and(|latest| Arc::ptr_eq(&latest.value, value))
    }

    /// What was read last, where it began so long ago at most, for somebody who only counts: that keeps nothing from being
    /// forgotten.
    pub(super) fn seen(&self, age: Duration) -> Option<Read<V>> {
        self.lock().latest.clone().filter(|latest| latest.begun.elapsed() <= age)
    }

    /// The thing was changed: reads that began before show what is over.
    pub(crate) fn outdate(&self) {
        let mut state = self.lock();
        state.epoch += 1;
        state.latest = None;
    }

    /// When somebody wanted it last.
    pub(crate) fn used(&self) -> Instant {
        self.lock().used
    }

    fn lock(&self) -> MutexGuard<'_, State<V>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Carries the reads out as long as somebody waits for one.
struct Driver<V: Send + Sync + 'static> {
    of: Arc<Coalesced<V>>,
    done: bool,
}

impl<V: Send + Sync + 'static> Driver<V> {
    async fn run<F>(mut self, pace: Duration, read: impl Fn(Lane) -> F + Send)
    where
        F: Future<Output = Result<V, AwsError>> + Send,
    {
        while !self.done {
            self.keep_pace(pace).await;
            let (begun, epoch, lane, step) = self.begin();
            let answer = match read(lane).instrument(step).await {
                Ok(value) => Ok(Read { begun, value: Arc::new(value) }),
                Err(error) => Err(Arc::new(error)),
            };
            self.end(epoch, &answer);
        }
    }

    async fn keep_pace(&self, pace: Duration) {
        let hurried = self.of.urgent.notified();
        let (next, urgent) = {
            let state = self.of.lock();
            (state.begun.map(|begun| begun + pace), state.waiting.iter().any(|waiter| waiter.urgent))
        };
        if let Some(next) = next.filter(|next| !urgent && *next > Instant::now()) {
            tokio::select! {
                () = sleep_until(next) => {}
                () = hurried => {}
            }
        }
    }

    fn begin(&self) -> (Instant, u64, Lane, Span) {
        let mut state = self.of.lock();
        let waiting = std::mem::take(&mut state.waiting);
        let lane = waiting.iter().map(|waiter| waiter.lane).min().unwrap_or(Lane::Read);
        let step = waiting.first().map_or_else(Span::none, |waiter| waiter.step.clone());
        let (begun, epoch) = (Instant::now(), state.epoch);
        let joined = waiting.into_iter().map(|waiter| waiter.told).collect();
        state.running = Some(Running { epoch, joined });
        state.begun = Some(begun);
        self.of.tally.of(self.of.subject).made();
        (begun, epoch, lane, step)
    }

    fn end(&mut self, epoch: u64, answer: &Answer<V>) {
        let mut state = self.of.lock();
        if let Ok(read) = answer
            && state.epoch == epoch
        {
            state.latest = Some(read.clone());
        }
        for told in state.running.take().into_iter().flat_map(|running| running.joined) {
            // Whoever left does not mind.
            let _ = told.send(answer.clone());
        }
        self.done = state.waiting.is_empty();
        state.driven = !self.done;
    }
}

impl<V: Send + Sync + 'static> Drop for Driver<V> {
    /// A read that panicked leaves nobody waiting for ever.
    fn drop(&mut self) {
        if !self.done {
            let mut state = self.of.lock();
            state.driven = false;
            state.running = None;
            state.waiting.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::{FutureExt as _, join_all};
    use tokio::sync::Semaphore;
    use tokio::task::yield_now;

    use super::*;

    const LONG: Duration = Duration::from_hours(1);

    /// A thing whose reads show their number and end when the test lets them.
    #[derive(Clone)]
    struct Thing {
        reads: Arc<Coalesced<usize>>,
        begun: Arc<AtomicUsize>,
        ends: Arc<Semaphore>,
    }

    impl Thing {
        fn new() -> Self {
            Self {
                reads: Arc::new(Coalesced::new(Subject::Health, Arc::default())),
                begun: Arc::default(),
                ends: Arc::new(Semaphore::new(0)),
            }
        }

        async fn get(&self, want: Want) -> usize {
            self.paced(want, Duration::ZERO).await
        }

        async fn paced(&self, want: Want, pace: Duration) -> usize {
            let (begun, ends) = (Arc::clone(&self.begun), Arc::clone(&self.ends));
            let read = move |_| {
                let (number, ends) = (begun.fetch_add(1, Ordering::Relaxed) + 1, Arc::clone(&ends));
                async move {
                    ends.acquire().await.expect("open").forget();
                    Ok(number)
                }
            };
            let answer = self.reads.get(want, Lane::Read, pace, Action::DescribeTargetHealth, read).await;
            *answer.expect("it does not fail").value
        }

        /// Begins to want it, in a task.
        fn wanted(&self, want: Want) -> tokio::task::JoinHandle<usize> {
            let thing = self.clone();
            tokio::spawn(async move { thing.get(want).await })
        }

        async fn until_begun(&self, number: usize) {
            while self.begun.load(Ordering::Relaxed) < number {
                yield_now().await;
            }
        }
    }

    #[tokio::test]
    async fn all_who_want_it_share_a_read() {
        let thing = Thing::new();
        thing.ends.add_permits(1);
        assert_eq!(join_all((0..100).map(|_| thing.get(Want::Age(LONG)))).await, [1; 100]);
        assert_eq!(thing.get(Want::Age(LONG)).await, 1, "it is kept");
        thing.ends.add_permits(1);
        tokio::time::sleep(Duration::from_millis(2)).await;
        assert_eq!(thing.get(Want::Age(Duration::from_millis(1))).await, 2, "it has become too old");
    }

    #[tokio::test]
    async fn a_new_read_is_one_that_begins_later() {
        let thing = Thing::new();
        let first = thing.wanted(Want::New);
        thing.until_begun(1).await;
        let others = [Want::New, Want::New, Want::Age(LONG)].map(|want| thing.wanted(want));
        yield_now().await;
        assert_eq!(thing.begun.load(Ordering::Relaxed), 1, "one at a time");
        thing.ends.add_permits(2);
        assert_eq!(first.await.expect("it ends"), 1);
        let others: Vec<_> = join_all(others).await.into_iter().map(|number| number.expect("it ends")).collect();
        assert_eq!(others, [2, 2, 1], "whoever minds waits for the next, together");
    }

    #[tokio::test]
    async fn what_was_read_before_a_change_is_not_served_after_it() {
        let thing = Thing::new();
        thing.ends.add_permits(1);
        assert_eq!(thing.get(Want::Age(LONG)).await, 1);
        let running = thing.wanted(Want::New);
        thing.until_begun(2).await;
        thing.reads.outdate();
        let after = thing.wanted(Want::Age(LONG));
        thing.ends.add_permits(2);
        assert_eq!((running.await.expect("it ends"), after.await.expect("it ends")), (2, 3));
        assert_eq!(thing.get(Want::Age(LONG)).await, 3);
    }

    #[tokio::test]
    async fn reads_keep_their_pace_unless_one_is_urgent() {
        let thing = Thing::new();
        thing.ends.add_permits(9);
        assert_eq!(thing.paced(Want::New, LONG).await, 1, "the first begins at once");
        assert_eq!(thing.paced(Want::Urgent, LONG).await, 2);
        let mut patient = Box::pin(thing.paced(Want::New, LONG));
        assert!((&mut patient).now_or_never().is_none());
        for _ in 0..100 {
            yield_now().await;
        }
        assert_eq!(thing.begun.load(Ordering::Relaxed), 2, "it waits");
        let (patient, urgent) = tokio::join!(patient, thing.paced(Want::Urgent, LONG));
        assert_eq!((patient, urgent), (3, 3), "one that is urgent takes the others with it");
    }

    #[tokio::test]
    async fn a_read_that_panics_leaves_nobody_waiting() {
        let thing = Arc::new(Coalesced::<()>::new(Subject::Health, Arc::default()));
        let get = |fail: bool| {
            let read = move |_| async move {
                assert!(!fail, "as asked for");
                Ok(())
            };
            thing.get(Want::New, Lane::Read, Duration::ZERO, Action::DescribeTargetHealth, read)
        };
        assert!(get(true).await.is_err());
        assert!(get(false).await.is_ok());
    }
}
