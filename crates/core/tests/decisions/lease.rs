//! Who may take a lease, and what it remembers.

use std::time::Duration;

use chrono::{DateTime, Utc};
use elbm_core::*;

use crate::world::*;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("a time")
}

fn taken(before: Option<&LeaseRecord>, holder: &str, now: i64) -> LeaseRecord {
    LeaseRecord::taken(before, holder, format!("{holder}{now}"), at(now))
}

#[test]
fn a_free_lease_and_ones_own_may_be_taken_at_once() {
    let held = taken(None, "a", 0);
    assert!(held.may_be_taken("a", &mut None, Duration::ZERO));
    assert!(held.released("free".to_owned(), at(1)).may_be_taken("b", &mut None, Duration::ZERO));
}

#[test]
fn a_lease_of_another_may_be_taken_once_the_same_record_was_seen_for_its_whole_time() {
    let (first, renewed) = (taken(None, "a", 0), taken(None, "a", 5));
    let mut seen = None;
    let start = Duration::from_secs(1000);
    for (record, after, expected) in [
        (&first, Duration::ZERO, false),
        (&first, LEASE.mul_f64(0.99), false),
        (&renewed, LEASE, false),
        (&renewed, LEASE + Duration::from_secs(1), false),
        (&renewed, (LEASE * 2).mul_f64(0.99), false),
        (&renewed, LEASE * 2, true),
    ] {
        assert_eq!(record.may_be_taken("b", &mut seen, start + after), expected, "{after:?}");
    }
}

#[test]
fn what_others_took_out_counts_for_a_minute_from_the_end_of_their_turn() {
    let mut record = taken(None, "a", 0);
    record.note("a", [key(OTHER, 80)]);
    assert!(record.of_others("a", at(0)).is_empty(), "its own it knows better");
    assert_eq!(record.of_others("b", at(3600)).len(), 1, "it is at it");
    let released = record.clone().released("free".to_owned(), at(40));
    assert_eq!(released.of_others("b", at(99)), [key(OTHER, 80)].into());
    assert!(released.of_others("b", at(100)).is_empty());
    assert_eq!(released.of_others("b", at(0)).len(), 1, "a clock that is behind");

    let later = taken(Some(&released), "b", 99);
    assert_eq!((later.departures.len(), later.departures[0].at), (1, Some(at(40))), "carried on, and not renewed");
    assert!(taken(Some(&released), "b", 100).departures.is_empty());
    // Who died may have done it until now.
    let inherited = taken(Some(&record), "b", 3600);
    assert_eq!(inherited.of_others("b", at(3659)).len(), 1);
    assert!(inherited.of_others("b", at(3660)).is_empty());
}

#[test]
fn what_was_not_done_is_taken_back_once() {
    let mut record = taken(None, "a", 0);
    record.note("a", [key(OTHER, 80), key(OTHER, 81)]);
    record = taken(Some(&record.released("free".to_owned(), at(0))), "b", 1);
    record.note("b", [key(OTHER, 80)]);
    record.take_back(&key(OTHER, 80));
    record.take_back(&key(OTHER, 80));
    let left: Vec<_> = record.departures.iter().map(|departed| (departed.key.port, departed.by.as_str())).collect();
    assert_eq!(left, [(Some(80), "a"), (Some(81), "a")], "that of another stays");
}
