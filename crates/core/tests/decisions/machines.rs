//! What is listed of machines, and the version of a membership.

use std::sync::Arc;

use elbm_core::*;

use crate::world::*;

#[test]
fn a_machine_is_as_healthy_as_its_worst_target() {
    let membership = membership(vec![
        (
            group("b", TargetType::Instance),
            vec![target(MACHINE, 81, "healthy", None), target(MACHINE, 80, "draining", None)],
        ),
        (group("a", TargetType::Instance), vec![target(OTHER, 80, "unhealthy", None)]),
        (
            group("ip", TargetType::Ip),
            vec![target("10.0.0.1", 80, "healthy", None), target("10.0.0.9", 80, "healthy", None)],
        ),
    ]);
    let listed = machines(&membership, [Arc::new(instance(InstanceState::Running))]);
    let seen: Vec<_> = listed
        .iter()
        .map(|machine| {
            (
                machine.id.as_str(),
                machine.health(),
                matches!(machine.instance, Knowledge::Known(_)),
                machine.registrations.len(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [(MACHINE, Some(TargetState::Draining), true, 3), (OTHER, Some(TargetState::Unhealthy), false, 1)]
    );
    assert_eq!(listed[0].registrations[0].port, Some(80));
    assert_eq!(machine(&membership, id("i-0a1b2c3e"), Knowledge::Unknown).health(), None);
}

#[test]
fn an_address_is_the_machine_that_has_it() {
    let membership = membership(vec![(group("ip", TargetType::Ip), vec![target("10.0.0.2", 80, "healthy", None)])]);
    let listed = machines(&membership, []);
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].id, id(MACHINE));
    assert_eq!(listed[0].registrations[0].address.as_deref(), Some("10.0.0.2"));
}

#[test]
fn a_classic_load_balancer_has_neither_groups_nor_ports() {
    let membership = membership(vec![(classic("old"), vec![portless(target(MACHINE, 1, "healthy", None))])]);
    let registration = &machines(&membership, [])[0].registrations[0];
    assert_eq!((registration.group.as_deref(), registration.port), (None, None));
}

#[test]
fn the_version_follows_from_who_is_registered_where() {
    let of = |targets| membership_version(&membership(vec![(group("a", TargetType::Instance), targets)]));
    let one = || target(MACHINE, 80, "healthy", None);
    let two = || target(OTHER, 80, "healthy", None);
    let version = of(vec![one(), two()]);
    assert!(version.len() == 16 && version.bytes().all(|byte| byte.is_ascii_hexdigit()), "{version}");
    // Neither order, nor health, nor what is leaving changes it.
    assert_eq!(of(vec![two(), one()]), version);
    assert_eq!(of(vec![target(MACHINE, 80, "unhealthy", Some("Target.Timeout")), two()]), version);
    assert_eq!(of(vec![one(), two(), target(OTHER, 81, "draining", None)]), version);
    // Who is registered, where and on which port does.
    for other in [vec![one()], vec![one(), target(OTHER, 81, "healthy", None)], vec![one(), portless(two())], vec![]] {
        assert_ne!(of(other), version);
    }
    let elsewhere = membership_version(&membership(vec![(group("b", TargetType::Instance), vec![one(), two()])]));
    assert_ne!(elsewhere, version);
    // It is the same in every process, and so over versions of this program.
    assert_eq!(version, "e1b269da5f41fad6");
}
