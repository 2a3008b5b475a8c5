//! Tables and properties of the decisions: which group, which steps, which refusal, whether an effect is shown.

use elbm_core::*;
use proptest::prelude::*;

const MACHINE: &str = "i-06060a1e235609999";

fn id(text: &str) -> InstanceId {
    InstanceId::parse(text).expect("an instance id")
}

fn group(name: &str, target_type: TargetType) -> TargetGroup {
    TargetGroup {
        arn: format!("arn:{name}"),
        name: name.to_owned(),
        protocol: Some("HTTP".to_owned()),
        port: Some(80),
        target_type,
        load_balancer_arns: vec!["arn:lb".to_owned()],
    }
}

fn target(id: &str, port: u16, state: &str, reason: Option<&str>) -> Target {
    Target {
        id: id.to_owned(),
        port: Some(port),
        state: TargetState::from_aws(state),
        reason: reason.map(str::to_owned),
        description: None,
    }
}

fn membership(groups: Vec<(TargetGroup, Vec<Target>)>) -> Membership {
    Membership {
        load_balancer: LoadBalancer {
            arn: "arn:lb".to_owned(),
            name: "default-alb".to_owned(),
            kind: Kind::Application,
            scheme: None,
            dns_name: None,
            state: None,
        },
        groups: groups.into_iter().map(|(group, targets)| GroupMembership { group, targets }).collect(),
    }
}

fn instance(state: InstanceState) -> Instance {
    Instance {
        id: id(MACHINE),
        instance_type: Some("t3.micro".to_owned()),
        launch_time: None,
        state,
        availability_zone: None,
        private_ip: None,
        name: None,
    }
}

fn instances(name: &str) -> (TargetGroup, Vec<Target>) {
    (group(name, TargetType::Instance), Vec::new())
}

#[test]
fn the_group_of_an_attach() {
    let ip = (group("ip", TargetType::Ip), Vec::new());
    let none: &[&str] = &[];
    // groups, named, default actions forward to → chosen, or the code of the refusal
    let cases = [
        (vec![instances("a")], None, none, Ok("a")),
        (vec![instances("a"), instances("b")], Some("b"), none, Ok("b")),
        (vec![instances("a"), instances("b")], None, &["arn:b"], Ok("b")),
        (vec![instances("a"), instances("b")], None, none, Err("Ambiguous")),
        (vec![instances("a"), instances("b")], None, &["arn:a", "arn:b"], Err("Ambiguous")),
        (vec![instances("a"), instances("b")], None, &["arn:elsewhere"], Err("Ambiguous")),
        (vec![instances("a"), ip.clone()], None, &["arn:ip"], Ok("a")),
        (vec![], None, none, Err("NoTargetGroup")),
        (vec![ip.clone()], None, none, Err("NoTargetGroup")),
        (vec![ip], Some("ip"), none, Err("Unsupported")),
        (vec![instances("a")], Some("z"), none, Err("NotFound")),
    ];
    for (groups, named, defaults, expected) in cases {
        let membership = membership(groups);
        let defaults: Vec<_> = defaults.iter().map(ToString::to_string).collect();
        let chosen = choose_group(&membership, named, &defaults);
        let chosen = chosen.as_ref().map(|member| member.group.name.as_str()).map_err(|refusal| match refusal {
            Refusal::AmbiguousTargetGroup { choices, .. } if choices == &["a", "b"] => "Ambiguous",
            Refusal::NoTargetGroup(_) => "NoTargetGroup",
            Refusal::UnsupportedTargetGroup { .. } => "Unsupported",
            Refusal::TargetGroupNotFound { .. } => "NotFound",
            _ => "another",
        });
        assert_eq!(chosen, expected, "{named:?} {defaults:?}");
    }
}

#[test]
fn attach_is_judged_on_the_chosen_group_and_port() {
    let running = instance(InstanceState::Running);
    let on = |state: &str, reason| GroupMembership {
        group: group("a", TargetType::Instance),
        targets: vec![target(MACHINE, 80, state, reason), target("i-0a1b2c3d", 81, "healthy", None)],
    };
    let plan = |member: &GroupMembership, port| plan_attach(member, &id(MACHINE), Some(&running), port);

    for state in ["healthy", "initial", "unhealthy", "unhealthy.draining", "unavailable"] {
        assert!(matches!(plan(&on(state, None), None), Err(Refusal::AlreadyAttached { port: 80, .. })), "{state}");
    }
    assert!(matches!(plan(&on("unused", Some("Target.NotInUse")), None), Err(Refusal::AlreadyAttached { .. })));
    // Draining, and another port, are not attached.
    let draining = on("draining", Some("Target.DeregistrationInProgress"));
    assert_eq!(plan(&draining, None).map(|step| step.ports), Ok(vec![80]));
    assert_eq!(plan(&on("healthy", None), Some(81)).map(|step| step.ports), Ok(vec![81]));
}

#[test]
fn attach_needs_an_instance_that_ec2_knows() {
    let member = GroupMembership { group: group("a", TargetType::Instance), targets: Vec::new() };
    assert_eq!(plan_attach(&member, &id(MACHINE), None, None), Err(Refusal::UnknownInstance(id(MACHINE))));
    for (state, refused) in [
        (InstanceState::Running, false),
        (InstanceState::Pending, false),
        (InstanceState::Stopped, false),
        (InstanceState::ShuttingDown, true),
        (InstanceState::Terminated, true),
    ] {
        let step = plan_attach(&member, &id(MACHINE), Some(&instance(state)), None);
        assert_eq!(matches!(step, Err(Refusal::TerminatedInstance { .. })), refused, "{state:?}");
    }
}

#[test]
fn detach_takes_every_live_registration_that_is_covered() {
    let live = |port| target(MACHINE, port, "healthy", None);
    let draining = |port| target(MACHINE, port, "draining", Some("Target.DeregistrationInProgress"));
    let gone = |port| target(MACHINE, port, "unused", Some("Target.NotRegistered"));
    let other = target("i-0a1b2c3d", 80, "healthy", None);
    let in_b = |targets| vec![instances("z"), (group("b", TargetType::Instance), targets)];
    let all = Selection::default();
    let port = |port| Selection { group: None, port: Some(port) };
    let named = |name: &str| Selection { group: Some(name.to_owned()), port: None };

    // groups, selection → the ports of each group, or the kind of the refusal
    let cases: [(_, Selection, Planned<'_>); 12] = [
        (in_b(vec![live(81), live(80), other.clone()]), all.clone(), Ok(vec![("b", vec![80, 81])])),
        (in_b(vec![live(81), live(80)]), port(81), Ok(vec![("b", vec![81])])),
        (in_b(vec![live(81), draining(80)]), all.clone(), Ok(vec![("b", vec![81])])),
        (in_b(vec![draining(80), other.clone()]), all.clone(), Err("draining")),
        (in_b(vec![draining(80), live(81)]), port(80), Err("draining")),
        (in_b(vec![gone(80), other]), all.clone(), Err("not attached")),
        (in_b(vec![live(80)]), port(81), Err("not attached")),
        (in_b(vec![live(80)]), named("z"), Err("not attached")),
        (in_b(vec![live(80)]), named("b"), Ok(vec![("b", vec![80])])),
        (in_b(vec![live(80)]), named("y"), Err("no such group")),
        (vec![(group("ip", TargetType::Ip), vec![live(80)])], all.clone(), Err("not attached")),
        (
            vec![(group("b", TargetType::Instance), vec![live(80)]), (group("a", TargetType::Instance), vec![live(9)])],
            all,
            Ok(vec![("a", vec![9]), ("b", vec![80])]),
        ),
    ];
    for (groups, selection, expected) in cases {
        let steps = plan_detach(&membership(groups), &id(MACHINE), &selection);
        let steps: Planned<'_> = match &steps {
            Ok(steps) => Ok(steps.iter().map(|step| (step.group.name.as_str(), step.ports.clone())).collect()),
            Err(Refusal::Draining { .. }) => Err("draining"),
            Err(Refusal::NotAttached { .. }) => Err("not attached"),
            Err(Refusal::TargetGroupNotFound { .. }) => Err("no such group"),
            Err(_) => Err("another"),
        };
        assert_eq!(steps, expected, "{selection:?}");
    }
}

#[test]
fn a_machine_is_as_healthy_as_its_worst_target() {
    let membership = membership(vec![
        (
            group("b", TargetType::Instance),
            vec![target(MACHINE, 81, "healthy", None), target(MACHINE, 80, "draining", None)],
        ),
        (group("a", TargetType::Instance), vec![target("i-0a1b2c3d", 80, "unhealthy", None)]),
        (group("ip", TargetType::Ip), vec![target("10.0.0.1", 80, "healthy", None)]),
    ]);
    let listed = machines(&membership, [instance(InstanceState::Running)]);
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
        [(MACHINE, Some(TargetState::Draining), true, 2), ("i-0a1b2c3d", Some(TargetState::Unhealthy), false, 1)]
    );
    assert_eq!(listed[0].registrations[0].port, 80);
    assert_eq!(machine(&membership, id("i-0a1b2c3e"), Knowledge::Unknown).health(), None);
}

/// What a detach plans: the ports of each group, or the kind of the refusal.
type Planned<'a> = Result<Vec<(&'a str, Vec<u16>)>, &'static str>;

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
            targets.sort_by(|a, b| (&a.id, a.port).cmp(&(&b.id, b.port)));
            targets.dedup_by(|a, b| (&a.id, a.port) == (&b.id, b.port));
            (group(&format!("g{number}"), TargetType::Instance), targets)
        });
        membership(keyed.collect())
    })
}

/// What AWS does with a step, by its documentation.
fn carry_out(membership: &mut Membership, step: &Step) {
    let member = membership.groups.iter_mut().find(|member| member.group.arn == step.group.arn).expect("a known group");
    for &port in &step.ports {
        member.targets.retain(|target| target.id != step.instance.as_str() || target.port != Some(port));
        let (state, reason) = match step.change {
            Change::Register => ("initial", "Elb.RegistrationInProgress"),
            Change::Deregister => ("draining", "Target.DeregistrationInProgress"),
        };
        member.targets.push(target(step.instance.as_str(), port, state, Some(reason)));
    }
}

fn live(membership: &Membership) -> Vec<(String, String, u16)> {
    let mut live: Vec<_> = membership
        .registrations()
        .filter(|(.., target)| target.is_live())
        .filter_map(|(id, group, target)| Some((group.name.clone(), id.to_string(), target.port?)))
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
            let unshown = before.groups.iter().find(|member| member.group.arn == step.group.arn).expect("known");
            prop_assert!(!is_shown(step, &unshown.targets), "shown before it was done");
            carry_out(&mut after, step);
            let shown = after.groups.iter().find(|member| member.group.arn == step.group.arn).expect("known");
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
        match plan_attach(&before.groups[number], &machine, Some(&known), port) {
            Ok(step) => {
                prop_assert!(!is_shown(&step, &before.groups[number].targets));
                carry_out(&mut after, &step);
                prop_assert!(is_shown(&step, &after.groups[number].targets));
                prop_assert_eq!(live(&after).len(), live(&before).len() + 1);
                let again = plan_attach(&after.groups[number], &machine, Some(&known), port);
                prop_assert!(matches!(again, Err(Refusal::AlreadyAttached { .. })), "{:?}", again);
            }
            Err(refusal) => prop_assert!(matches!(refusal, Refusal::AlreadyAttached { .. }), "{:?}", refusal),
        }
    }
}
