//! What becomes of a target, by a table.

use super::*;

/// What happens to a target of a load balancer of some kind: the steps, each at its second, and what is told at others.
type History = (LoadBalancerKind, &'static [(i64, Step)], &'static [(i64, &'static str)]);

/// Checks come every 30 s; three that pass make a target healthy, two that fail unhealthy.
const TRANSITIONS: [History; 13] = {
    use CheckFailure::{Connection, InternalError, ResponseCode, Timeout};
    use LoadBalancerKind::{Application, Gateway, Network};
    use Step::{Deregister, Fail, Pass, Register, Start, Stop, Unuse, Use};
    [
        // Good from the begin, bad from the begin.
        (
            Application,
            &[(0, Register)],
            &[(0, REGISTERING), (29, REGISTERING), (30, CHECKING), (89, CHECKING), (90, HEALTHY)],
        ),
        (
            Application,
            &[(0, Fail(None, Timeout)), (0, Register)],
            &[(29, REGISTERING), (30, CHECKING), (59, CHECKING), (60, TIMEOUT), (9999, TIMEOUT)],
        ),
        // There and back again.
        (
            Application,
            &[(0, Register), (100, Fail(None, Timeout)), (300, Pass(None))],
            &[(149, HEALTHY), (150, TIMEOUT), (359, TIMEOUT), (360, HEALTHY)],
        ),
        // Another port is another target, and the last word counts.
        (
            Application,
            &[(0, Register), (100, Fail(Some(8080), Timeout)), (300, Fail(None, Timeout)), (301, Pass(Some(80)))],
            &[(299, HEALTHY), (9999, HEALTHY)],
        ),
        // Deregistered in any state it drains, and registered again it begins anew.
        (
            Application,
            &[(0, Fail(None, Timeout)), (0, Register), (70, Deregister), (80, Pass(None)), (100, Register)],
            &[(69, TIMEOUT), (70, DRAINING), (99, DRAINING), (100, REGISTERING), (189, CHECKING), (190, HEALTHY)],
        ),
        (Application, &[(0, Register), (10, Deregister)], &[(10, DRAINING), (129, DRAINING), (130, GONE)]),
        // Stopped and started it begins anew.
        (
            Application,
            &[(0, Register), (200, Stop), (300, Start)],
            &[(199, HEALTHY), (200, STOPPED), (299, STOPPED), (300, REGISTERING), (389, CHECKING), (390, HEALTHY)],
        ),
        // The listener goes and comes.
        (
            Application,
            &[(0, Register), (200, Unuse), (300, Use), (350, Use)],
            &[(200, NOT_IN_USE), (299, NOT_IN_USE), (300, REGISTERING), (330, CHECKING), (390, HEALTHY)],
        ),
        // A network load balancer is slow both ways, and tells less.
        (
            Network,
            &[(0, Register), (300, Deregister)],
            &[(209, REGISTERING), (210, CHECKING), (269, CHECKING), (270, HEALTHY), (599, DRAINING), (600, GONE)],
        ),
        (
            Network,
            &[(0, Register), (300, Fail(None, ResponseCode(500))), (370, Fail(None, Connection)), (400, Pass(None))],
            &[
                (329, HEALTHY),
                (330, FAILED_DRAINING),
                (374, FAILED_DRAINING),
                (375, FAILED),
                (479, FAILED),
                (480, HEALTHY),
            ],
        ),
        // It recovers, or is deregistered, while it is unhealthy.draining.
        (
            Network,
            &[(0, Register), (300, Fail(None, Timeout)), (340, Deregister)],
            &[(339, FAILED_DRAINING), (340, DRAINING), (639, DRAINING), (640, GONE)],
        ),
        (
            Network,
            &[(0, Register), (300, Fail(None, InternalError)), (400, Pass(None))],
            &[(330, "unavailable Elb.InternalError"), (480, HEALTHY)],
        ),
        (
            Gateway,
            &[(0, Register), (300, Fail(None, Timeout))],
            &[(209, REGISTERING), (270, HEALTHY), (329, HEALTHY), (330, FAILED)],
        ),
    ]
};

#[test]
fn health_goes_its_way() {
    for (kind, steps, expected) in TRANSITIONS {
        for (second, words) in expected {
            let mut bench = Bench::new(kind, TargetType::Instance);
            for (when, step) in steps.iter().filter(|(when, _)| when <= second) {
                bench.take(*step, *when);
            }
            assert_eq!(bench.words(*second), *words, "{kind}, {steps:?}, after {second} s");
        }
    }
}

#[test]
fn each_failure_has_its_words() {
    use CheckFailure::{Connection, InternalError, ResponseCode, Timeout};
    let table = [
        (ResponseCode(503), "unhealthy | Target.ResponseCodeMismatch | Health checks failed with these codes: [503]"),
        (Timeout, "unhealthy | Target.Timeout | Request timed out"),
        (Connection, "unhealthy | Target.FailedHealthChecks | Health checks failed"),
        (InternalError, "unhealthy | Elb.InternalError | Health checks failed due to an internal error"),
    ];
    for (failure, expected) in table {
        let mut bench = Bench::new(LoadBalancerKind::Application, TargetType::Instance);
        bench.take(Step::Fail(None, failure), 0);
        bench.take(Step::Register, 0);
        assert_eq!(bench.told(60), expected);
    }
}
