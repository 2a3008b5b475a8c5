//! Long histories against a machine that ticks.

use proptest::prelude::*;

use super::*;

/// The documented machine, ticking once a second.
struct Ticking {
    lag: i64,
    unhealthy_draining: i64,
    membership: Membership,
    used: bool,
    running: bool,
    fails: bool,
    begin: i64,
    passed: u32,
    failed: u32,
    found: &'static str,
    unhealthy_since: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Membership {
    Gone,
    Member,
    DrainsUntil(i64),
}

impl Ticking {
    fn new(kind: LoadBalancerKind) -> Self {
        Self {
            lag: if kind == LoadBalancerKind::Application { 0 } else { 180 },
            unhealthy_draining: if kind == LoadBalancerKind::Network { UNHEALTHY_DRAINING } else { 0 },
            membership: Membership::Gone,
            used: true,
            running: true,
            fails: false,
            begin: 0,
            passed: 0,
            failed: 0,
            found: REGISTERING,
            unhealthy_since: 0,
        }
    }

    fn begin_anew(&mut self, second: i64) {
        (self.begin, self.passed, self.failed, self.found) = (second + self.lag, 0, 0, REGISTERING);
    }

    fn take(&mut self, step: Step, second: i64) {
        match step {
            Step::Register if self.running && self.membership != Membership::Member => {
                self.membership = Membership::Member;
                self.begin_anew(second);
            }
            Step::Deregister if self.membership == Membership::Member => {
                self.membership = Membership::DrainsUntil(second + DELAY + self.lag);
            }
            Step::Fail(None | Some(80), _) => self.fails = true,
            Step::Pass(None | Some(80)) => self.fails = false,
            Step::Stop => self.running = false,
            Step::Start if !self.running => {
                self.running = true;
                self.begin_anew(second);
            }
            Step::Unuse => self.used = false,
            Step::Use if !self.used => {
                self.used = true;
                self.begin_anew(second);
            }
            _ => {}
        }
    }

    fn tick(&mut self, second: i64) {
        let since = second - self.begin;
        if since <= 0 || since % 30 != 0 {
            return;
        }
        if self.found == REGISTERING {
            self.found = CHECKING;
        }
        (self.passed, self.failed) = if self.fails { (0, self.failed + 1) } else { (self.passed + 1, 0) };
        if self.passed == 3 {
            self.found = HEALTHY;
        }
        if self.failed == 2 && self.found != FAILED {
            self.found = FAILED;
            self.unhealthy_since = second;
        }
    }

    fn words(&self, second: i64) -> &'static str {
        if let Membership::DrainsUntil(until) = self.membership {
            if second < until { DRAINING } else { GONE }
        } else if self.membership == Membership::Gone {
            GONE
        } else if !self.used {
            NOT_IN_USE
        } else if !self.running {
            STOPPED
        } else if self.found == FAILED && second - self.unhealthy_since < self.unhealthy_draining {
            FAILED_DRAINING
        } else {
            self.found
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    let port = || prop_oneof![3 => Just(None), 2 => Just(Some(80)), 1 => Just(Some(8080))];
    prop_oneof![
        3 => Just(Step::Register),
        1 => Just(Step::Deregister),
        4 => port().prop_map(|port| Step::Fail(port, CheckFailure::Connection)),
        4 => port().prop_map(Step::Pass),
        1 => Just(Step::Stop),
        2 => Just(Step::Start),
        1 => Just(Step::Unuse),
        2 => Just(Step::Use),
    ]
}

proptest! {
    /// A machine that counts each check as it comes tells the same in every second.
    #[test]
    fn histories_follow_the_documented_machine(
        kind in prop_oneof![Just(LoadBalancerKind::Application), Just(LoadBalancerKind::Network)],
        steps in proptest::collection::vec((step(), 0_i64..120), 0..24),
    ) {
        let mut bench = Bench::new(kind, TargetType::Instance);
        let mut model = Ticking::new(kind);
        let mut second = 0;
        for (step, wait) in [(Step::Register, 0)].into_iter().chain(steps) {
            bench.take(step, second);
            model.take(step, second);
            // Steps of one second come before its check.
            for _ in 0..wait {
                model.tick(second);
                prop_assert_eq!(bench.words(second), model.words(second), "{} after {} s", bench.kind, second);
                second += 1;
            }
        }
    }
}
