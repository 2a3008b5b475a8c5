//! Where an attach goes, and when it is refused.

use elbm_core::*;

use crate::world::*;

#[test]
fn the_group_of_an_attach() {
    let ip = (group("ip", TargetType::Ip), Vec::new());
    let lambda = (group("fn", TargetType::Lambda), Vec::new());
    let none: &[&str] = &[];
    // groups, named, default actions forward to → chosen, or the code of the refusal
    let cases = [
        (vec![instances("a")], None, none, Ok("a")),
        (vec![instances("a"), instances("b")], Some("b"), none, Ok("b")),
        (vec![instances("a"), instances("b")], None, &["b"], Ok("b")),
        (vec![instances("a"), instances("b")], None, none, Err("Ambiguous")),
        (vec![instances("a"), instances("b")], None, &["a", "b"], Err("Ambiguous")),
        (vec![instances("a"), instances("b")], None, &["elsewhere"], Err("Ambiguous")),
        // Addresses are meant only where no group takes ids.
        (vec![instances("a"), ip.clone()], None, &["ip"], Ok("a")),
        (vec![ip.clone(), lambda.clone()], None, none, Ok("ip")),
        (vec![instances("a"), ip.clone()], Some("ip"), none, Ok("ip")),
        (vec![], None, none, Err("NoTargetGroup")),
        (vec![lambda.clone()], None, none, Err("NoTargetGroup")),
        (vec![lambda], Some("fn"), none, Err("Unsupported")),
        (vec![instances("a")], Some("z"), none, Err("NotFound")),
        (vec![(classic("default-alb"), Vec::new())], None, none, Ok("default-alb")),
        (vec![(classic("default-alb"), Vec::new())], Some("default-alb"), none, Err("Classic")),
    ];
    for (groups, named, defaults, expected) in cases {
        let membership = membership(groups);
        let defaults: Vec<_> = defaults.iter().map(|name| arn(name)).collect();
        let chosen = choose_group(&membership, named, &defaults);
        let chosen = chosen.as_ref().map(|member| member.group.name.as_str()).map_err(|refusal| match refusal {
            Refusal::AmbiguousTargetGroup { choices, .. } if choices == &["a", "b"] => "Ambiguous",
            Refusal::NoTargetGroup(_) => "NoTargetGroup",
            Refusal::UnsupportedTargetGroup { .. } => "Unsupported",
            Refusal::TargetGroupNotFound { .. } => "NotFound",
            Refusal::ClassicHasNoGroups(_) => "Classic",
            _ => "another",
        });
        assert_eq!(chosen, expected, "{named:?} {defaults:?}");
    }
}

/// Plans to attach a running machine to the only group.
fn plan(group: TargetGroup, targets: Vec<Target>, port: Option<u16>) -> Result<Step, Refusal> {
    let membership = membership(vec![(group, targets)]);
    plan_attach(&membership, &membership.groups[0], &id(MACHINE), Some(&instance(InstanceState::Running)), port)
}

#[test]
fn attach_is_judged_on_the_chosen_group_and_port() {
    let on = |state: &str, reason, port| {
        let targets = vec![target(MACHINE, 80, state, reason), target(OTHER, 81, "healthy", None)];
        plan(group("a", TargetType::Instance), targets, port)
    };
    for state in ["healthy", "initial", "unhealthy", "unhealthy.draining", "unavailable"] {
        let refused = on(state, None, None).expect_err(state).to_string();
        assert_eq!(refused, format!("{MACHINE} is registered in target group 'a' on port 80 already"));
    }
    assert!(matches!(on("unused", Some("Target.NotInUse"), None), Err(Refusal::AlreadyAttached { .. })));
    // Draining, and another port, are not attached.
    let draining = on("draining", Some("Target.DeregistrationInProgress"), None);
    assert_eq!(draining.map(|step| step.keys), Ok(vec![key(MACHINE, 80)]));
    assert_eq!(on("healthy", None, Some(81)).map(|step| step.keys), Ok(vec![key(MACHINE, 81)]));
}

#[test]
fn a_group_of_addresses_gets_the_primary_one() {
    let ip = || group("ip", TargetType::Ip);
    assert_eq!(plan(ip(), Vec::new(), None).map(|step| step.keys), Ok(vec![key("10.0.0.1", 80)]));
    // Any of its addresses is the machine.
    let other = plan(ip(), vec![target("10.0.0.2", 80, "healthy", None)], None);
    assert!(matches!(other, Err(Refusal::AlreadyAttached { .. })), "{other:?}");
    let stranger = plan(ip(), vec![target("10.0.0.9", 80, "healthy", None)], None);
    assert!(stranger.is_ok(), "{stranger:?}");
    let membership = membership(vec![(ip(), Vec::new())]);
    let without = Instance { private_ip: None, ..instance(InstanceState::Running) };
    let refused = plan_attach(&membership, &membership.groups[0], &id(MACHINE), Some(&without), None);
    assert_eq!(refused, Err(Refusal::NoAddress(id(MACHINE))));
}

#[test]
fn a_classic_load_balancer_has_no_ports() {
    let keys = plan(classic("old"), Vec::new(), None).map(|step| step.keys);
    assert_eq!(keys, Ok(vec![TargetKey { id: MACHINE.to_owned(), port: None, zone: None }]));
    assert_eq!(plan(classic("old"), Vec::new(), Some(80)), Err(Refusal::ClassicHasNoPorts("old".to_owned())));
    let there = plan(classic("old"), vec![portless(target(MACHINE, 1, "healthy", None))], None);
    let refused = there.expect_err("it is there").to_string();
    assert_eq!(refused, format!("{MACHINE} is registered in load balancer 'default-alb' already"));
}

#[test]
fn attach_needs_an_instance_that_ec2_knows_in_the_same_network() {
    let membership = membership(vec![instances("a")]);
    let plan =
        |known: Option<Instance>| plan_attach(&membership, &membership.groups[0], &id(MACHINE), known.as_ref(), None);
    assert_eq!(plan(None), Err(Refusal::UnknownInstance(id(MACHINE))));
    for (state, refused) in [
        (InstanceState::Running, false),
        (InstanceState::Pending, false),
        (InstanceState::ShuttingDown, true),
        (InstanceState::Terminated, true),
    ] {
        let step = plan(Some(instance(state)));
        assert_eq!(matches!(step, Err(Refusal::TerminatedInstance { .. })), refused, "{state:?}");
    }
    for state in [InstanceState::Stopping, InstanceState::Stopped] {
        assert_eq!(plan(Some(instance(state))), Err(Refusal::StoppedInstance(id(MACHINE))));
    }
    let stranger = Instance { vpc: Some("vpc-b".to_owned()), ..instance(InstanceState::Running) };
    assert!(matches!(plan(Some(stranger)), Err(Refusal::OtherVpc { .. })));
    let unsaid = Instance { vpc: None, ..instance(InstanceState::Running) };
    assert!(plan(Some(unsaid)).is_ok());
}

#[test]
fn a_classic_load_balancer_takes_stopped_machines() {
    let membership = membership(vec![(classic("default-alb"), Vec::new())]);
    let stopped = instance(InstanceState::Stopped);
    assert!(plan_attach(&membership, &membership.groups[0], &id(MACHINE), Some(&stopped), None).is_ok());
}

#[test]
fn a_machine_in_a_zone_without_traffic_is_refused() {
    let of = |zones: &[&str], zone: Option<&str>| {
        let mut membership = membership(vec![instances("a")]);
        membership.load_balancer.zones = zones.iter().map(|zone| (*zone).to_owned()).collect();
        let known = Instance { availability_zone: zone.map(str::to_owned), ..instance(InstanceState::Running) };
        plan_attach(&membership, &membership.groups[0], &id(MACHINE), Some(&known), None).map(drop)
    };
    assert_eq!(of(&["us-east-1a", "us-east-1b"], Some("us-east-1b")), Ok(()));
    // Where AWS does not say, it judges by itself.
    assert_eq!(of(&[], Some("us-east-1c")), Ok(()));
    assert_eq!(of(&["us-east-1a"], None), Ok(()));
    let refused = of(&["us-east-1a", "us-east-1b"], Some("us-east-1c")).expect_err("refused").to_string();
    assert_eq!(
        refused,
        "i-06060a1e235609999 is in us-east-1c, which is not enabled on load balancer 'default-alb', so that it would get \
         no traffic; enabled are 'us-east-1a', 'us-east-1b'"
    );
}
