//! One machine everywhere: where it may be, what a drain takes out, and what a restore puts back.

use elbm_core::*;
use proptest::prelude::*;

use crate::world::{MACHINE, OTHER, arn, classic, group, id, instance, key, portless, target};

/// A target group, used by the load balancer of this name and kind, or by none.
fn place(load_balancer: Option<(&str, Kind)>, group: TargetGroup, targets: Vec<Target>) -> Place {
    let load_balancer = load_balancer.map(|(name, kind)| LoadBalancer {
        arn: None,
        name: name.to_owned(),
        kind,
        ..crate::world::membership(vec![]).load_balancer
    });
    Place { load_balancer, member: GroupMembership { group, targets } }
}

fn everywhere(places: Vec<Place>) -> Everywhere {
    let mut addresses = Addresses::default();
    addresses.learn(&instance(InstanceState::Running));
    Everywhere { places, addresses }
}

/// Two ports and a draining one of `web`, an address in `ips`, an unused group, a Classic load balancer, and a stranger.
fn spread() -> Everywhere {
    let healthy = |id: &str, port| target(id, port, "healthy", None);
    everywhere(vec![
        place(Some(("lb", Kind::Application)), group("ips", TargetType::Ip), vec![healthy("10.0.0.2", 80)]),
        place(None, group("spare", TargetType::Instance), vec![target(MACHINE, 80, "unused", Some("Target.NotInUse"))]),
        place(
            Some(("lb", Kind::Application)),
            group("web", TargetType::Instance),
            vec![
                healthy(MACHINE, 81),
                healthy(MACHINE, 80),
                target(MACHINE, 82, "draining", Some("Target.DeregistrationInProgress")),
                target(MACHINE, 83, "unused", Some("Target.NotRegistered")),
                healthy(OTHER, 80),
            ],
        ),
        place(Some(("old", Kind::Classic)), classic("old"), vec![portless(healthy(MACHINE, 80))]),
    ])
}

fn memory(steps: &[Step]) -> DrainMemory {
    let mut memory = DrainMemory::new(id(MACHINE), "ann".to_owned(), chrono::DateTime::UNIX_EPOCH, None);
    memory.remember(steps);
    memory
}

#[test]
fn a_machine_may_be_where_its_network_and_the_type_fit() {
    let known = instance(InstanceState::Running);
    let terminated = Instance { vpc: None, private_ips: vec![], ..instance(InstanceState::Terminated) };
    let away = |target_type| TargetGroup { vpc: Some("vpc-b".to_owned()), ..group("g", target_type) };
    for (group, of_known, of_terminated, of_unknown) in [
        (group("g", TargetType::Instance), true, true, true),
        (away(TargetType::Instance), false, true, true),
        (group("g", TargetType::Ip), true, false, false),
        (away(TargetType::Ip), false, false, false),
        (group("g", TargetType::Lambda), false, false, false),
        (group("g", TargetType::Alb), false, false, false),
        (classic("g"), true, true, true),
        (TargetGroup { vpc: None, ..classic("g") }, true, true, true),
    ] {
        assert_eq!(may_have(&group, Some(&known)), of_known, "{group:?}");
        assert_eq!(may_have(&group, Some(&terminated)), of_terminated, "{group:?}");
        assert_eq!(may_have(&group, None), of_unknown, "{group:?}");
    }
}

#[test]
fn registrations_are_told_in_order_with_their_load_balancers() {
    let told = spread().registrations(&id(MACHINE));
    let told: Vec<_> = told
        .iter()
        .map(|placed| {
            let registration = &placed.registration;
            (placed.load_balancer.as_deref(), placed.kind, registration.group.as_deref(), registration.port)
        })
        .collect();
    let (application, lb) = (Some(Kind::Application), Some("lb"));
    assert_eq!(
        told,
        [
            (None, None, Some("spare"), Some(80)),
            (lb, application, Some("ips"), Some(80)),
            (lb, application, Some("web"), Some(80)),
            (lb, application, Some("web"), Some(81)),
            (lb, application, Some("web"), Some(82)),
            (Some("old"), Some(Kind::Classic), None, None),
        ]
    );
    assert_eq!(spread().registrations(&id(OTHER)).len(), 1);
}

#[test]
fn a_drain_takes_out_what_is_live_and_a_restore_puts_it_back() {
    let everywhere = spread();
    let steps = plan_drain(&everywhere, &id(MACHINE));
    let portless = TargetKey { port: None, ..key(MACHINE, 80) };
    let expected = [
        (arn("ips"), vec![key("10.0.0.2", 80)]),
        (arn("spare"), vec![key(MACHINE, 80)]),
        (arn("web"), vec![key(MACHINE, 80), key(MACHINE, 81)]),
        (GroupId::Classic("old".to_owned()), vec![portless]),
    ];
    let of = |steps: &[Step]| steps.iter().map(|step| (step.group.id.clone(), step.keys.clone())).collect::<Vec<_>>();
    assert_eq!(of(&steps), expected);
    assert!(steps.iter().all(|step| step.change == Change::Deregister));

    let memory = memory(&steps);
    let plan = plan_restore(&memory, &everywhere.places, &instance(InstanceState::Running)).expect("a plan");
    assert_eq!((of(&plan.steps), plan.gone.len()), (expected.to_vec(), 0));
    assert!(plan.steps.iter().all(|step| step.change == Change::Register));
    assert_eq!(plan.missing(&everywhere), [], "all of it is there");

    let mut drained = everywhere.clone();
    drained.show(&arn("web"), &[target(MACHINE, 80, "draining", None), target(MACHINE, 81, "healthy", None)]);
    assert_eq!(of(&plan.missing(&drained)), [(arn("web"), vec![key(MACHINE, 80)])]);
}

#[test]
fn a_restore_knows_what_it_cannot_do() {
    let everywhere = spread();
    let memory = memory(&plan_drain(&everywhere, &id(MACHINE)));
    let terminated = plan_restore(&memory, &everywhere.places, &instance(InstanceState::Terminated));
    assert!(matches!(terminated, Err(Refusal::TerminatedInstance { .. })), "{terminated:?}");

    let moved = Instance { private_ips: vec!["10.0.0.1".to_owned()], ..instance(InstanceState::Running) };
    let foreign = plan_restore(&memory, &everywhere.places, &moved);
    let why = InvalidMemory::OtherAddress("10.0.0.2".to_owned());
    assert_eq!(foreign, Err(Refusal::DrainMemoryInvalid { instance: id(MACHINE), why }));

    let stopped = instance(InstanceState::Stopped);
    let refused = plan_restore(&memory, &everywhere.places, &stopped);
    assert_eq!(refused, Err(Refusal::StoppedInstance(id(MACHINE))));
    let of_classic = |place: &&Place| place.member.group.is_classic();
    let classic: Vec<_> = everywhere.places.iter().filter(of_classic).cloned().collect();
    assert!(plan_restore(&memory, &classic, &stopped).is_ok(), "a Classic load balancer takes it");

    let plan = plan_restore(&memory, &everywhere.places, &instance(InstanceState::Running)).expect("a plan");
    assert_eq!(plan.check_addresses(&everywhere), Ok(()));
    let mut drains = everywhere.clone();
    drains.show(&arn("ips"), &[target("10.0.0.2", 80, "draining", None)]);
    drains.show(&arn("web"), &[target(MACHINE, 80, "draining", None)]);
    let (address, group) = ("10.0.0.2".to_owned(), "ips".to_owned());
    let yet = Refusal::AddressDraining { instance: id(MACHINE), address, group };
    assert_eq!(plan.check_addresses(&drains), Err(yet));

    let left = everywhere.places.iter().filter(|place| place.member.group.id != arn("web")).cloned();
    let left: Vec<_> = left.collect();
    let plan = plan_restore(&memory, &left, &instance(InstanceState::Running)).expect("a plan");
    assert_eq!(plan.gone, [RememberedGroup::from(&arn("web"))], "named once, with two ports");
    assert_eq!((plan.steps.len(), plan.is_about(&arn("web")), plan.is_about(&arn("ips"))), (3, false, true));
}

/// Carries the steps out.
fn carry_out(everywhere: &mut Everywhere, steps: &[Step]) {
    for step in steps {
        let place = everywhere.places.iter_mut().find(|place| place.member.group.id == step.group.id).expect("a place");
        for key in &step.keys {
            place.member.targets.retain(|target| target.key != *key);
            let (state, reason) = match step.change {
                Change::Register => ("initial", Some("Elb.RegistrationInProgress")),
                Change::Deregister => ("draining", Some("Target.DeregistrationInProgress")),
            };
            let key = key.clone();
            place.member.targets.push(Target { key, ..target(MACHINE, 1, state, reason) });
        }
    }
}

fn live(everywhere: &Everywhere) -> Vec<(GroupId, TargetKey)> {
    let of = |place: &Place| {
        let live = place.member.targets.iter().filter(|target| target.is_live());
        live.map(|target| (place.member.group.id.clone(), target.key.clone())).collect::<Vec<_>>()
    };
    let mut live: Vec<_> = everywhere.places.iter().flat_map(of).collect();
    live.sort();
    live
}

fn any_place() -> impl Strategy<Value = Place> {
    let ids = prop_oneof![Just(MACHINE), Just(OTHER), Just("10.0.0.1"), Just("10.0.0.2"), Just("10.9.9.9")];
    let states = prop_oneof![Just("healthy"), Just("initial"), Just("unhealthy"), Just("draining"), Just("unused")];
    let one = (ids, 80..84_u16, states);
    let kinds = prop_oneof![Just(TargetType::Instance), Just(TargetType::Ip)];
    (any::<bool>(), any::<bool>(), kinds, proptest::collection::vec(one, 0..8)).prop_map(
        |(used, old, kind, targets)| {
            let group = if old { classic("g") } else { group("g", kind) };
            let of_type = |id: &str| id.starts_with("i-") == (group.target_type == TargetType::Instance);
            let mut found: Vec<Target> = Vec::new();
            for (id, port, state) in targets.into_iter().filter(|(id, ..)| of_type(id)) {
                let new = target(id, port, state, None);
                let new = if old { portless(new) } else { new };
                if found.iter().all(|target| target.key != new.key) {
                    found.push(new);
                }
            }
            place(if used { Some(("lb", Kind::Network)) } else { None }, group, found)
        },
    )
}

proptest! {
    #[test]
    fn drain_and_restore_together_change_no_membership(places in proptest::collection::vec(any_place(), 0..6)) {
        let named = places.into_iter().enumerate().map(|(number, mut place)| {
            place.member.group.id = match place.member.group.id {
                GroupId::Arn(_) => arn(&format!("targetgroup/g/{number}")),
                GroupId::Classic(_) => GroupId::Classic(format!("g{number}")),
            };
            place
        });
        let before = everywhere(named.collect());
        let mut now = before.clone();
        let steps = plan_drain(&now, &id(MACHINE));
        let memory = memory(&steps);
        carry_out(&mut now, &steps);
        prop_assert_eq!(plan_drain(&now, &id(MACHINE)), vec![]);
        prop_assert!(now.registrations(&id(MACHINE)).iter().all(|placed| placed.registration.state == TargetState::Draining));

        let tags = memory.tags().into_iter().collect();
        let read = DrainMemory::read(&id(MACHINE), &tags).expect("good").expect("there");
        let plan = plan_restore(&read, &now.places, &instance(InstanceState::Running)).expect("a plan");
        prop_assert!(plan.gone.is_empty());
        let missing = plan.missing(&now);
        carry_out(&mut now, &missing);
        prop_assert_eq!(live(&now), live(&before));
        prop_assert_eq!(plan.missing(&now), vec![]);
    }
}
