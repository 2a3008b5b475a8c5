//! The budget of AWS calls: one queue for each class of calls, as AWS counts them by account and region.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use elbm_core::{Lane, Limit, Queue, Ticket, Turn};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

/// A class of AWS calls that has a bucket of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Reads of load balancers, target groups and targets.
    ElbReads,
    /// Registering and deregistering targets.
    ElbWrites,
    /// Reads of Classic load balancers.
    ClassicReads,
    /// Registering and deregistering instances with Classic load balancers.
    ClassicWrites,
    /// Reads of instances, by a filter, and of tags.
    Ec2Reads,
    /// Setting and deleting tags.
    Ec2Writes,
    /// All calls of Auto Scaling.
    AutoScaling,
    /// All calls of STS.
    Sts,
    /// Writes of the lease table.
    Leases,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 9] = [
        Self::ElbReads,
        Self::ElbWrites,
        Self::ClassicReads,
        Self::ClassicWrites,
        Self::Ec2Reads,
        Self::Ec2Writes,
        Self::AutoScaling,
        Self::Sts,
        Self::Leases,
    ];

    /// Its name in options.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ElbReads => "elb-reads",
            Self::ElbWrites => "elb-writes",
            Self::ClassicReads => "classic-reads",
            Self::ClassicWrites => "classic-writes",
            Self::Ec2Reads => "ec2-reads",
            Self::Ec2Writes => "ec2-writes",
            Self::AutoScaling => "auto-scaling",
            Self::Sts => "sts",
            Self::Leases => "leases",
        }
    }

    /// The service that the calls are of, as AWS's SDKs call it.
    #[must_use]
    pub fn service(self) -> &'static str {
        match self {
            Self::ElbReads | Self::ElbWrites => "elasticloadbalancingv2",
            Self::ClassicReads | Self::ClassicWrites => "elasticloadbalancing",
            Self::Ec2Reads | Self::Ec2Writes => "ec2",
            Self::AutoScaling => "autoscaling",
            Self::Sts => "sts",
            Self::Leases => "dynamodb",
        }
    }

    /// What AWS gives every account, by its pages on the throttling of these APIs (2026-11): the lower of two where a page was
    /// seen to have changed.
    #[must_use]
    pub fn published(self) -> Limit {
        let (burst, rate) = match self {
            Self::ElbReads | Self::ClassicReads => (40.0, 10.0),
            Self::ElbWrites | Self::ClassicWrites => (20.0, 4.0),
            Self::Ec2Reads => (100.0, 20.0),
            Self::Ec2Writes => (50.0, 5.0),
            // AWS gives no numbers: taken to be those of its other changes.
            Self::AutoScaling => (20.0, 3.0),
            // A quota of requests a second, for each account; the signer's is used up.
            Self::Sts => (600.0, 600.0),
            // What one partition of a table takes; a table that is new has as much.
            Self::Leases => (1000.0, 1000.0),
        };
        Limit { burst, rate }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Class {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = Self::ALL.map(Self::as_str).join(", ");
        Self::ALL
            .into_iter()
            .find(|class| class.as_str() == text)
            .ok_or_else(|| format!("'{text}' is no class of calls; there are {names}"))
    }
}

/// How much of AWS's limits the service uses, and how long a call may wait for its turn.
#[derive(Debug, Clone, PartialEq)]
pub struct BudgetSettings {
    /// The part of each limit, so that other tools of the account have theirs.
    pub share: f64,
    /// The limits of this account where they differ from the published ones.
    pub limits: Vec<(Class, Limit)>,
    /// The longest wait; a call that would wait longer fails at once.
    pub patience: Duration,
}

impl Default for BudgetSettings {
    fn default() -> Self {
        Self { share: 0.8, limits: Vec::new(), patience: Duration::from_secs(30) }
    }
}

/// The budget. Cheap to clone; all clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    accounts: Arc<[Account; Class::ALL.len()]>,
    patience: Duration,
}

#[derive(Debug)]
struct Account {
    origin: Instant,
    queue: Mutex<Queue>,
    /// Somebody left: whoever is behind may be earlier.
    moved: Notify,
}

/// The budget is spent for longer than a call may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spent {
    /// When it would have been the call's turn.
    pub(crate) until: Duration,
}

impl Budget {
    pub(crate) fn new(settings: &BudgetSettings) -> Self {
        let account = |class: Class| {
            let own = settings.limits.iter().find(|(other, _)| *other == class);
            let limit = own.map_or(class.published(), |(_, limit)| *limit).share(settings.share);
            let queue = Mutex::new(Queue::new(limit, Duration::ZERO));
            Account { origin: Instant::now(), queue, moved: Notify::new() }
        };
        Self { accounts: Arc::new(Class::ALL.map(account)), patience: settings.patience }
    }

    /// Waits for the turn of a call.
    ///
    /// # Errors
    /// [`Spent`] as soon as it is known that it would take too long.
    pub(crate) async fn take(&self, class: Class, lane: Lane) -> Result<(), Spent> {
        let account = self.account(class);
        let place = Place { ticket: account.lock().join(lane), account };
        let deadline = Instant::now() + self.patience;
        loop {
            let moved = account.moved.notified();
            let turn = account.lock().turn(place.ticket, account.now());
            match turn {
                Turn::Now => return Ok(()),
                Turn::In(wait) if Instant::now() + wait > deadline => return Err(Spent { until: wait }),
                // Whether the time is up or somebody moved: the turn is looked at again.
                Turn::In(wait) => drop(timeout(wait, moved).await),
            }
        }
    }

    /// AWS throttles a class of calls.
    pub(crate) fn slow_down(&self, class: Class) {
        let account = self.account(class);
        account.lock().slow_down(account.now());
    }

    /// The calls that are left of each class.
    pub(crate) fn left(&self) -> [(Class, f64); Class::ALL.len()] {
        Class::ALL.map(|class| {
            let account = self.account(class);
            (class, account.lock().left(account.now()))
        })
    }

    /// The calls of a full budget of this class.
    pub(crate) fn burst(&self, class: Class) -> f64 {
        self.account(class).lock().burst()
    }

    fn account(&self, class: Class) -> &Account {
        &self.accounts[class as usize]
    }
}

impl Account {
    fn now(&self) -> Duration {
        self.origin.elapsed()
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in a queue, which is given up with it.
struct Place<'a> {
    ticket: Ticket,
    account: &'a Account,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.account.lock().leave(self.ticket);
        self.account.moved.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::{FutureExt as _, join_all};

    use super::*;

    fn budget(burst: f64, rate: f64, patience: Duration) -> Budget {
        let limits = vec![(Class::ElbReads, Limit { burst, rate })];
        Budget::new(&BudgetSettings { share: 1.0, limits, patience })
    }

    #[tokio::test]
    async fn calls_that_would_wait_too_long_fail_at_once() {
        let budget = budget(2.0, 0.001, Duration::from_mins(5));
        let taken = join_all((0..20).map(|_| budget.take(Class::ElbReads, Lane::Read))).await;
        assert_eq!(taken.iter().filter(|taken| taken.is_ok()).count(), 2);
        assert!(taken[2].is_err_and(|spent| spent.until > Duration::from_mins(5)), "{:?}", taken[2]);
        assert!(budget.take(Class::ElbWrites, Lane::Write).await.is_ok(), "another class has its own");
    }

    #[tokio::test]
    async fn calls_wait_for_their_turn() {
        let budget = budget(1.0, 200.0, Duration::from_mins(1));
        let order = Mutex::new(Vec::new());
        let take = async |lane| {
            budget.take(Class::ElbReads, lane).await.expect("its turn");
            order.lock().expect("it holds").push(lane);
        };
        take(Lane::Read).await;
        tokio::join!(take(Lane::Read), take(Lane::Verify), take(Lane::Write));
        assert_eq!(order.into_inner().expect("it holds"), [Lane::Read, Lane::Write, Lane::Verify, Lane::Read]);
    }

    #[tokio::test]
    async fn a_call_that_is_given_up_frees_its_place() {
        // The second would have to wait two thousand seconds, were the first still before it.
        let budget = budget(1.0, 0.001, Duration::from_mins(25));
        budget.take(Class::ElbReads, Lane::Read).await.expect("a token is there");
        let mut first = Box::pin(budget.take(Class::ElbReads, Lane::Read));
        assert!((&mut first).now_or_never().is_none(), "it waits");
        assert!(budget.take(Class::ElbReads, Lane::Read).await.is_err(), "it would be the second");
        drop(first);
        assert!(budget.take(Class::ElbReads, Lane::Read).now_or_never().is_none(), "it waits as the first");
    }

    #[test]
    fn each_class_has_its_place_and_name() {
        for (number, class) in Class::ALL.into_iter().enumerate() {
            assert_eq!(class as usize, number);
            assert_eq!(class.as_str().parse(), Ok(class));
        }
        let error = "s3".parse::<Class>().expect_err("none");
        assert!(error.contains("elb-reads, elb-writes"), "{error}");
    }
}
