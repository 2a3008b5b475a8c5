//! Registering and deregistering by tables, and long histories against a simple model.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;

const DELAY: Duration = Duration::from_mins(5);

fn at(second: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
}

fn key(id: &str, port: u16) -> TargetKey {
    TargetKey { id: id.to_owned(), port: Some(port), zone: None }
}

/// The ids shown to a read at this second, a draining one with a `-` after it.
fn shown(targets: &Targets, second: i64) -> String {
    let words = |(key, registration): (&TargetKey, &Registration)| {
        format!("{}{}", key.id, if registration.deregistered.is_some() { "-" } else { "" })
    };
    targets.shown(at(second)).map(words).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_deregistered_target_drains_and_is_gone() {
    let mut targets = Targets::new(DELAY);
    targets.register(key("a", 80), at(0), None);
    targets.deregister(key("a", 80), at(10), None);
    assert_eq!(shown(&targets, 10), "a-");
    assert_eq!(shown(&targets, 309), "a-");
    assert_eq!(shown(&targets, 310), "");
    assert_eq!(targets.members(at(310)).count(), 0);
}

#[test]
fn draining_is_not_begun_anew_by_a_second_deregistration() {
    let mut targets = Targets::new(DELAY);
    targets.register(key("a", 80), at(0), None);
    targets.deregister(key("a", 80), at(10), None);
    targets.deregister(key("a", 80), at(200), None);
    assert_eq!(shown(&targets, 310), "");
}

#[test]
fn a_draining_target_is_a_member_again_when_it_is_registered() {
    let mut targets = Targets::new(DELAY);
    targets.register(key("a", 80), at(0), None);
    targets.deregister(key("a", 80), at(10), None);
    targets.register(key("a", 80), at(20), None);
    assert_eq!(shown(&targets, 1000), "a");
    assert_eq!(targets.shown_one(&key("a", 80), at(1000)).unwrap().registered, at(20));
}

#[test]
fn registering_a_member_changes_nothing() {
    let mut targets = Targets::new(DELAY);
    targets.register(key("a", 80), at(0), None);
    targets.register(key("a", 80), at(20), None);
    assert_eq!(targets.shown_one(&key("a", 80), at(20)).unwrap().registered, at(0));
}

#[test]
fn another_port_is_another_target() {
    let mut targets = Targets::new(DELAY);
    targets.register(key("a", 80), at(0), None);
    targets.deregister(key("a", 8080), at(1), None);
    assert_eq!(shown(&targets, 1), "a");
    targets.register(key("a", 8080), at(2), None);
    assert_eq!(shown(&targets, 2), "a a");
}

#[test]
fn stale_reads_show_what_was_before() {
    let stale = Some(Duration::from_mins(1));
    let mut targets = Targets::new(DELAY);
    targets.register(key("a", 80), at(0), stale);
    assert_eq!(shown(&targets, 59), "");
    assert_eq!(targets.members(at(0)).count(), 1);
    assert_eq!(shown(&targets, 60), "a");

    targets.deregister(key("a", 80), at(100), stale);
    targets.register(key("a", 80), at(130), stale);
    assert_eq!(shown(&targets, 159), "a");
    assert_eq!(shown(&targets, 160), "a-");
    assert_eq!(shown(&targets, 190), "a");

    // Once reads are no longer stale, a write without the fault shows at once.
    targets.deregister(key("a", 80), at(200), None);
    assert_eq!(shown(&targets, 200), "a-");
}

#[test]
fn a_stale_read_outlives_the_draining() {
    let mut targets = Targets::new(Duration::from_secs(10));
    targets.register(key("a", 80), at(0), None);
    targets.deregister(key("a", 80), at(1), Some(Duration::from_secs(100)));
    targets.register(key("b", 80), at(50), None);
    assert_eq!(targets.members(at(50)).count(), 1);
    assert_eq!(shown(&targets, 50), "a b");
    assert_eq!(shown(&targets, 101), "b");
}

#[test]
fn what_is_gone_takes_no_room() {
    let mut targets = Targets::new(Duration::ZERO);
    targets.register(key("member", 80), at(0), None);
    for second in 0..100 {
        targets.register(key(&second.to_string(), 80), at(second), None);
        targets.deregister(key(&second.to_string(), 80), at(second), None);
        assert!(targets.records.len() <= FEW, "{}", targets.records.len());
    }
    assert_eq!(shown(&targets, 100), "member");
}

#[test]
fn a_slow_load_balancer_lets_targets_go_later() {
    let mut targets = Targets::new(DELAY).with_lag(Duration::from_mins(3));
    targets.register(key("a", 80), at(0), None);
    targets.deregister(key("a", 80), at(0), None);
    assert_eq!(shown(&targets, 479), "a-");
    assert_eq!(shown(&targets, 480), "");
}

#[derive(Debug, Clone)]
enum Step {
    Register(u8, u16),
    Deregister(u8, u16),
    Wait(u16),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..4_u8, 80..82_u16).prop_map(|(id, port)| Step::Register(id, port)),
        (0..4_u8, 80..82_u16).prop_map(|(id, port)| Step::Deregister(id, port)),
        (0..400_u16).prop_map(Step::Wait),
    ]
}

proptest! {
    /// The model is a map from a target to the second at which it is gone, `None` for a member.
    #[test]
    fn histories_follow_the_model(steps in proptest::collection::vec(step(), 0..60)) {
        let mut targets = Targets::new(DELAY);
        let mut model: BTreeMap<(String, u16), Option<i64>> = BTreeMap::new();
        let mut now = 0_i64;
        for step in steps {
            match step {
                Step::Register(id, port) => {
                    targets.register(key(&id.to_string(), port), at(now), None);
                    model.insert((id.to_string(), port), None);
                }
                Step::Deregister(id, port) => {
                    targets.deregister(key(&id.to_string(), port), at(now), None);
                    if let Some(gone @ None) = model.get_mut(&(id.to_string(), port)) {
                        *gone = Some(now + 300);
                    }
                }
                Step::Wait(seconds) => now += i64::from(seconds),
            }
            model.retain(|_, gone| gone.is_none_or(|gone| gone > now));
            let expected: Vec<_> = model.iter().map(|((id, port), gone)| (key(id, *port), gone.is_some())).collect();
            let read = |found: (&TargetKey, &Registration)| (found.0.clone(), found.1.deregistered.is_some());
            prop_assert_eq!(targets.members(at(now)).map(read).collect::<Vec<_>>(), expected.clone());
            prop_assert_eq!(targets.shown(at(now)).map(read).collect::<Vec<_>>(), expected);
        }
    }

    /// Where every write is stale for as long, reads show what was true that long ago.
    #[test]
    fn evenly_stale_reads_show_the_past(
        steps in proptest::collection::vec(step(), 0..40),
        lasting in 1_u16..500,
    ) {
        let lasting_time = Some(Duration::from_secs(u64::from(lasting)));
        let (mut stale, mut prompt) = (Targets::new(DELAY), Targets::new(DELAY));
        let mut now = 0_i64;
        let mut past: Vec<(i64, Targets)> = vec![(i64::MIN, prompt.clone())];
        for step in steps {
            match step {
                Step::Register(id, port) => {
                    stale.register(key(&id.to_string(), port), at(now), lasting_time);
                    prompt.register(key(&id.to_string(), port), at(now), None);
                }
                Step::Deregister(id, port) => {
                    stale.deregister(key(&id.to_string(), port), at(now), lasting_time);
                    prompt.deregister(key(&id.to_string(), port), at(now), None);
                }
                Step::Wait(seconds) => now += i64::from(seconds),
            }
            past.push((now, prompt.clone()));
            let seen = now - i64::from(lasting);
            let (_, then) = past.iter().rev().find(|(time, _)| *time <= seen).unwrap();
            // A draining target is gone at its own time, however stale the read is.
            let read = |found: (&TargetKey, &Registration)| (found.0.clone(), found.1.deregistered.is_some());
            prop_assert_eq!(
                stale.shown(at(now)).map(read).collect::<Vec<_>>(),
                then.shown(at(now)).map(read).collect::<Vec<_>>()
            );
            prop_assert_eq!(
                stale.members(at(now)).map(read).collect::<Vec<_>>(),
                prompt.members(at(now)).map(read).collect::<Vec<_>>()
            );
        }
    }
}
