//! Load: many connections, each answer looked at.

mod closed;
mod connection;
mod open;
#[cfg(test)]
mod served_tests;

use std::time::Duration;

use hdrhistogram::Histogram;

pub(crate) use closed::{Asked, closed, closed_with};
pub(crate) use connection::{Ask, Connection, Expected};
pub(crate) use open::open;

/// What became of the requests of a load.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// How many answers were as expected.
    pub(crate) right: u64,
    /// What the others were; the first says more than all of them.
    pub(crate) wrong: Wrong,
    /// From the first request to the last answer.
    pub(crate) lasted: Duration,
    /// How long the right answers took, in microseconds.
    latencies: Histogram<u64>,
}

/// Answers that were not as expected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// How many.
    pub(crate) number: u64,
    /// What the first of them was.
    pub(crate) first: Option<String>,
}

impl Wrong {
    /// One more.
    pub(crate) fn add(&mut self, what: String) {
        self.number += 1;
        self.first.get_or_insert(what);
    }

    /// These too.
    pub(crate) fn merge(&mut self, other: Self) {
        self.number += other.number;
        self.first = self.first.take().or(other.first);
    }

    /// As a sentence; none where every answer was right.
    pub(crate) fn sentence(&self) -> Option<String> {
        let first = self.first.as_deref()?;
        Some(format!("{} wrong answers, the first {first}", self.number))
    }
}

impl Outcome {
    fn nothing() -> anyhow::Result<Self> {
        // Three digits of what lasts up to a minute; what lasts longer makes room for itself.
        let mut latencies = Histogram::new_with_max(60_000_000, 3)?;
        latencies.auto(true);
        Ok(Self { right: 0, wrong: Wrong::default(), lasted: Duration::ZERO, latencies })
    }

    fn note(&mut self, answer: Result<(), String>, took: Duration) -> anyhow::Result<()> {
        match answer {
            Ok(()) => {
                self.right += 1;
                self.latencies.record(u64::try_from(took.as_micros())?)?;
            }
            Err(what) => self.wrong.add(what),
        }
        Ok(())
    }

    fn merge(&mut self, other: Self) -> anyhow::Result<()> {
        self.right += other.right;
        self.wrong.merge(other.wrong);
        self.latencies.add(other.latencies)?;
        Ok(())
    }

    /// Right answers a second.
    pub(crate) fn rate(&self) -> f64 {
        float(self.right) / self.lasted.as_secs_f64()
    }

    /// The time in milliseconds within which this share of the right answers came, such as 0.99.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        float(self.latencies.value_at_quantile(share)) / 1e3
    }
}

/// As a number to calculate with; what is counted here is far below the 2^53 from where it would be inexact.
#[expect(clippy::cast_precision_loss, reason = "counts of one run")]
pub(crate) fn float(number: u64) -> f64 {
    number as f64
}

/// The same of a length.
#[expect(clippy::cast_precision_loss, reason = "counts of one run")]
pub(crate) fn count(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Outcome, Wrong};

    #[test]
    fn wrong_answers_are_counted_and_the_first_is_told() {
        let mut all = Wrong::default();
        assert_eq!(all.sentence(), None);
        let mut one = Wrong::default();
        one.add("status 503".to_owned());
        one.add("status 500".to_owned());
        all.merge(one.clone());
        all.merge(Wrong { number: 1, first: Some("status 404".to_owned()) });
        assert_eq!(all.sentence().as_deref(), Some("3 wrong answers, the first status 503"));
    }

    #[test]
    fn only_right_answers_count_for_rate_and_latency() {
        let mut outcome = Outcome::nothing().expect("bounds");
        for (ms, answer) in [(1, Ok(())), (2, Ok(())), (3, Ok(())), (900, Err("status 503".to_owned()))] {
            outcome.note(answer, Duration::from_millis(ms)).expect("in bounds");
        }
        outcome.lasted = Duration::from_secs(2);
        assert!((outcome.rate() - 1.5).abs() < 1e-9, "{}", outcome.rate());
        assert!((outcome.quantile(0.5) - 2.0).abs() < 0.01, "{}", outcome.quantile(0.5));
        assert!((outcome.quantile(0.99) - 3.0).abs() < 0.01, "{}", outcome.quantile(0.99));
        assert_eq!(outcome.wrong.number, 1);
    }

    #[test]
    fn a_latency_of_minutes_is_kept() {
        let mut outcome = Outcome::nothing().expect("bounds");
        outcome.note(Ok(()), Duration::from_mins(5)).expect("it makes room");
        assert!((outcome.quantile(1.0) / 3e5 - 1.0).abs() < 0.01, "{}", outcome.quantile(1.0));
    }
}
