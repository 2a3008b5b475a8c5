//! The arithmetic between measurements and a table.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// The middle of the values, or the mean of the two in the middle; none of none.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (below, above) = (sorted.get(values.len().checked_sub(1)? / 2)?, sorted.get(values.len() / 2)?);
    Some(f64::midpoint(*below, *above))
}

/// How many calls had to wait for each other, where each takes at least `latency`: the longest row of calls, each of which
/// began when the one before it could have been answered.
pub(crate) fn rounds(starts: &[DateTime<Utc>], latency: Duration) -> usize {
    let mut sorted = starts.to_vec();
    sorted.sort_unstable();
    let mut rounds = 0;
    let mut answered = None;
    for start in sorted {
        if answered.is_none_or(|answered| start >= answered) {
            rounds += 1;
            answered = Some(start + latency);
        }
    }
    rounds
}

/// The fewest seconds in which so many calls pass a bucket of AWS: it holds `burst` at first, and `per_second` come back.
pub(crate) fn floor(calls: f64, burst: f64, per_second: f64) -> f64 {
    ((calls - burst) / per_second).max(0.0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::DateTime;

    use super::{floor, median, rounds};

    #[test]
    fn the_median_is_the_middle_whatever_the_order() {
        for (values, expected) in [
            (&[][..], None),
            (&[3.0], Some(3.0)),
            (&[9.0, 1.0], Some(5.0)),
            (&[9.0, 1.0, 2.0], Some(2.0)),
            (&[4.0, 1.0, 100.0, 2.0], Some(3.0)),
        ] {
            assert_eq!(median(values), expected, "{values:?}");
        }
    }

    #[test]
    fn calls_side_by_side_are_one_round() {
        for (starts, expected) in [
            (&[][..], 0),
            (&[5], 1),
            (&[0, 0, 1, 19], 1),
            (&[0, 20], 2),
            (&[40, 0, 20], 3),
            // The second begins while the first is under way, the third after both.
            (&[0, 15, 36], 2),
            (&[0, 15, 36, 41, 56], 3),
        ] {
            let starts: Vec<_> = starts.iter().filter_map(|ms| DateTime::from_timestamp_millis(*ms)).collect();
            assert_eq!(rounds(&starts, Duration::from_millis(20)), expected, "{starts:?}");
        }
    }

    #[test]
    fn a_bucket_gives_its_burst_at_once_and_the_rest_in_time() {
        for (calls, seconds) in [(20.0, 0.0), (10.0, 0.0), (24.0, 1.0), (1000.0, 245.0)] {
            assert!((floor(calls, 20.0, 4.0) - seconds).abs() < 1e-9, "{calls}");
        }
    }
}
