//! Health over time, what `RegisterTargets` refuses, what a fleet may be.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::fleet::{
    Fleet, FleetError, HealthCheck, InstanceSpec, InstanceState, ListenerUse, LoadBalancerKind, LoadBalancerSpec,
    Protocol, TargetGroupSpec, TargetType,
};

fn at(second: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
}

fn moment(second: i64) -> Moment {
    Moment { now: at(second), stale: None }
}

fn target(id: &str, port: Option<u16>) -> NamedTarget {
    NamedTarget { id: id.to_owned(), port, zone: None }
}

/// A load balancer `alb` with the groups `web` (in use) and `spare` (not in use), and an instance.
fn world() -> (World, String) {
    let mut fleet = Fleet::new("us-east-1");
    fleet.load_balancer(LoadBalancerSpec { name: "alb".to_owned(), ..LoadBalancerSpec::default() });
    fleet.target_group(TargetGroupSpec {
        name: "web".to_owned(),
        used_by: vec![ListenerUse::default_action("alb", 80)],
        ..TargetGroupSpec::default()
    });
    fleet.target_group(TargetGroupSpec { name: "spare".to_owned(), ..TargetGroupSpec::default() });
    let id = fleet.instance(InstanceSpec::default());
    (World::new(fleet, at(0)).unwrap(), id)
}

fn arn(name: &str) -> String {
    ids::target_group_arn("us-east-1", name)
}

fn health(world: &World, group: &str, id: &str, second: i64) -> String {
    let group = &world.target_groups[group];
    let key = TargetKey { id: id.to_owned(), port: group.port, zone: None };
    let health = world.health(group, &key, group.targets.shown_one(&key, at(second)), at(second));
    [Some(health.state.as_str()), health.reason, health.description.as_deref()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" | ")
}

#[test]
fn health_goes_its_way_by_the_clock() {
    let (mut world, id) = world();
    world.register(&arn("web"), &[target(&id, None)], moment(0)).unwrap();
    let table = [
        (0, "initial | Elb.RegistrationInProgress | Target registration is in progress"),
        (29, "initial | Elb.RegistrationInProgress | Target registration is in progress"),
        (30, "initial | Elb.InitialHealthChecking | Initial health checks in progress"),
        (149, "initial | Elb.InitialHealthChecking | Initial health checks in progress"),
        (150, "healthy"),
    ];
    for (second, expected) in table {
        assert_eq!(health(&world, "web", &id, second), expected, "after {second} s");
    }
    world.deregister(&arn("web"), &[target(&id, None)], moment(200)).unwrap();
    let draining = "draining | Target.DeregistrationInProgress | Target deregistration is in progress";
    assert_eq!(health(&world, "web", &id, 200), draining);
    assert_eq!(health(&world, "web", &id, 499), draining);
    let gone = "unused | Target.NotRegistered | Target is not registered to the target group";
    assert_eq!(health(&world, "web", &id, 500), gone);

    world.register(&arn("web"), &[target(&id, None)], moment(600)).unwrap();
    world.deregister(&arn("web"), &[target(&id, None)], moment(800)).unwrap();
    world.register(&arn("web"), &[target(&id, None)], moment(900)).unwrap();
    assert!(health(&world, "web", &id, 900).starts_with("initial"));
}

#[test]
fn a_group_that_no_listener_uses_is_unused() {
    let (mut world, id) = world();
    world.register(&arn("spare"), &[target(&id, None)], moment(0)).unwrap();
    assert_eq!(
        health(&world, "spare", &id, 9999),
        "unused | Target.NotInUse | Target group is not configured to receive traffic from the load balancer"
    );
}

#[test]
fn an_instance_that_does_not_run_is_unused_and_stays_registered() {
    let (mut world, id) = world();
    world.register(&arn("web"), &[target(&id, None)], moment(0)).unwrap();
    world.set_instance_state(&id, InstanceState::Stopped).unwrap();
    assert_eq!(health(&world, "web", &id, 999), "unused | Target.InvalidState | Target is in the stopped state");
    world.set_instance_state(&id, InstanceState::ShuttingDown).unwrap();
    assert_eq!(health(&world, "web", &id, 999), "unused | Target.InvalidState | Target is in an invalid state");
    world.set_instance_state(&id, InstanceState::Terminated).unwrap();
    assert_eq!(health(&world, "web", &id, 999), "unused | Target.InvalidState | Target is in the terminated state");
    assert_eq!(world.stop_instance(&id, at(999)), Err(FleetError::Gone(id.clone())));
    assert_eq!(health(&world, "web", &id, 999), "unused | Target.InvalidState | Target is in the terminated state");
    world.forget_instance(&id).unwrap();
    assert_eq!(health(&world, "web", &id, 999), "unused | Target.InvalidState | Target is in the terminated state");
    world.deregister(&arn("web"), &[target(&id, None)], moment(999)).unwrap();
    assert!(health(&world, "web", &id, 999).starts_with("draining"));
    assert_eq!(world.forget_instance(&id), Err(FleetError::UnknownInstance(id)));
}

#[test]
fn an_instance_in_another_zone_is_unused() {
    let (mut world, _) = world();
    let elsewhere = InstanceSpec { availability_zone: Some("us-east-1f".to_owned()), ..InstanceSpec::default() };
    let id = world.add_instance(elsewhere).unwrap();
    world.register(&arn("web"), &[target(&id, None)], moment(0)).unwrap();
    assert!(
        health(&world, "web", &id, 999).starts_with("unused | Target.NotInUse | Target is in an Availability Zone")
    );
}

#[test]
fn a_bad_target_rejects_the_whole_call() {
    let (mut world, good) = world();
    let stopped = InstanceSpec { state: InstanceState::Stopped, ..InstanceSpec::default() };
    let stopped = world.add_instance(stopped).unwrap();
    let foreign = InstanceSpec { vpc: "vpc-0f0f0f0f0f0f0f0f0".to_owned(), ..InstanceSpec::default() };
    let foreign = world.add_instance(foreign).unwrap();
    let unknown = "i-0ffffffffffffffff".to_owned();
    let vpc = world.target_groups["web"].vpc.clone();
    let table = [
        ("web".to_owned(), Refusal::MalformedInstanceId("web".to_owned()), "ValidationError"),
        ("i-0123456".to_owned(), Refusal::MalformedInstanceId("i-0123456".to_owned()), "ValidationError"),
        ("i-0123456G".to_owned(), Refusal::MalformedInstanceId("i-0123456G".to_owned()), "ValidationError"),
        (unknown.clone(), Refusal::UnknownInstances(vec![unknown]), "InvalidTarget"),
        (stopped.clone(), Refusal::NotRunning(vec![stopped]), "InvalidTarget"),
        (foreign.clone(), Refusal::OtherVpc { vpc, ids: vec![foreign] }, "InvalidTarget"),
        (good.clone(), Refusal::DuplicateTargets(vec![good.clone()]), "ValidationError"),
    ];
    for (bad, refusal, code) in table {
        let result = world.register(&arn("web"), &[target(&good, None), target(&bad, None)], moment(0));
        assert_eq!(result, Err(refusal.clone()), "{bad}");
        assert_eq!(AwsErrorCode::of(refusal), code);
        assert_eq!(world.target_groups["web"].targets.members(at(0)).count(), 0, "{bad}");
    }
}

/// The code that a refusal is answered with.
struct AwsErrorCode;

impl AwsErrorCode {
    fn of(refusal: Refusal) -> String {
        crate::wire::AwsError::from(refusal).code
    }
}

#[test]
fn the_sentences_are_those_of_aws() {
    let ids = || vec!["i-1".to_owned(), "i-2".to_owned()];
    let table = [
        (Refusal::NotFound(arn::Resource::LoadBalancer), "One or more load balancers not found"),
        (Refusal::NotFound(arn::Resource::TargetGroup), "One or more target groups not found"),
        (Refusal::MalformedInstanceId("x".to_owned()), "Instance ID 'x' is not valid"),
        (Refusal::UnknownInstances(ids()), "The following instances do not exist: 'i-1', 'i-2'"),
        (
            Refusal::NotRunning(ids()),
            "The following targets are not in a running state and cannot be registered: 'i-1', 'i-2'",
        ),
        (
            Refusal::OtherVpc { vpc: "vpc-1".to_owned(), ids: ids() },
            "The following targets are not in the target group VPC 'vpc-1': 'i-1', 'i-2'",
        ),
        (Refusal::Ec2UnknownInstances(vec!["i-1".to_owned()]), "The instance ID 'i-1' does not exist"),
        (Refusal::Ec2UnknownInstances(ids()), "The instance IDs 'i-1, i-2' do not exist"),
    ];
    for (refusal, sentence) in table {
        assert_eq!(refusal.to_string(), sentence);
    }
}

#[test]
fn deregistering_looks_at_the_form_of_ids_only() {
    let (mut world, id) = world();
    world.register(&arn("web"), &[target(&id, None), target(&id, Some(8080))], moment(0)).unwrap();
    world.deregister(&arn("web"), &[target("i-0ffffffffffffffff", None)], moment(1)).unwrap();
    let malformed = world.deregister(&arn("web"), &[target("web", None)], moment(1));
    assert_eq!(malformed, Err(Refusal::MalformedInstanceId("web".to_owned())));

    // Without a port it is the port of the group that is meant.
    world.deregister(&arn("web"), &[target(&id, None)], moment(1)).unwrap();
    let members = |world: &World| {
        let members = world.target_groups["web"].targets.members(at(1));
        members.map(|(key, found)| (key.port, found.deregistered.is_some())).collect::<Vec<_>>()
    };
    assert_eq!(members(&world), [(Some(80), true), (Some(8080), false)]);
}

#[test]
fn target_types_want_targets_of_their_form() {
    let balancer = ids::load_balancer_arn("us-east-1", LoadBalancerKind::Application, "alb");
    let lambda = "arn:aws:lambda:us-east-1:123456789012:function:f";
    let wrong = |id: &str| Err(Refusal::WrongTargetType(id.to_owned()));
    let table = [
        (TargetType::Ip, Protocol::Http, target("10.0.0.1", None), Ok(())),
        (TargetType::Ip, Protocol::Http, target("fd00::1", Some(9)), wrong("fd00::1")),
        (TargetType::Ip, Protocol::Http, target("10.0.0", None), wrong("10.0.0")),
        (TargetType::Ip, Protocol::Geneve, target("10.0.0.1", None), Ok(())),
        (TargetType::Ip, Protocol::Geneve, target("10.0.0.1", Some(6081)), Ok(())),
        (
            TargetType::Ip,
            Protocol::Geneve,
            target("10.0.0.1", Some(80)),
            Err(Refusal::PortOfGeneve("10.0.0.1".to_owned())),
        ),
        (TargetType::Lambda, Protocol::Http, target(lambda, None), Ok(())),
        (TargetType::Lambda, Protocol::Http, target(lambda, Some(80)), Err(Refusal::PortOfLambda(lambda.to_owned()))),
        (TargetType::Lambda, Protocol::Http, target("f", None), wrong("f")),
        (TargetType::Alb, Protocol::Tcp, target(&balancer, Some(80)), Ok(())),
        (TargetType::Alb, Protocol::Tcp, target("alb", None), wrong("alb")),
    ];
    for (target_type, protocol, named, expected) in table {
        let mut fleet = Fleet::new("us-east-1");
        fleet.load_balancer(LoadBalancerSpec { name: "alb".to_owned(), ..LoadBalancerSpec::default() });
        let used_by = vec![ListenerUse::default_action("alb", 80)];
        fleet.target_group(TargetGroupSpec { name: "web".to_owned(), used_by, ..TargetGroupSpec::default() });
        let port = if protocol == Protocol::Geneve { 6081 } else { 80 };
        let name = "group".to_owned();
        fleet.target_group(TargetGroupSpec { name, protocol, port, target_type, ..TargetGroupSpec::default() });
        let mut world = World::new(fleet, at(0)).unwrap();
        assert_eq!(world.register(&arn("group"), std::slice::from_ref(&named), moment(0)), expected, "{named:?}");
    }
}

#[test]
fn a_lambda_group_checks_no_health() {
    let (mut world, _) = world();
    let lambda = "arn:aws:lambda:us-east-1:123456789012:function:f";
    world
        .add_target_group(TargetGroupSpec {
            name: "lambda".to_owned(),
            target_type: TargetType::Lambda,
            used_by: vec![ListenerUse::rule("alb", 80)],
            ..TargetGroupSpec::default()
        })
        .unwrap();
    world.register(&arn("lambda"), &[target(lambda, None)], moment(0)).unwrap();
    let expected = "unavailable | Target.HealthCheckDisabled | Health checks are disabled";
    assert_eq!(health(&world, "lambda", lambda, 999), expected);
}

#[test]
fn the_seeded_fleet_is_as_promised() {
    let world = World::new(Fleet::seeded(), at(0)).unwrap();
    let group = &world.target_groups["default-tg"];
    let names: Vec<_> = group
        .targets
        .members(at(0))
        .map(|(key, found)| {
            assert_eq!(world.health(group, key, Some(found), at(0)).state, HealthState::Healthy);
            world.instances[&key.id].tags.get("Name").unwrap().to_owned()
        })
        .collect();
    assert_eq!(names.len(), 3);
    let loose = &world.instances["i-06060a1e235609999"];
    assert_eq!(loose.state(at(0)), InstanceState::Running);
    assert_eq!(loose.launch_time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true), "2016-08-29T09:12:33.001Z");
    assert!(world.load_balancers["default-alb"].dns_name("us-east-1").unwrap().starts_with("default-alb-"));
}

#[test]
fn the_ids_of_a_fleet_are_its_own_and_the_same_each_time() {
    let build = || {
        let mut fleet = Fleet::new("eu-west-1");
        let ids: Vec<_> = (0..50).map(|_| fleet.instance(InstanceSpec::default())).collect();
        (ids, World::new(fleet, at(0)).unwrap())
    };
    let (ids, world) = build();
    assert_eq!(ids, build().0);
    assert!(ids.iter().all(|id| is_instance_id(id) && id.len() == 19));
    assert_eq!(world.instances.len(), 50);
    let addresses: std::collections::BTreeSet<_> = world.instances.values().map(|found| found.private_ip).collect();
    assert_eq!(addresses.len(), 50);
}

/// A change to a good target group that makes it a bad one.
type Break = fn(&mut TargetGroupSpec);

#[test]
fn a_fleet_that_does_not_fit_together_is_refused() {
    let settings: [Break; 14] = [
        |spec| spec.port = 0,
        |spec| spec.protocol = Protocol::Geneve,
        |spec| spec.deregistration_delay = Duration::from_secs(3601),
        |spec| spec.unhealthy_draining_interval = Duration::from_secs(1),
        |spec| {
            spec.protocol = Protocol::Tcp;
            spec.unhealthy_draining_interval = Duration::from_secs(360_001);
        },
        |spec| spec.health_check.interval = Duration::from_secs(4),
        |spec| spec.health_check.timeout = Duration::from_secs(1),
        |spec| spec.health_check.healthy_threshold = 1,
        |spec| spec.health_check.unhealthy_threshold = 11,
        |spec| spec.used_by.push(ListenerUse::default_action("nlb", 80)),
        |spec| spec.used_by = vec![ListenerUse::rule("nlb", 80)],
        |spec| spec.used_by = vec![ListenerUse::rule("absent", 80)],
        |spec| spec.name = "-web".to_owned(),
        |spec| spec.name = "web".to_owned(),
    ];
    let (mut world, id) = world();
    let nlb =
        LoadBalancerSpec { name: "nlb".to_owned(), kind: LoadBalancerKind::Network, ..LoadBalancerSpec::default() };
    world.add_load_balancer(nlb.clone(), at(0)).unwrap();
    let good = TargetGroupSpec {
        name: "new".to_owned(),
        health_check: HealthCheck::default(),
        used_by: vec![ListenerUse::default_action("alb", 81)],
        ..TargetGroupSpec::default()
    };
    for (index, change) in settings.into_iter().enumerate() {
        let mut spec = good.clone();
        change(&mut spec);
        assert!(world.add_target_group(spec).is_err(), "change {index}");
    }
    world.add_target_group(good).unwrap();

    let duplicate = InstanceSpec { id: Some(id.clone()), ..InstanceSpec::default() };
    assert_eq!(world.add_instance(duplicate), Err(FleetError::DuplicateInstance(id)));
    let malformed = InstanceSpec { id: Some("i-1".to_owned()), ..InstanceSpec::default() };
    assert_eq!(world.add_instance(malformed), Err(FleetError::MalformedInstanceId("i-1".to_owned())));
    assert_eq!(world.add_load_balancer(nlb, at(0)), Err(FleetError::DuplicateLoadBalancer("nlb".to_owned())));
    let unknown = world.add_target("web", "i-0ffffffffffffffff", None, at(0));
    assert_eq!(unknown, Err(FleetError::UnknownInstance("i-0ffffffffffffffff".to_owned())));
    let unknown = world.add_target("absent", "i-0ffffffffffffffff", None, at(0));
    assert_eq!(unknown, Err(FleetError::UnknownTargetGroup("absent".to_owned())));
}
