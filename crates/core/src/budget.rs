//! How many AWS calls may be made, and who makes the next one. The time is passed in.

use std::collections::BTreeSet;
use std::time::Duration;

/// What a token bucket holds and gets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// The most tokens.
    pub burst: f64,
    /// The tokens that come back in a second.
    pub rate: f64,
}

impl Limit {
    /// A part of it.
    #[must_use]
    pub fn share(self, part: f64) -> Self {
        Self { burst: self.burst * part, rate: self.rate * part }
    }
}

/// Why a call is made. The order is that in which calls are let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// It changes something.
    Write,
    /// It looks for the effect of a write.
    Verify,
    /// Somebody waits for its answer.
    Read,
    /// It keeps something up to date: a quarter of the budget is for these at most.
    Background,
}

impl Lane {
    /// Every lane, in order.
    pub const ALL: [Self; 4] = [Self::Write, Self::Verify, Self::Read, Self::Background];

    /// Its name in metrics and traces.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Verify => "verify",
            Self::Read => "read",
            Self::Background => "background",
        }
    }
}

/// The part of a budget that the background may use.
const BACKGROUND: f64 = 0.25;

/// How slow a bucket may become where AWS throttles.
const SLOWEST: f64 = 0.125;

/// In what time a bucket that was slowed down to nothing is as fast as before.
const RECOVERY: Duration = Duration::from_mins(1);

/// A token bucket.
#[derive(Debug, Clone)]
struct Bucket {
    limit: Limit,
    tokens: f64,
    /// The part of the rate that it has, at `counted`.
    pace: f64,
    /// Since the origin of time.
    counted: Duration,
}

impl Bucket {
    fn new(limit: Limit, now: Duration) -> Self {
        // One call must be possible, however small the share is.
        let limit = Limit { burst: limit.burst.max(1.0), ..limit };
        Self { limit, tokens: limit.burst, pace: 1.0, counted: now }
    }

    fn count(&mut self, now: Duration) {
        let passed = now.saturating_sub(self.counted);
        let pace = (self.pace + passed.as_secs_f64() / RECOVERY.as_secs_f64()).min(1.0);
        let came = passed.as_secs_f64() * self.limit.rate * f64::midpoint(self.pace, pace);
        self.tokens = (self.tokens + came).min(self.limit.burst);
        self.pace = pace;
        self.counted = self.counted.max(now);
    }

    /// In what time there are so many tokens, at the pace of now; the next tokens come faster while it recovers.
    fn until(&self, tokens: f64) -> Duration {
        let missing = (tokens - self.tokens).max(0.0);
        // A moment longer, so that rounding never wakes anybody for nothing.
        if missing == 0.0 {
            Duration::ZERO
        } else {
            Duration::from_secs_f64(missing / (self.limit.rate * self.pace) + 0.000_1)
        }
    }

    fn slow_down(&mut self, now: Duration) {
        self.count(now);
        self.tokens = self.tokens.min(0.0);
        self.pace = (self.pace / 2.0).max(SLOWEST);
    }
}

/// A place in a queue; the first is let through first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket {
    lane: Lane,
    number: u64,
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The caller's; its token is taken, and it has left the queue.
    Now,
    /// Somebody else's; the caller's will be in this time, if nobody comes before it.
    In(Duration),
}

/// The budget of one class of calls, and those who wait for it: by lane, then first come, first served.
#[derive(Debug, Clone)]
pub struct Queue {
    all: Bucket,
    background: Bucket,
    waiting: BTreeSet<Ticket>,
    next: u64,
}

impl Queue {
    /// A full budget.
    #[must_use]
    pub fn new(limit: Limit, now: Duration) -> Self {
        let background = Bucket::new(limit.share(BACKGROUND), now);
        Self { all: Bucket::new(limit, now), background, waiting: BTreeSet::new(), next: 0 }
    }

    /// Queues up.
    pub fn join(&mut self, lane: Lane) -> Ticket {
        let ticket = Ticket { lane, number: self.next };
        self.next += 1;
        self.waiting.insert(ticket);
        ticket
    }

    /// Gives a place up.
    pub fn leave(&mut self, ticket: Ticket) {
        self.waiting.remove(&ticket);
    }

    /// Takes a token, where it is this ticket's turn.
    pub fn turn(&mut self, ticket: Ticket, now: Duration) -> Turn {
        self.all.count(now);
        self.background.count(now);
        let mut before = 0.0;
        let mut before_in_lane = 0.0;
        for other in self.waiting.range(..ticket) {
            before += 1.0;
            before_in_lane += if other.lane == ticket.lane { 1.0 } else { 0.0 };
        }
        let mut wait = self.all.until(before + 1.0);
        if ticket.lane == Lane::Background {
            wait = wait.max(self.background.until(before_in_lane + 1.0));
        }
        if !wait.is_zero() {
            return Turn::In(wait);
        }
        self.all.tokens -= 1.0;
        if ticket.lane == Lane::Background {
            self.background.tokens -= 1.0;
        }
        self.leave(ticket);
        Turn::Now
    }

    /// AWS throttles all the same, because others call too: the budget is empty, and comes back half as fast. Within a minute
    /// it recovers.
    pub fn slow_down(&mut self, now: Duration) {
        self.all.slow_down(now);
    }

    /// The most tokens that there can be.
    #[must_use]
    pub fn burst(&self) -> f64 {
        self.all.limit.burst
    }

    /// The tokens that are left.
    pub fn left(&mut self, now: Duration) -> f64 {
        self.all.count(now);
        self.all.tokens
    }
}
