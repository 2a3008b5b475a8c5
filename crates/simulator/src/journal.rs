//! What was asked: tests read it to count and to look at the calls of the service.

use std::collections::{BTreeMap, HashMap, VecDeque};

use chrono::{DateTime, Utc};

use crate::services::Action;

/// How many calls are kept; the counts go on beyond it, so that a long run does not fill the memory.
pub(crate) const KEPT: usize = 10_000;

/// A call that reached its action: signed, and of a known version and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What was asked.
    pub action: Action,
    /// The parameters as sent, decoded: `Targets.member.1.Id` to `i-…`.
    pub parameters: BTreeMap<String, String>,
    /// When, by the simulator's clock.
    pub at: DateTime<Utc>,
}

#[derive(Debug, Default)]
pub(crate) struct Journal {
    calls: VecDeque<Call>,
    counts: HashMap<Action, usize>,
}

impl Journal {
    pub(crate) fn record(&mut self, call: Call) {
        *self.counts.entry(call.action).or_default() += 1;
        if self.calls.len() == KEPT {
            self.calls.pop_front();
        }
        self.calls.push_back(call);
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.iter().cloned().collect()
    }

    pub(crate) fn count(&self, action: Action) -> usize {
        self.counts.get(&action).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::Elbv2;

    #[test]
    fn the_last_calls_are_kept_and_all_are_counted() {
        let mut journal = Journal::default();
        for second in 0..=KEPT {
            journal.record(Call {
                action: Elbv2::RegisterTargets.into(),
                parameters: BTreeMap::new(),
                at: DateTime::from_timestamp_nanos(i64::try_from(second).unwrap()),
            });
        }
        assert_eq!(journal.count(Elbv2::RegisterTargets.into()), KEPT + 1);
        assert_eq!(journal.count(Elbv2::DeregisterTargets.into()), 0);
        let calls = journal.calls();
        assert_eq!(calls.len(), KEPT);
        assert_eq!(calls[0].at, DateTime::from_timestamp_nanos(1));
    }
}
