//! Classic load balancers by the clock, and what they refuse.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;

use super::*;
use crate::fleet::{ClassicListener, ClassicLoadBalancerSpec, ClassicProtocol, Fleet, InstanceSpec, InstanceState};
use crate::state::{CheckFailure, Moment};
use crate::wire::AwsError;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
}

fn moment(second: i64) -> Moment {
    Moment { now: at(second), stale: None }
}

fn one(id: &str) -> BTreeSet<String> {
    BTreeSet::from([id.to_owned()])
}

/// The load balancer `old`, which drains for 300 s, without instances, and an instance.
fn world() -> (World, String) {
    let mut fleet = Fleet::new("us-east-1");
    fleet.classic_load_balancer(ClassicLoadBalancerSpec {
        name: "old".to_owned(),
        connection_draining: Some(Duration::from_mins(5)),
        ..ClassicLoadBalancerSpec::default()
    });
    let id = fleet.instance(InstanceSpec::default());
    (World::new(fleet, at(0)).unwrap(), id)
}

fn health(world: &World, id: &str, second: i64) -> String {
    let told = world.classic_health("old", &[id.to_owned()], at(second)).unwrap();
    let words =
        told.iter().map(|(_, found)| [found.state.as_str(), found.reason.as_str(), found.description].join(" | "));
    words.collect()
}

const REGISTERING: &str = "OutOfService | ELB | Instance registration is still in progress.";
const NOT_YET: &str = "OutOfService | Instance | Instance has not passed the configured HealthyThreshold number of \
                       health checks consecutively.";
const FAILED: &str = "OutOfService | Instance | Instance has failed at least the UnhealthyThreshold number of health \
                      checks consecutively.";
const GOOD: &str = "InService | N/A | N/A";
const DRAINING: &str = "InService | N/A | Instance deregistration currently in progress.";
const GONE: &str = "OutOfService | Instance | Instance is not currently registered with the LoadBalancer.";

#[test]
fn health_goes_its_way_by_the_clock() {
    let (mut world, id) = world();
    let registered = world.register_classic("old", &one(&id), moment(0)).unwrap();
    assert_eq!(registered, [&*id]);
    for (second, expected) in [(0, REGISTERING), (29, REGISTERING), (30, NOT_YET), (299, NOT_YET), (300, GOOD)] {
        assert_eq!(health(&world, &id, second), expected, "after {second} s");
    }
    let remaining = world.deregister_classic("old", &one(&id), moment(400)).unwrap();
    assert_eq!(remaining, [""; 0]);
    for (second, expected) in [(400, DRAINING), (699, DRAINING), (700, GONE)] {
        assert_eq!(health(&world, &id, second), expected, "after {second} s");
    }
    assert_eq!(world.classic_health("old", &[], at(699)).unwrap().len(), 1);
    assert_eq!(world.classic_health("old", &[], at(700)).unwrap().len(), 0);
    // Once more, which changes nothing; then it comes again, and begins anew.
    world.deregister_classic("old", &one(&id), moment(700)).unwrap();
    world.register_classic("old", &one(&id), moment(800)).unwrap();
    assert_eq!(health(&world, &id, 800), REGISTERING);
}

#[test]
fn checks_that_fail_and_pass_change_the_state_after_their_thresholds() {
    let (mut world, id) = world();
    world.register_classic("old", &one(&id), moment(0)).unwrap();
    let meet = |world: &mut World, port, failure, second| world.note_checks(&id, port, failure, at(second)).unwrap();
    meet(&mut world, None, Some(CheckFailure::Timeout), 1000);
    for (second, expected) in [(1049, GOOD), (1050, FAILED), (9999, FAILED)] {
        assert_eq!(health(&world, &id, second), expected, "failing, after {second} s");
    }
    meet(&mut world, None, None, 12_000);
    for (second, expected) in [(12_000, FAILED), (12_269, FAILED), (12_270, GOOD)] {
        assert_eq!(health(&world, &id, second), expected, "passing, after {second} s");
    }
    // One that recovers in time was never out of service.
    meet(&mut world, None, Some(CheckFailure::Timeout), 13_001);
    meet(&mut world, None, None, 13_049);
    assert_eq!(health(&world, &id, 13_050), GOOD);
    // Another port than that of the check is of no weight.
    meet(&mut world, Some(81), Some(CheckFailure::Timeout), 14_000);
    assert_eq!(health(&world, &id, 14_999), GOOD);
    meet(&mut world, Some(80), Some(CheckFailure::InternalError), 15_000);
    assert_eq!(health(&world, &id, 15_999), "Unknown | ELB | A transient error occurred. Please try again later.");
    // One that is registered while its checks fail never comes into service.
    world.deregister_classic("old", &one(&id), moment(16_000)).unwrap();
    world.register_classic("old", &one(&id), moment(16_010)).unwrap();
    assert_eq!([health(&world, &id, 16_039), health(&world, &id, 16_040)], [REGISTERING, NOT_YET]);
    assert!(health(&world, &id, 19_999).starts_with("Unknown"));
}

#[test]
fn new_thresholds_put_nobody_out_of_service() {
    let (mut world, id) = world();
    world.register_classic("old", &one(&id), moment(0)).unwrap();
    let slow = ClassicHealthCheck { interval: Duration::from_mins(5), ..ClassicHealthCheck::default() };
    world.configure_classic_check("old", slow.clone(), moment(300)).unwrap();
    assert_eq!(health(&world, &id, 300), GOOD);
    world.configure_classic_check("old", slow, moment(310)).unwrap();
    world.note_checks(&id, None, Some(CheckFailure::Timeout), at(400)).unwrap();
    assert_eq!([health(&world, &id, 909), health(&world, &id, 910)], [GOOD, FAILED]);
    // A registration begins anew.
    world.note_checks(&id, None, None, at(1000)).unwrap();
    world.deregister_classic("old", &one(&id), moment(1000)).unwrap();
    world.register_classic("old", &one(&id), moment(1001)).unwrap();
    assert_eq!(health(&world, &id, 1001), REGISTERING);
}

#[test]
fn what_the_instance_is_comes_before_its_checks() {
    let (mut world, id) = world();
    world.register_classic("old", &one(&id), moment(0)).unwrap();
    let table = [
        (InstanceState::Pending, "OutOfService | Instance | Instance is in pending state."),
        (InstanceState::Stopping, "OutOfService | Instance | Instance is in stopped state."),
        (InstanceState::Stopped, "OutOfService | Instance | Instance is in stopped state."),
        (InstanceState::ShuttingDown, "OutOfService | Instance | Instance is in terminated state."),
        (InstanceState::Terminated, ""),
    ];
    for (state, expected) in table {
        world.set_instance_state(&id, state).unwrap();
        assert_eq!(health(&world, &id, 999), expected, "{state}");
    }
    world.set_instance_state(&id, InstanceState::Running).unwrap();
    let zones = BTreeSet::from(["us-east-1a".to_owned()]);
    assert_eq!(world.disable_classic_zones("old", &zones).unwrap(), one("us-east-1b"));
    assert!(health(&world, &id, 999).starts_with("OutOfService | ELB | Instance is in the EC2 Availability Zone"));
    world.enable_classic_zones("old", &zones).unwrap();
    assert_eq!(health(&world, &id, 999), GOOD);
}

#[test]
fn without_draining_an_instance_is_gone_at_once() {
    let (mut world, id) = world();
    world.register_classic("old", &one(&id), moment(0)).unwrap();
    world.deregister_classic("old", &one(&id), moment(400)).unwrap();
    let attributes = Attributes { draining: false, ..world.classic["old"].attributes.clone() };
    world.set_classic_attributes("old", attributes).unwrap();
    assert_eq!(health(&world, &id, 401), GONE);
}

#[test]
fn one_bad_instance_rejects_the_whole_call() {
    let (mut world, good) = world();
    let stopped = InstanceSpec { state: InstanceState::Stopped, ..InstanceSpec::default() };
    let stopped = world.add_instance(stopped).unwrap();
    let foreign = InstanceSpec { vpc: "vpc-0f0f0f0f0f0f0f0f0".to_owned(), ..InstanceSpec::default() };
    let foreign = world.add_instance(foreign).unwrap();
    let unknown = "i-0ffffffffffffffff".to_owned();
    let table = [
        (ClassicRefusal::UnknownInstance(unknown.clone()), unknown),
        (ClassicRefusal::UnknownInstance("web".to_owned()), "web".to_owned()),
        (ClassicRefusal::NotRunning(stopped.clone()), stopped.clone()),
        (ClassicRefusal::OtherVpc(foreign.clone()), foreign),
    ];
    for (refusal, bad) in table {
        let both = &one(&good) | &one(&bad);
        assert_eq!(world.register_classic("old", &both, moment(0)), Err(refusal.clone()), "{bad}");
        assert_eq!(AwsError::from(refusal).code, "InvalidInstance");
        assert_eq!(world.classic["old"].live(at(0)), BTreeSet::new(), "{bad}");
    }
    world.register_classic("old", &one(&good), moment(0)).unwrap();
    let both = &one(&good) | &one(&stopped);
    let never = ClassicRefusal::UnknownInstance(stopped.clone());
    assert_eq!(world.deregister_classic("old", &both, moment(1)), Err(never.clone()));
    assert_eq!(world.classic["old"].live(at(1)), one(&good));
    assert_eq!(world.classic_health("old", &[stopped], at(1)), Err(never));
    assert_eq!(world.classic_health("absent", &[], at(1)), Err(ClassicRefusal::NotFound("absent".to_owned())));
}

#[test]
fn quotas_hold() {
    let (mut world, _) = world();
    let ids: BTreeSet<String> = (0..1000).map(|_| world.add_instance(InstanceSpec::default()).unwrap()).collect();
    let (first, last) = (ids.first().unwrap().clone(), ids.last().unwrap().clone());
    let spare = world.add_instance(InstanceSpec::default()).unwrap();
    let too_many = Err(ClassicRefusal::TooManyInstances(1000));
    assert_eq!(world.register_classic("old", &(&ids | &one(&spare)), moment(0)), too_many.clone());
    assert_eq!(world.register_classic("old", &ids, moment(0)).unwrap().len(), 1000);
    world.register_classic("old", &one(&last), moment(0)).unwrap();
    assert_eq!(world.register_classic("old", &one(&spare), moment(0)), too_many);
    world.deregister_classic("old", &one(&first), moment(0)).unwrap();
    world.register_classic("old", &one(&spare), moment(0)).unwrap();

    let named = |name: String| ClassicLoadBalancerSpec { name, ..ClassicLoadBalancerSpec::default() };
    for number in 1..20 {
        world.create_classic(named(format!("lb-{number}")), moment(0)).unwrap();
    }
    let one_more = world.create_classic(named("lb-20".to_owned()), moment(0));
    assert_eq!(one_more, Err(ClassicRefusal::TooManyLoadBalancers(20)));
    world.delete_classic("lb-1");
    world.create_classic(named("lb-20".to_owned()), moment(0)).unwrap();
}

#[test]
fn a_stale_write_is_shown_later() {
    let (mut world, id) = world();
    let stale = Moment { now: at(0), stale: Some(Duration::from_mins(1)) };
    world.register_classic("old", &one(&id), stale).unwrap();
    assert_eq!((world.classic["old"].shown(at(59)), health(&world, &id, 59)), (vec![], GONE.to_owned()));
    assert_eq!(world.classic["old"].shown(at(60)), [id]);
}

/// A change to a good load balancer that makes it a bad one, and the code that AWS has for it.
type Break = (fn(&mut ClassicLoadBalancerSpec), &'static str);

#[test]
fn a_load_balancer_that_aws_does_not_take_is_refused() {
    let listener = ClassicListener::default;
    let table: [Break; 18] = [
        (|spec| spec.name = "-new".to_owned(), "ValidationError"),
        (|spec| spec.name = "old".to_owned(), "DuplicateLoadBalancerName"),
        (|spec| spec.listeners.clear(), "ValidationError"),
        (|spec| spec.listeners.push(ClassicListener::default()), "DuplicateListener"),
        (|spec| spec.listeners[0].port = 0, "ValidationError"),
        (|spec| spec.listeners[0].instance_protocol = ClassicProtocol::Tcp, "ValidationError"),
        (|spec| spec.listeners[0].protocol = ClassicProtocol::Https, "ValidationError"),
        (|spec| spec.listeners[0].certificate = Some("arn:aws:acm:x".to_owned()), "ValidationError"),
        (
            |spec| {
                let certificate = Some("mine".to_owned());
                let protocol = ClassicProtocol::Https;
                spec.listeners[0] = ClassicListener { protocol, certificate, ..ClassicListener::default() };
            },
            "CertificateNotFound",
        ),
        (|spec| spec.availability_zones = vec!["eu-west-1a".to_owned()], "ValidationError"),
        (|spec| spec.availability_zones = vec!["us-east-1ab".to_owned()], "ValidationError"),
        (|spec| spec.connection_draining = Some(Duration::ZERO), "ValidationError"),
        (|spec| spec.health_check.interval = Duration::from_secs(4), "ValidationError"),
        (|spec| spec.health_check.timeout = Duration::from_secs(30), "ValidationError"),
        (|spec| spec.health_check.healthy_threshold = 11, "ValidationError"),
        (|spec| spec.health_check.unhealthy_threshold = 1, "ValidationError"),
        (|spec| spec.health_check.target = "HTTP:80".to_owned(), "ValidationError"),
        (|spec| spec.health_check.target = "TCP:0".to_owned(), "ValidationError"),
    ];
    let (mut world, _) = world();
    let good = ClassicLoadBalancerSpec { name: "new".to_owned(), ..ClassicLoadBalancerSpec::default() };
    for (index, (change, code)) in table.into_iter().enumerate() {
        let mut spec = good.clone();
        change(&mut spec);
        let refusal = world.create_classic(spec, moment(0)).unwrap_err();
        assert_eq!(AwsError::from(refusal).code, code, "change {index}");
    }
    let many: Vec<_> = (1..=101).map(|port| ClassicListener { port, ..listener() }).collect();
    let refusal = world.create_classic(ClassicLoadBalancerSpec { listeners: many, ..good.clone() }, moment(0));
    assert_eq!(refusal, Err(ClassicRefusal::TooManyListeners(100)));
    world.create_classic(good, moment(0)).unwrap();
}

#[test]
fn targets_of_health_checks_have_their_form() {
    let takes = |target: &str| {
        let check = ClassicHealthCheck { target: target.to_owned(), ..ClassicHealthCheck::default() };
        check.check().is_ok()
    };
    for good in ["TCP:1", "SSL:65535", "HTTP:80/", "HTTPS:443/a/b?c=d:e"] {
        assert!(takes(good), "{good}");
    }
    for bad in ["", "TCP", "TCP:", "TCP:+1", "TCP:65536", "TCP:80/", "UDP:80", "http:80/", "HTTP:/", "HTTP80/"] {
        assert!(!takes(bad), "{bad}");
    }
    assert!(takes(&format!("HTTP:80/{}", "x".repeat(1016))));
    assert!(!takes(&format!("HTTP:80/{}", "x".repeat(1017))));
}

#[test]
fn tags_have_their_form_and_number() {
    let (mut world, _) = world();
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let ten: Vec<_> = (0..10).map(|number| pair(&format!("k{number}"), "v")).collect();
    world.tag_classic("old", ten).unwrap();
    world.tag_classic("old", vec![pair("k0", "new")]).unwrap();
    assert_eq!(world.classic["old"].tags["k0"], "new");
    let eleventh = world.tag_classic("old", vec![pair("k10", "")]);
    assert_eq!(eleventh, Err(ClassicRefusal::TooManyTags(10)));
    world.untag_classic("old", &["k0".to_owned(), "absent".to_owned()]).unwrap();
    world.tag_classic("old", vec![pair("k10", "")]).unwrap();
    let twice = world.tag_classic("old", vec![pair("k1", "a"), pair("k1", "b")]);
    assert_eq!(twice, Err(ClassicRefusal::DuplicateTagKey("k1".to_owned())));
    for (key, value) in [("", ""), ("aws:x", ""), ("k1", "<"), (&*"k".repeat(129), ""), ("k1", &*"v".repeat(257))] {
        let refused = world.tag_classic("old", vec![pair(key, value)]);
        assert!(matches!(refused, Err(ClassicRefusal::Tag(_))), "{key}={value}");
    }
}
