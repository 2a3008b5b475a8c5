//! What goes wrong on demand.

mod queue;
mod sentences;

use std::time::Duration;

use serde::Deserialize;

pub(crate) use queue::FaultQueue;

use crate::text;
use crate::wire::AwsError;

/// What happens to a call instead of, or on top of, its answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Fault {
    /// The account's budget is spent: `Throttling`, or `RequestLimitExceeded` on EC2.
    Throttled,
    /// The caller lacks the permission: `AccessDenied`, or `UnauthorizedOperation` on EC2.
    AccessDenied,
    /// The credentials are over: `ExpiredToken`, or `RequestExpired` on EC2.
    ExpiredToken,
    /// AWS itself fails: `InternalFailure`, or `InternalError` on EC2.
    InternalFailure,
    /// Any other error in AWS's format.
    Error(AwsError),
    /// The answer is made, and a write takes effect, at once; it is sent after this real time.
    #[serde(deserialize_with = "text::duration")]
    Delayed(Duration),
    /// The connection is dropped without an answer, and nothing was done.
    ConnectionDropped,
    /// A write takes effect, then the connection is dropped without an answer.
    ConnectionDroppedAfterEffect,
    /// A write takes effect, then half of the answer is sent and the connection is dropped.
    AnswerTruncated,
    /// A write is taken, but reads show what it registers or deregisters only after this simulated time; the rest of it
    /// they show at once. A read is answered as ever.
    #[serde(deserialize_with = "text::duration")]
    EffectStale(Duration),
    /// A write is answered with 200, but nothing is changed. A read is answered as ever.
    EffectLost,
}

/// How many calls a fault befalls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// The next calls, this many.
    Next(usize),
    /// Every call until the faults are cleared.
    All,
}

/// What becomes of an answer on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    Whole,
    Truncated,
    Dropped,
}

impl Fault {
    /// How long reads do not show what a write registers or deregisters.
    pub(crate) fn stale(&self) -> Option<Duration> {
        if let Self::EffectStale(lasting) = self { Some(*lasting) } else { None }
    }

    /// Whether the call ends before it is carried out.
    pub(crate) fn keeps_from_acting(&self) -> bool {
        *self == Self::ConnectionDropped
    }

    /// How much later, in real time, the answer is sent.
    pub(crate) fn delay(&self) -> Duration {
        if let Self::Delayed(by) = self { *by } else { Duration::ZERO }
    }

    pub(crate) fn delivery(&self) -> Delivery {
        match self {
            Self::ConnectionDropped | Self::ConnectionDroppedAfterEffect => Delivery::Dropped,
            Self::AnswerTruncated => Delivery::Truncated,
            _ => Delivery::Whole,
        }
    }
}
