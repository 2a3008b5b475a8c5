//! How few healthy targets a detach may leave.

use std::collections::BTreeSet;

use elbm_core::*;
use proptest::prelude::*;

use crate::world::*;

/// The targets of a group, one letter each: healthy, initial, unhealthy, draining.
fn member(letters: &str) -> GroupMembership {
    let targets = letters.chars().zip(0..).map(|(letter, number)| {
        let (state, reason) = match letter {
            'h' => ("healthy", None),
            'i' => ("initial", Some("Elb.InitialHealthChecking")),
            'u' => ("unhealthy", Some("Target.FailedHealthChecks")),
            _ => ("draining", Some("Target.DeregistrationInProgress")),
        };
        target(&name(number), 80, state, reason)
    });
    GroupMembership { group: group("a", TargetType::Instance), targets: targets.collect() }
}

fn name(number: usize) -> String {
    format!("i-0a1b2c3{number:x}")
}

fn keys(numbers: &[usize]) -> impl Iterator<Item = TargetKey> {
    numbers.iter().map(|number| key(&name(*number), 80))
}

fn judged(member: &GroupMembership, leaving: &[usize], departing: &[usize], minimum: usize) -> &'static str {
    let (group, keys_of_step) = (member.group.clone(), keys(leaving).collect());
    let step = Step { change: Change::Deregister, group, instance: id(&name(leaving[0])), keys: keys_of_step };
    match Guard::new(member, &keys(departing).collect(), minimum).judge(&step) {
        Ok(()) => "passes",
        Err(Refusal::WouldBreachMinimumHealthy { .. }) => "too few",
        Err(Refusal::LastTarget { .. }) => "last",
        Err(_) => "another",
    }
}

#[test]
fn enough_must_be_left() {
    for (letters, leaving, departing, minimum, expected) in [
        ("hh", &[0][..], &[][..], 1, "passes"),
        ("h", &[0], &[], 1, "too few"),
        ("hh", &[0, 1], &[], 1, "too few"),
        ("hhh", &[0], &[], 3, "too few"),
        ("hhhh", &[0], &[], 3, "passes"),
        // Not fewer than now: what is not healthy may go.
        ("hu", &[1], &[], 2, "passes"),
        ("hi", &[1], &[], 1, "passes"),
        ("hu", &[0], &[], 1, "too few"),
        ("hi", &[0], &[], 1, "too few"),
        // None healthy: AWS sends traffic to all, so that only the last is kept.
        ("uu", &[0], &[], 1, "passes"),
        ("u", &[0], &[], 1, "last"),
        ("ud", &[0], &[], 1, "last"),
        ("i", &[0], &[], 1, "last"),
        ("uu", &[0, 1], &[], 1, "last"),
        // Others that leave are as good as gone.
        ("hh", &[0], &[1], 1, "too few"),
        ("hhh", &[0], &[1], 1, "passes"),
        ("hu", &[1], &[0], 1, "last"),
        // Whoever leaves again is there: what may have left before may be there still, and the last by now.
        ("hh", &[0], &[0], 1, "passes"),
        ("hh", &[0], &[0, 1], 1, "too few"),
        ("uu", &[0], &[0, 1], 1, "last"),
        ("hu", &[1], &[1], 1, "passes"),
        // No minimum, no guard.
        ("h", &[0], &[], 0, "passes"),
        ("u", &[0], &[], 0, "passes"),
    ] {
        let told = format!("{letters} {leaving:?} {departing:?} {minimum}");
        assert_eq!(judged(&member(letters), leaving, departing, minimum), expected, "{told}");
    }
}

#[test]
fn a_group_without_traffic_has_none_to_lose_but_a_classic_load_balancer_has() {
    let mut unused = member("h");
    unused.group.load_balancer_arns.clear();
    assert_eq!(judged(&unused, &[0], &[], 1), "passes");
    unused.group = classic("old");
    assert_eq!(judged(&unused, &[0], &[], 1), "too few");
}

#[test]
fn the_sentences_say_what_would_be_left() {
    let step = Step {
        change: Change::Deregister,
        group: group("a", TargetType::Instance),
        instance: id(OTHER),
        keys: vec![key(OTHER, 80)],
    };
    let of = |state: &str, more: &str| {
        let mut member = member(more);
        member.targets.push(target(OTHER, 80, state, None));
        Guard::new(&member, &BTreeSet::new(), 2).judge(&step).expect_err("refused").to_string()
    };
    assert_eq!(
        of("healthy", "h"),
        "detaching i-0a1b2c3d would leave target group 'a' with 1 healthy target of at least 2; force=true with an \
         X-Reason detaches it all the same"
    );
    assert_eq!(
        of("initial", ""),
        "i-0a1b2c3d is the last target of target group 'a': none is healthy, so that AWS sends traffic to all of them; \
         force=true with an X-Reason detaches it all the same"
    );
}

proptest! {
    /// A guard that steps have left judges as a new one that knows of them.
    #[test]
    fn leaving_is_departing(letters in "[hiud]{1,8}", order in prop::collection::vec(0usize..8, 1..8), minimum in 0usize..4) {
        let member = member(&letters);
        let mut guard = Guard::new(&member, &BTreeSet::new(), minimum);
        let mut gone = Vec::new();
        for number in order.into_iter().filter(|number| *number < letters.len()) {
            let step = Step {
                change: Change::Deregister,
                group: member.group.clone(),
                instance: id(&name(number)),
                keys: keys(&[number]).collect(),
            };
            let fresh = Guard::new(&member, &keys(&gone).collect(), minimum);
            prop_assert_eq!(guard.judge(&step), fresh.judge(&step));
            if guard.judge(&step).is_ok() {
                guard.leave(&step);
                gone.push(number);
            }
        }
    }

    /// Detaches that all passed the guard, each knowing of those before, leave the minimum, or what there was of it.
    #[test]
    fn detaches_that_pass_leave_enough(letters in "[hiud]{1,12}", order in prop::collection::vec(0usize..12, 1..24), minimum in 0usize..4) {
        let member = member(&letters);
        let healthy = |gone: &[usize]| letters.chars().enumerate().filter(|(n, letter)| *letter == 'h' && !gone.contains(n)).count();
        let before = healthy(&[]);
        let mut gone = Vec::new();
        for number in order.into_iter().filter(|number| *number < letters.len()) {
            if letters.as_bytes()[number] != b'd' && !gone.contains(&number) && judged(&member, &[number], &gone, minimum) == "passes" {
                gone.push(number);
            }
        }
        prop_assert!(healthy(&gone) >= before.min(minimum));
        let live = letters.chars().filter(|letter| *letter != 'd').count();
        prop_assert!(minimum == 0 || live == 0 || gone.len() < live, "nothing is left");
    }
}
