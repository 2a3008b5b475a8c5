//! How many machines are how healthy.

use elbm_core::*;

use crate::world::*;

#[test]
fn each_machine_counts_once_by_its_worst_target() {
    let groups = vec![
        (
            group("a", TargetType::Instance),
            vec![
                target(MACHINE, 80, "healthy", None),
                target(OTHER, 80, "healthy", None),
                target("i-0a1b2c31", 80, "healthy", None),
                target("i-0a1b2c32", 80, "draining", None),
                target("i-0a1b2c33", 80, "initial", None),
                target("i-0a1b2c34", 80, "unavailable", None),
                target("i-0a1b2c35", 80, "unused", Some("Target.NotRegistered")),
            ],
        ),
        (
            group("b", TargetType::Instance),
            vec![
                target(MACHINE, 80, "healthy", None),
                target(OTHER, 80, "unhealthy", None),
                target("i-0a1b2c32", 80, "unhealthy", None),
            ],
        ),
        // The first address is the first machine's, the second nobody's.
        (
            group("ip", TargetType::Ip),
            vec![target("10.0.0.1", 80, "healthy", None), target("10.0.0.9", 80, "unhealthy", None)],
        ),
    ];
    let counted = Counts::of(&machines(&membership(groups), []));
    assert_eq!(counted, Counts { healthy: 2, unhealthy: 2, other: 2 });
    assert_eq!(Counts::of(&[]), Counts::default());
}
