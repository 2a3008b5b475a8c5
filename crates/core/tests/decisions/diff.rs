//! What followers of a load balancer are told.

use std::collections::BTreeMap;
use std::sync::Arc;

use elbm_core::*;
use proptest::prelude::*;

use crate::world::*;

fn listed(targets: Vec<Target>) -> Vec<Machine> {
    machines(&membership(vec![(group("a", TargetType::Instance), targets)]), [])
}

#[test]
fn only_what_changes_is_told() {
    let (one, two) = (|state| target(MACHINE, 80, state, None), |state| target(OTHER, 80, state, None));
    for (before, after, changed, gone) in [
        (vec![], vec![], vec![], vec![]),
        (vec![one("healthy")], vec![one("healthy")], vec![], vec![]),
        (vec![], vec![one("initial")], vec![MACHINE], vec![]),
        (vec![one("initial"), two("healthy")], vec![one("healthy"), two("healthy")], vec![MACHINE], vec![]),
        (vec![one("draining"), two("healthy")], vec![two("healthy")], vec![], vec![MACHINE]),
        (vec![one("healthy")], vec![two("healthy")], vec![OTHER], vec![MACHINE]),
        (vec![one("healthy")], vec![one("healthy"), target(MACHINE, 81, "initial", None)], vec![MACHINE], vec![]),
    ] {
        let told = format!("{before:?} → {after:?}");
        let difference = difference(&listed(before), &listed(after));
        let ids: Vec<_> = difference.changed.iter().map(|machine| machine.id.as_str()).collect();
        assert_eq!((ids, difference.gone.iter().map(InstanceId::as_str).collect()), (changed, gone), "{told}");
        assert_eq!(difference.is_empty(), difference == Difference::default(), "{told}");
    }
}

#[test]
fn what_ec2_says_anew_is_a_change() {
    let membership = membership(vec![(group("a", TargetType::Instance), vec![target(MACHINE, 80, "healthy", None)])]);
    let of = |state| machines(&membership, [Arc::new(instance(state))]);
    let difference = difference(&of(InstanceState::Running), &of(InstanceState::Stopping));
    assert_eq!(difference.changed, of(InstanceState::Stopping));
}

#[test]
fn reads_are_5_seconds_apart_and_slow_down_to_30() {
    let pauses: Vec<_> = (0..7).map(|quiet| follow_pause(quiet).as_secs_f64()).collect();
    assert_eq!(pauses, [5.0, 7.5, 11.25, 16.875, 25.3125, 30.0, 30.0]);
    assert_eq!(follow_pause(u32::MAX).as_secs(), 30);
}

fn any_machines() -> impl Strategy<Value = Vec<Machine>> {
    let registered = (0u8..8, 80u16..82, prop_oneof![Just("healthy"), Just("unhealthy"), Just("draining")]);
    prop::collection::vec(registered, 0..10).prop_map(|targets| {
        let of = |(machine, port, state)| target(&format!("i-0a1b2c3{machine}"), port, state, None);
        let mut targets: Vec<_> = targets.into_iter().map(of).collect();
        targets.sort_by(|a, b| a.key.cmp(&b.key));
        targets.dedup_by(|a, b| a.key == b.key);
        listed(targets)
    })
}

proptest! {
    /// Whoever applies what it is told to the snapshot has the newest state, however many states it missed in between.
    #[test]
    fn a_follower_arrives_at_the_newest_state(states in prop::collection::vec(any_machines(), 1..6), missed in any::<u8>()) {
        let mut follower: BTreeMap<_, _> = states[0].iter().map(|machine| (machine.id.clone(), machine.clone())).collect();
        let mut last = &states[0];
        for (number, state) in states.iter().enumerate().skip(1) {
            if missed & (1 << number) != 0 && number + 1 < states.len() {
                continue;
            }
            let Difference { changed, gone } = difference(last, state);
            prop_assert!(changed.iter().all(|machine| !last.contains(machine)), "told although it did not change");
            for id in gone {
                prop_assert!(follower.remove(&id).is_some(), "{} was not there", id);
            }
            follower.extend(changed.into_iter().map(|machine| (machine.id.clone(), machine)));
            last = state;
        }
        prop_assert_eq!(follower.into_values().collect::<Vec<_>>(), states.last().expect("one").clone());
    }
}
