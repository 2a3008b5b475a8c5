//! What checks find, by a table.

use chrono::TimeDelta;

use super::*;

const FAILED: CheckFailure = CheckFailure::Timeout;

/// So many seconds after the begin, or before it.
fn at(second: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
}

fn unhealthy(failure: CheckFailure, seconds: u64) -> Finding {
    Finding::Unhealthy { failure, lasting: Duration::from_secs(seconds) }
}

#[test]
fn checks_are_counted_in_a_row() {
    use Finding::{Healthy, Unchecked, Undecided};
    // Every 30 s, healthy after 5 and unhealthy after 2.
    let check = HealthCheck::default();
    let (mismatch, pass) = (Some(CheckFailure::ResponseCode(503)), None);
    let fail = Some(FAILED);
    let table: [(&[_], &[_]); 8] = [
        (&[], &[(0, Unchecked), (29, Unchecked), (30, Undecided), (149, Undecided), (150, Healthy)]),
        // Failed from the begin on, or from before it.
        (&[(0, fail)], &[(29, Unchecked), (59, Undecided), (60, unhealthy(FAILED, 0)), (75, unhealthy(FAILED, 15))]),
        (&[(-99, fail)], &[(59, Undecided), (60, unhealthy(FAILED, 0))]),
        // A check in the moment of a change meets what is after it.
        (&[(30, fail)], &[(59, Undecided), (60, unhealthy(FAILED, 0))]),
        (&[(31, fail)], &[(60, Undecided), (90, unhealthy(FAILED, 0))]),
        // What no check meets is not noticed, and one failed check is not enough.
        (&[(151, fail), (179, pass)], &[(999, Healthy)]),
        (&[(60, fail), (90, pass)], &[(209, Undecided), (210, Healthy)]),
        // Back to healthy after five; the last failure is the one that is told.
        (
            &[(200, fail), (300, mismatch), (400, pass), (449, fail), (451, pass)],
            &[
                (239, Healthy),
                (240, unhealthy(FAILED, 0)),
                (299, unhealthy(FAILED, 59)),
                (300, unhealthy(CheckFailure::ResponseCode(503), 60)),
                (420, unhealthy(CheckFailure::ResponseCode(503), 180)),
                (450, unhealthy(FAILED, 210)),
                (599, unhealthy(FAILED, 359)),
                (600, Healthy),
            ],
        ),
    ];
    for (changes, expected) in table {
        let changes: Vec<Change> =
            changes.iter().map(|(second, failure)| Change { at: at(*second), port: None, failure: *failure }).collect();
        for (second, finding) in expected {
            let found = Finding::of(&check, changes.iter(), at(0), at(*second));
            assert_eq!(found, *finding, "after {second} s of {changes:?}");
        }
    }
}

#[test]
fn the_end_of_time_is_no_trouble() {
    let check = HealthCheck::default();
    let change = Change { at: at(0), port: None, failure: Some(FAILED) };
    for (begin, now) in [
        (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC),
        (DateTime::<Utc>::MAX_UTC, DateTime::<Utc>::MIN_UTC),
        (DateTime::<Utc>::MAX_UTC, DateTime::<Utc>::MAX_UTC),
    ] {
        let found = Finding::of(&check, [change].iter(), begin, now);
        assert_eq!(matches!(found, Finding::Unhealthy { .. }), now > begin, "{found:?}");
    }
}
