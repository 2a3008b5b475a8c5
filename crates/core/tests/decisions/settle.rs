//! When a change has settled, when it never will, and how long it may take.

use std::time::Duration;

use elbm_core::*;

use crate::world::*;

#[test]
fn healthy_is_settled_and_unhealthy_may_become_so() {
    let healthy =
        |targets: &[Target], missed| progress(Goal::Healthy, &[key(MACHINE, 80), key(MACHINE, 81)], targets, missed);
    let with = |state: &str, reason| [target(MACHINE, 80, "healthy", None), target(MACHINE, 81, state, reason)];
    for (state, reason, expected) in [
        ("healthy", None, Progress::Settled),
        ("initial", Some("Elb.RegistrationInProgress"), Progress::Pending),
        ("unhealthy", Some("Target.FailedHealthChecks"), Progress::Pending),
        ("unhealthy", Some("Target.Timeout"), Progress::Pending),
        ("unhealthy.draining", Some("Target.FailedHealthChecks"), Progress::Pending),
        ("unavailable", Some("Elb.InternalError"), Progress::Pending),
        ("unused", Some("Target.NotInUse"), Progress::Hopeless),
        ("unused", Some("Target.InvalidState"), Progress::Hopeless),
        ("unused", Some("Target.IpUnusable"), Progress::Hopeless),
        // A new registration may be shown late, once.
        ("unused", Some("Target.NotRegistered"), Progress::Pending),
        ("draining", Some("Target.DeregistrationInProgress"), Progress::Pending),
    ] {
        assert_eq!(healthy(&with(state, reason), 0), expected, "{state} {reason:?}");
    }
    assert_eq!(healthy(&with("unused", Some("Target.NotRegistered")), 1), Progress::Hopeless);
    assert_eq!(healthy(&with("draining", Some("Target.DeregistrationInProgress")), 1), Progress::Hopeless);
    assert_eq!(healthy(&with("initial", None), 5), Progress::Pending);
    assert_eq!(healthy(&[], 0), Progress::Pending);
    assert_eq!(healthy(&[], 1), Progress::Hopeless);
}

#[test]
fn gone_is_settled_and_nothing_else() {
    let gone = |targets: &[Target]| progress(Goal::Gone, &[key(MACHINE, 80)], targets, 9);
    assert_eq!(gone(&[]), Progress::Settled);
    assert_eq!(gone(&[target(MACHINE, 80, "unused", Some("Target.NotRegistered"))]), Progress::Settled);
    assert_eq!(gone(&[target(MACHINE, 81, "healthy", None), target(OTHER, 80, "healthy", None)]), Progress::Settled);
    for (state, reason) in [
        ("draining", Some("Target.DeregistrationInProgress")),
        ("healthy", None),
        // It is registered still: AWS's own waiter takes it for gone.
        ("unused", Some("Target.NotInUse")),
    ] {
        assert_eq!(gone(&[target(MACHINE, 80, state, reason)]), Progress::Pending, "{state}");
    }
}

#[test]
fn a_deadline_follows_from_the_settings_and_the_kind() {
    let check =
        Some(HealthCheck { enabled: true, interval: 30, timeout: 5, healthy_threshold: 5, unhealthy_threshold: 2 });
    let seconds = |goal, kind, check, delay| deadline(goal, kind, check, Duration::from_secs(delay)).as_secs();
    for (goal, kind, delay, expected) in [
        (Goal::Healthy, Kind::Application, 300, 5 * 35 + 30),
        (Goal::Healthy, Kind::Classic, 300, 5 * 35 + 30),
        (Goal::Healthy, Kind::Network, 300, 5 * 35 + 30 + 300),
        (Goal::Gone, Kind::Application, 300, 330),
        (Goal::Gone, Kind::Application, 0, 30),
        (Goal::Gone, Kind::Network, 0, 330),
        (Goal::Gone, Kind::Gateway, 3600, 3930),
    ] {
        assert_eq!(seconds(goal, kind, check, delay), expected, "{goal:?} {kind:?} {delay}");
    }
    assert_eq!(seconds(Goal::Healthy, Kind::Application, None, 300), 30);
}

#[test]
fn polls_are_2_seconds_apart_and_slow_down_to_15() {
    let pauses: Vec<_> = (0..8).map(|polls| poll_pause(polls).as_secs_f64()).collect();
    assert_eq!(pauses, [2.0, 3.0, 4.5, 6.75, 10.125, 15.0, 15.0, 15.0]);
    assert_eq!(poll_pause(u32::MAX).as_secs(), 15);
}
