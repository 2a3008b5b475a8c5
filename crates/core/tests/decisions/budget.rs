//! How many calls may be made, and in which order.

use std::time::Duration;

use elbm_core::*;
use proptest::prelude::*;

const LIMIT: Limit = Limit { burst: 4.0, rate: 2.0 };

fn at(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// How many calls are let through at once.
fn burst(queue: &mut Queue, lane: Lane, now: Duration) -> usize {
    (0..100)
        .take_while(|_| {
            let ticket = queue.join(lane);
            let granted = queue.turn(ticket, now) == Turn::Now;
            queue.leave(ticket);
            granted
        })
        .count()
}

fn wait(queue: &mut Queue, ticket: Ticket, now: Duration) -> u128 {
    match queue.turn(ticket, now) {
        Turn::Now => 0,
        Turn::In(wait) => wait.as_millis(),
    }
}

#[test]
fn a_burst_passes_and_then_what_comes_back() {
    let mut queue = Queue::new(LIMIT, at(0));
    assert_eq!(burst(&mut queue, Lane::Read, at(0)), 4);
    assert_eq!(burst(&mut queue, Lane::Read, at(400)), 0);
    assert_eq!(burst(&mut queue, Lane::Read, at(500)), 1);
    assert_eq!(burst(&mut queue, Lane::Read, at(2500)), 4);
    assert_eq!(burst(&mut queue, Lane::Read, at(100_000)), 4, "it holds no more than the burst");
}

#[test]
fn lanes_go_before_each_other_and_each_is_in_order() {
    let mut queue = Queue::new(LIMIT, at(0));
    burst(&mut queue, Lane::Read, at(0));
    let tickets = [Lane::Read, Lane::Background, Lane::Read, Lane::Verify, Lane::Write].map(|lane| queue.join(lane));
    let waits = tickets.map(|ticket| wait(&mut queue, ticket, at(0)));
    assert_eq!(waits, [1500, 2500, 2000, 1000, 500]);
    // Whoever leaves lets the others move up.
    queue.leave(tickets[3]);
    assert_eq!(wait(&mut queue, tickets[0], at(0)), 1000);
    assert_eq!(wait(&mut queue, tickets[4], at(500)), 0);
    assert_eq!(wait(&mut queue, tickets[0], at(500)), 500);
}

#[test]
fn the_background_leaves_three_quarters_to_the_others() {
    let mut queue = Queue::new(Limit { burst: 40.0, rate: 10.0 }, at(0));
    assert_eq!(burst(&mut queue, Lane::Background, at(0)), 10);
    assert_eq!(burst(&mut queue, Lane::Background, at(1000)), 2, "2.5 a second");
    assert_eq!(burst(&mut queue, Lane::Read, at(1000)), 38);
    assert_eq!(burst(&mut queue, Lane::Background, at(1000)), 0, "there is nothing left");
}

#[test]
fn a_small_share_lets_one_call_through_at_a_time() {
    let mut queue = Queue::new(LIMIT.share(0.01), at(0));
    assert_eq!(burst(&mut queue, Lane::Write, at(0)), 1);
    assert_eq!(burst(&mut queue, Lane::Write, at(49_000)), 0);
    assert_eq!(burst(&mut queue, Lane::Write, at(51_000)), 1);
}

#[test]
fn throttling_slows_it_down_and_it_recovers() {
    let mut queue = Queue::new(LIMIT, at(0));
    queue.slow_down(at(0));
    assert_eq!(burst(&mut queue, Lane::Read, at(0)), 0, "it is empty");
    let ticket = queue.join(Lane::Read);
    assert_eq!(wait(&mut queue, ticket, at(0)), 1000, "half as fast");
    for _ in 0..9 {
        queue.slow_down(at(0));
    }
    assert_eq!(wait(&mut queue, ticket, at(0)), 4000, "never slower than an eighth");
    queue.leave(ticket);
    burst(&mut queue, Lane::Read, at(60_000));
    let ticket = queue.join(Lane::Read);
    assert_eq!(wait(&mut queue, ticket, at(60_000)), 500, "as fast as before");
}

proptest! {
    /// No more calls pass in any time than the burst and what came back.
    #[test]
    fn never_more_than_the_limit(steps in prop::collection::vec((0u64..400, 0usize..4, any::<bool>()), 1..200)) {
        let mut queue = Queue::new(LIMIT, at(0));
        let (mut now, mut passed) = (0, 0);
        for (pause, lane, throttled) in steps {
            now += pause;
            let lane = [Lane::Write, Lane::Verify, Lane::Read, Lane::Background][lane];
            if throttled && pause > 390 {
                queue.slow_down(at(now));
            }
            let ticket = queue.join(lane);
            if queue.turn(ticket, at(now)) == Turn::Now {
                passed += 1;
            }
            queue.leave(ticket);
            let most = LIMIT.burst + LIMIT.rate * at(now).as_secs_f64();
            prop_assert!(f64::from(passed) <= most + 1e-6, "{passed} passed, {most} may");
            prop_assert!((-1e-6..=LIMIT.burst).contains(&queue.left(at(now))));
        }
    }

    /// Whoever waits as long as it is told, and comes again, is let through before anybody who came later in its lane.
    #[test]
    fn everybody_is_let_through_in_order(lanes in prop::collection::vec(0usize..4, 1..20)) {
        let mut queue = Queue::new(LIMIT, at(0));
        burst(&mut queue, Lane::Read, at(0));
        let lanes: Vec<_> = lanes.into_iter().map(|n| [Lane::Write, Lane::Verify, Lane::Read, Lane::Background][n]).collect();
        let mut waiting: Vec<_> = lanes.iter().map(|lane| queue.join(*lane)).collect();
        let mut passed = Vec::new();
        let mut now = Duration::ZERO;
        while !waiting.is_empty() {
            let mut next = Duration::MAX;
            let mut rest = Vec::new();
            for ticket in waiting {
                match queue.turn(ticket, now) {
                    Turn::Now => passed.push(ticket),
                    Turn::In(wait) => {
                        prop_assert!(wait > Duration::ZERO);
                        next = next.min(wait);
                        rest.push(ticket);
                    }
                }
            }
            waiting = rest;
            now += if next == Duration::MAX { Duration::ZERO } else { next };
        }
        prop_assert!(passed.is_sorted(), "{passed:?}");
    }
}
