//! What was asked, and how it ended: tests read it to count and to look at the calls of the service.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use chrono::{DateTime, Utc};

use crate::faults::Delivery;
use crate::services::Action;
use crate::wire::AwsError;

/// How many calls are kept; the counts go on beyond it, so that a long run does not fill the memory.
pub(crate) const KEPT: usize = 10_000;

/// A call that reached its action: signed, and of a known version and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What was asked.
    pub action: Action,
    /// The parameters as sent, decoded: `Targets.member.1.Id` to `i-…`.
    pub parameters: BTreeMap<String, String>,
    /// Who asked: the access key of its signature.
    pub access_key: String,
    /// The id that its answer has, or would have had.
    pub request_id: String,
    /// When, by the simulator's clock.
    pub at: DateTime<Utc>,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It was answered with its result.
    Answered,
    /// It was throttled, by a bucket or a fault.
    Throttled,
    /// It was answered with another error of this code.
    Refused(String),
    /// The connection was dropped without an answer.
    Dropped,
    /// Half of the answer was sent.
    Truncated,
}

/// How often the calls of each action ended how.
pub type Counts = BTreeMap<Action, BTreeMap<Outcome, usize>>;

impl Outcome {
    pub(crate) fn of(result: &Result<String, AwsError>, throttled: bool, delivery: Delivery) -> Self {
        match (delivery, result) {
            (Delivery::Dropped, _) => Self::Dropped,
            (Delivery::Truncated, _) => Self::Truncated,
            (Delivery::Whole, Ok(_)) => Self::Answered,
            (Delivery::Whole, Err(_)) if throttled => Self::Throttled,
            (Delivery::Whole, Err(error)) => Self::Refused(error.code.clone()),
        }
    }
}

impl fmt::Display for Outcome {
    /// A word, or the code of the error.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Answered => "answered",
            Self::Throttled => "throttled",
            Self::Refused(code) => code,
            Self::Dropped => "dropped",
            Self::Truncated => "truncated",
        })
    }
}

#[derive(Debug, Default)]
pub(crate) struct Journal {
    calls: VecDeque<Call>,
    counts: Counts,
}

impl Journal {
    pub(crate) fn record(&mut self, call: Call) {
        *self.counts.entry(call.action).or_default().entry(call.outcome.clone()).or_default() += 1;
        if self.calls.len() == KEPT {
            self.calls.pop_front();
        }
        self.calls.push_back(call);
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.iter().cloned().collect()
    }

    pub(crate) fn count(&self, action: Action) -> usize {
        self.counts.get(&action).map_or(0, |outcomes| outcomes.values().sum())
    }

    pub(crate) fn counts(&self) -> &Counts {
        &self.counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::Elbv2;

    #[test]
    fn the_last_calls_are_kept_and_all_are_counted_by_outcome() {
        let mut journal = Journal::default();
        for second in 0..=KEPT {
            journal.record(Call {
                action: Elbv2::RegisterTargets.into(),
                parameters: BTreeMap::new(),
                access_key: "test".to_owned(),
                request_id: second.to_string(),
                at: DateTime::from_timestamp_nanos(i64::try_from(second).unwrap()),
                outcome: if second == 0 { Outcome::Throttled } else { Outcome::Answered },
            });
        }
        assert_eq!(journal.count(Elbv2::RegisterTargets.into()), KEPT + 1);
        assert_eq!(journal.count(Elbv2::DeregisterTargets.into()), 0);
        let outcomes = BTreeMap::from([(Outcome::Throttled, 1), (Outcome::Answered, KEPT)]);
        assert_eq!(*journal.counts(), BTreeMap::from([(Elbv2::RegisterTargets.into(), outcomes)]));
        let calls = journal.calls();
        assert_eq!(calls.len(), KEPT);
        assert_eq!(calls[0].at, DateTime::from_timestamp_nanos(1));
    }
}
