//! Asked too often.

use std::num::NonZeroU32;
use std::time::Duration;

/// A caller asks more often than it may.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TooOften {
    /// Too many passwords were checked for its address; this one was not looked at.
    #[error("too many passwords were checked for this address; repeat the request in {} s", seconds(*wait))]
    Passwords {
        /// How long until one may be.
        wait: Duration,
    },
    /// Too many AWS sign-ins from its address have failed; this one was not looked at.
    #[error("too many AWS sign-ins of this address have failed; repeat the request in {} s", seconds(*wait))]
    SignIns {
        /// How long until one may.
        wait: Duration,
    },
    /// The principal has a rate limit.
    #[error("'{principal}' may send {rate} requests a second; repeat the request in {} s", seconds(*wait))]
    Requests {
        /// The name of the principal.
        principal: String,
        /// How many requests it may send in a second.
        rate: NonZeroU32,
        /// How long until it may send one.
        wait: Duration,
    },
    /// The principal follows as many load balancers as it may.
    #[error("'{principal}' follows {most} load balancers already; end one, or repeat the request in {STREAM_WAIT} s")]
    Streams {
        /// The name of the principal.
        principal: String,
        /// How many it may follow at once.
        most: usize,
    },
}

/// After how many seconds it is worth to ask for a stream again: by then it shows which of the others have broken.
const STREAM_WAIT: u64 = 15;

impl TooOften {
    /// How long to wait, in whole seconds.
    pub(crate) fn retry_after(&self) -> u64 {
        match self {
            Self::Passwords { wait } | Self::SignIns { wait } | Self::Requests { wait, .. } => seconds(*wait),
            Self::Streams { .. } => STREAM_WAIT,
        }
    }
}

/// Rounded up, so that whoever waits as long has waited long enough.
fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::TooOften;

    #[test]
    fn the_wait_is_rounded_up() {
        for (milliseconds, expected) in [(0, 0), (1, 1), (999, 1), (1000, 1), (1001, 2)] {
            let refused = TooOften::Passwords { wait: Duration::from_millis(milliseconds) };
            assert_eq!(refused.retry_after(), expected);
            assert!(refused.to_string().ends_with(&format!("in {expected} s")));
        }
    }
}
