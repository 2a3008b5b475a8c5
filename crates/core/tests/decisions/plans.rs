//! Plans reach exactly what was planned.

use elbm_core::*;
use proptest::prelude::*;

use crate::world::*;

/// Any target of a small world: three machines, four ports, every state.
fn any_target() -> impl Strategy<Value = Target> {
    let state = prop_oneof![
        Just(("healthy", None)),
        Just(("initial", Some("Elb.InitialHealthChecking"))),
        Just(("unhealthy.draining", Some("Target.FailedHealthChecks"))),
        Just(("unused", Some("Target.NotInUse"))),
        Just(("draining", Some("Target.DeregistrationInProgress"))),
        Just(("unused", Some("Target.NotRegistered"))),
    ];
    (0u8..3, 80u16..84, state)
        .prop_map(|(machine, port, (state, reason))| target(&format!("i-0a1b2c3{machine}"), port, state, reason))
}

/// Any membership of three groups, each target keyed once.
fn any_membership() -> impl Strategy<Value = Membership> {
    prop::collection::vec(prop::collection::vec(any_target(), 0..8), 3).prop_map(|groups| {
        let keyed = groups.into_iter().enumerate().map(|(number, mut targets)| {
            targets.sort_by(|a, b| a.key.cmp(&b.key));
            targets.dedup_by(|a, b| a.key == b.key);
            (group(&format!("g{number}"), TargetType::Instance), targets)
        });
        membership(keyed.collect())
    })
}

/// What AWS does with a step, by its documentation.
fn carry_out(membership: &mut Membership, step: &Step) {
    let member = membership.groups.iter_mut().find(|member| member.group.id == step.group.id).expect("a known group");
    for key in &step.keys {
        member.targets.retain(|target| target.key != *key);
        let (state, reason) = match step.change {
            Change::Register => ("initial", "Elb.RegistrationInProgress"),
            Change::Deregister => ("draining", "Target.DeregistrationInProgress"),
        };
        member.targets.push(target(&key.id, key.port.expect("a port"), state, Some(reason)));
    }
}

fn live(membership: &Membership) -> Vec<(String, String, u16)> {
    let mut live: Vec<_> = membership
        .registrations()
        .filter(|(.., target)| target.is_live())
        .filter_map(|(id, group, target)| Some((group.name.clone(), id.to_string(), target.key.port?)))
        .collect();
    live.sort();
    live
}

proptest! {
    /// A detach leaves no live registration of the machine where it was asked for, and touches nothing else.
    #[test]
    fn detach_removes_what_it_covers_and_nothing_else(
        before in any_membership(),
        only_group in prop::option::of(0u8..3),
        port in prop::option::of(80u16..84),
    ) {
        let machine = id("i-0a1b2c30");
        let selection = Selection { group: only_group.map(|number| format!("g{number}")), port };
        let covered = |(group, id, on): &(String, String, u16)| {
            *id == machine.as_str()
                && selection.group.as_ref().is_none_or(|name| name == group)
                && selection.port.is_none_or(|port| port == *on)
        };
        let mut after = before.clone();
        let planned = plan_detach(&before, &machine, &selection);
        for step in planned.iter().flatten() {
            let unshown = before.groups.iter().find(|member| member.group.id == step.group.id).expect("known");
            prop_assert!(!is_shown(step, &unshown.targets), "shown before it was done");
            carry_out(&mut after, step);
            let shown = after.groups.iter().find(|member| member.group.id == step.group.id).expect("known");
            prop_assert!(is_shown(step, &shown.targets), "not shown after it was done");
        }
        let expected: Vec<_> = live(&before).into_iter().filter(|entry| !covered(entry)).collect();
        prop_assert_eq!(live(&after), expected);
        prop_assert_eq!(planned.is_err(), live(&before) == live(&after));
    }

    /// An attach adds exactly one live registration, and a second one is refused.
    #[test]
    fn attach_adds_one_and_only_once(before in any_membership(), number in 0usize..3, port in prop::option::of(80u16..84)) {
        let machine = id("i-0a1b2c30");
        let known = Instance { id: machine.clone(), ..instance(InstanceState::Running) };
        let mut after = before.clone();
        match plan_attach(&before, &before.groups[number], &machine, Some(&known), port) {
            Ok(step) => {
                prop_assert!(!is_shown(&step, &before.groups[number].targets));
                carry_out(&mut after, &step);
                prop_assert!(is_shown(&step, &after.groups[number].targets));
                prop_assert_eq!(live(&after).len(), live(&before).len() + 1);
                let again = plan_attach(&after, &after.groups[number], &machine, Some(&known), port);
                prop_assert!(matches!(again, Err(Refusal::AlreadyAttached { .. })), "{:?}", again);
            }
            Err(refusal) => prop_assert!(matches!(refusal, Refusal::AlreadyAttached { .. }), "{:?}", refusal),
        }
    }
}
