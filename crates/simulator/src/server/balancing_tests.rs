//! Load balancers and target groups are made, changed and deleted by call, with attributes and tags.

use std::time::Duration;

use super::lab::{Lab, balancer, group, listener, network_balancer, rule, subnet, text, texts};
use crate::faults::{Fault, Times};
use crate::fleet::{DEFAULT_VPC, Fleet, InstanceSpec, SubnetSpec, TargetGroupSpec, TargetType, VpcSpec};
use crate::services::Elbv2;

const OTHER_VPC: &str = "vpc-0f0f0f0f0f0f0f0f0";

/// Fields, and the code that a call with them is refused with.
type Refused<'a> = (&'a [(&'a str, &'a str)], &'a str);

#[test]
fn load_balancers_are_refused() {
    let mut fleet = Fleet::new("us-east-1");
    let block = |text: &str| text.parse().unwrap();
    let small = SubnetSpec { id: None, availability_zone: None, block: block("172.31.0.0/28"), tags: [].into() };
    let id = Some("subnet-0123456789abcdef0".to_owned());
    let vpc =
        VpcSpec { id: Some(OTHER_VPC.to_owned()), subnets: vec![SubnetSpec { id, ..small }], ..VpcSpec::default() };
    fleet.vpc(vpc);
    for _ in 0..4 {
        let subnet = Some("subnet-0123456789abcdef0".to_owned());
        fleet.instance(InstanceSpec { subnet, ..InstanceSpec::default() });
    }
    let mut lab = Lab::new(fleet);
    let (a, b) = (subnet("a"), subnet("b"));
    let (name, first, second) = (("Name", "web"), ("Subnets.member.1", a.as_str()), ("Subnets.member.2", b.as_str()));
    let table: [Refused<'_>; 19] = [
        (&[first, second], "ValidationError"),
        (&[("Name", "-web"), first, second], "ValidationError"),
        (&[("Name", "internal-web"), first, second], "ValidationError"),
        (&[name], "ValidationError"),
        (&[name, first], "ValidationError"),
        (&[name, first, ("Subnets.member.2", &a)], "InvalidConfigurationRequest"),
        (&[name, first, ("Subnets.member.2", "subnet-0fffffffffffffff0")], "SubnetNotFound"),
        (&[name, first, ("Subnets.member.2", "subnet-0123456789abcdef0")], "InvalidConfigurationRequest"),
        (&[name, ("Type", "network"), ("Subnets.member.1", "subnet-0123456789abcdef0")], "InvalidSubnet"),
        (&[name, first, ("SubnetMappings.member.1.SubnetId", &b)], "ValidationError"),
        (&[name, ("SubnetMappings.member.1.AllocationId", &b)], "ValidationError"),
        (&[name, first, second, ("Type", "classic")], "ValidationError"),
        (&[name, first, second, ("Scheme", "public")], "ValidationError"),
        (&[name, first, ("Type", "gateway"), ("Scheme", "internal")], "InvalidScheme"),
        (&[name, first, second, ("SecurityGroups.member.1", "sg-1")], "InvalidSecurityGroup"),
        (&[name, first, ("Type", "gateway"), ("SecurityGroups.member.1", "sg-1")], "InvalidConfigurationRequest"),
        (&[name, first, second, ("IpAddressType", "dualstack")], "ValidationError"),
        (&[name, first, second, ("Tags.member.1.Key", "aws:x")], "ValidationError"),
        (&[name, first, second, ("Colour", "red")], "InvalidQueryParameter"),
    ];
    for (fields, expected) in table {
        assert_eq!(lab.code(Elbv2::CreateLoadBalancer, fields), expected, "{fields:?}");
        assert!(lab.world().load_balancers.is_empty(), "{fields:?}");
    }
    assert_eq!(lab.code(Elbv2::CreateLoadBalancer, &[name, ("Type", "gateway"), first]), "OK");
}

#[test]
fn what_is_there_with_the_same_settings_is_not_made_again() {
    let mut lab = Lab::empty();
    let arn = balancer(&mut lab, "web");
    assert_eq!(balancer(&mut lab, "web"), arn);
    let (a, b, c) = (subnet("a"), subnet("b"), subnet("c"));
    let swapped = [("Name", "web"), ("Subnets.member.1", b.as_str()), ("Subnets.member.2", &a)];
    assert_eq!(text(&lab.ask(Elbv2::CreateLoadBalancer, &swapped), "LoadBalancerArn"), arn);
    let others = [
        [("Subnets.member.2", c.as_str()), ("Scheme", "internet-facing")],
        [("Subnets.member.2", &b), ("Scheme", "internal")],
        [("Subnets.member.2", &b), ("Tags.member.1.Key", "k")],
        [("Subnets.member.2", &b), ("Type", "network")],
    ];
    for other in others {
        let fields = [("Name", "web"), ("Subnets.member.1", a.as_str()), other[0], other[1]];
        assert_eq!(lab.code(Elbv2::CreateLoadBalancer, &fields), "DuplicateLoadBalancerName", "{other:?}");
    }

    let arn = group(&mut lab, "tg", "HTTP");
    assert_eq!(group(&mut lab, "tg", "HTTP"), arn);
    let fields = [("Name", "tg"), ("Protocol", "HTTP"), ("Port", "80"), ("VpcId", DEFAULT_VPC)];
    let others = [("HealthCheckPath", "/x"), ("Tags.member.1.Key", "k"), ("ProtocolVersion", "HTTP2")];
    for other in others {
        let code = lab.code(Elbv2::CreateTargetGroup, &[&fields[..], &[other]].concat());
        assert_eq!(code, "DuplicateTargetGroupName", "{other:?}");
    }
}

#[test]
fn what_is_made_anew_is_another() {
    let mut lab = Lab::empty();
    let (before, old) = (balancer(&mut lab, "web"), group(&mut lab, "tg", "HTTP"));
    lab.ask(Elbv2::DeleteLoadBalancer, &[("LoadBalancerArn", &before)]);
    lab.ask(Elbv2::DeleteTargetGroup, &[("TargetGroupArn", &old)]);
    let (after, new) = (balancer(&mut lab, "web"), group(&mut lab, "tg", "HTTP"));
    assert!(before != after && old != new);
    let gone = [("LoadBalancerArns.member.1", before.as_str())];
    assert_eq!(lab.code(Elbv2::DescribeLoadBalancers, &gone), "LoadBalancerNotFound");
    // Deleting what is gone succeeds, and does not touch what has its name now.
    lab.ask(Elbv2::DeleteLoadBalancer, &[("LoadBalancerArn", &before)]);
    lab.ask(Elbv2::DeleteTargetGroup, &[("TargetGroupArn", &old)]);
    assert_eq!((lab.world().load_balancers.len(), lab.world().target_groups.len()), (1, 1));
    assert_eq!(lab.code(Elbv2::DeleteLoadBalancer, &[("LoadBalancerArn", "web")]), "ValidationError");
}

#[test]
fn a_load_balancer_is_set_up_in_time() {
    let mut lab = Lab::empty();
    balancer(&mut lab, "web");
    assert!(lab.ask(Elbv2::DescribeLoadBalancers, &[]).contains("<Code>provisioning</Code>"));
    lab.advance(Duration::from_mins(2));
    assert!(lab.ask(Elbv2::DescribeLoadBalancers, &[]).contains("<Code>active</Code>"));
}

#[test]
fn target_groups_are_refused() {
    let mut lab = Lab::empty();
    let (name, http, port, vpc) = (("Name", "tg"), ("Protocol", "HTTP"), ("Port", "80"), ("VpcId", DEFAULT_VPC));
    let tcp = ("Protocol", "TCP");
    let table: [Refused<'_>; 25] = [
        (&[http, port, vpc], "ValidationError"),
        (&[("Name", "a_b"), http, port, vpc], "ValidationError"),
        (&[name, port, vpc], "ValidationError"),
        (&[name, http, vpc], "ValidationError"),
        (&[name, http, port], "ValidationError"),
        (&[name, http, port, ("VpcId", OTHER_VPC)], "ValidationError"),
        (&[name, http, ("Port", "0"), vpc], "ValidationError"),
        (&[name, ("Protocol", "QUIC"), port, vpc], "ValidationError"),
        (&[name, ("Protocol", "GENEVE"), port, vpc], "ValidationError"),
        (&[name, ("TargetType", "lambda"), port], "ValidationError"),
        (&[name, ("TargetType", "alb"), http, port, vpc], "ValidationError"),
        (&[name, http, port, vpc, ("ProtocolVersion", "GRPC")], "ValidationError"),
        (&[name, tcp, port, vpc, ("ProtocolVersion", "HTTP1")], "ValidationError"),
        (&[name, http, port, vpc, ("HealthCheckIntervalSeconds", "4")], "ValidationError"),
        (&[name, http, port, vpc, ("HealthCheckIntervalSeconds", "5")], "ValidationError"),
        (&[name, http, port, vpc, ("HealthyThresholdCount", "11")], "ValidationError"),
        (&[name, http, port, vpc, ("HealthCheckProtocol", "TCP")], "ValidationError"),
        (&[name, http, port, vpc, ("HealthCheckPort", "80x")], "ValidationError"),
        (&[name, http, port, vpc, ("HealthCheckPath", "x")], "ValidationError"),
        (&[name, http, port, vpc, ("HealthCheckEnabled", "false")], "ValidationError"),
        (&[name, http, port, vpc, ("Matcher.HttpCode", "500")], "ValidationError"),
        (&[name, http, port, vpc, ("Matcher.HttpCode", "300-200")], "ValidationError"),
        (&[name, http, port, vpc, ("Matcher.GrpcCode", "12")], "InvalidQueryParameter"),
        (&[name, tcp, port, vpc, ("HealthCheckPath", "/")], "ValidationError"),
        (&[name, http, port, vpc, ("IpAddressType", "ipv6")], "ValidationError"),
    ];
    for (fields, expected) in table {
        assert_eq!(lab.code(Elbv2::CreateTargetGroup, fields), expected, "{fields:?}");
        assert!(lab.world().target_groups.is_empty(), "{fields:?}");
    }
    let good: [&[(&str, &str)]; 4] = [
        &[("Name", "a"), ("TargetType", "lambda")],
        &[("Name", "b"), ("TargetType", "alb"), tcp, port, vpc],
        &[("Name", "c"), tcp, port, vpc, ("HealthCheckProtocol", "HTTP"), ("Matcher.HttpCode", "200,500-599")],
        &[("Name", "d"), ("Protocol", "GENEVE"), ("Port", "6081"), vpc],
    ];
    for fields in good {
        assert_eq!(lab.code(Elbv2::CreateTargetGroup, fields), "OK", "{fields:?}");
    }
}

#[test]
fn a_health_check_is_changed_as_a_whole_or_not_at_all() {
    let mut lab = Lab::empty();
    let arn = group(&mut lab, "tg", "HTTP");
    let change = [("TargetGroupArn", arn.as_str()), ("HealthCheckPath", "/ping"), ("HealthCheckIntervalSeconds", "5")];
    assert_eq!(lab.code(Elbv2::ModifyTargetGroup, &change), "ValidationError");
    assert_eq!(lab.world().target_groups["tg"].health_check.path, "/");
    let answer = lab.ask(Elbv2::ModifyTargetGroup, &[change[0], change[1], ("HealthCheckPort", "81")]);
    assert_eq!((text(&answer, "HealthCheckPath"), text(&answer, "HealthCheckPort")), ("/ping".into(), "81".into()));
    let answer = lab.ask(Elbv2::ModifyTargetGroup, &[change[0], ("HealthCheckPort", "traffic-port")]);
    let shown = (text(&answer, "HealthCheckPath"), text(&answer, "HealthCheckPort"));
    assert_eq!(shown, ("/ping".into(), "traffic-port".into()));
}

/// The fields of one security group for a load balancer.
fn set<'a>(arn: &'a str, group: &'a str) -> [(&'a str, &'a str); 2] {
    [("LoadBalancerArn", arn), ("SecurityGroups.member.1", group)]
}

#[test]
fn subnets_and_security_groups_are_set() {
    let mut lab = Lab::empty();
    let (web, net) = (balancer(&mut lab, "web"), network_balancer(&mut lab, "net"));
    let (a, b, c) = (subnet("a"), subnet("b"), subnet("c"));
    let own = ("LoadBalancerArn", web.as_str());
    assert_eq!(lab.code(Elbv2::SetSubnets, &[own, ("Subnets.member.1", &a)]), "ValidationError");
    let answer = lab.ask(Elbv2::SetSubnets, &[own, ("Subnets.member.1", &b), ("Subnets.member.2", &c)]);
    assert_eq!(texts(&answer, "ZoneName"), ["us-east-1b", "us-east-1c"]);
    assert!(!lab.world().load_balancers["web"].serves("us-east-1a"));

    let group = lab.world().vpcs[DEFAULT_VPC].security_group.clone();
    assert!(texts(&lab.ask(Elbv2::SetSecurityGroups, &set(&web, &group)), "member").contains(&group));
    assert_eq!(lab.code(Elbv2::SetSecurityGroups, &set(&web, "sg-1")), "InvalidSecurityGroup");
    assert_eq!(lab.code(Elbv2::SetSecurityGroups, &[own]), "ValidationError");
    assert_eq!(lab.code(Elbv2::SetSecurityGroups, &set(&net, &group)), "InvalidConfigurationRequest");
}

#[test]
fn attributes_take_effect() {
    let mut fleet = Fleet::seeded();
    fleet.instance(InstanceSpec { id: Some("i-0123456789abcdef0".into()), ..InstanceSpec::default() });
    let mut lab = Lab::new(fleet);
    let group = lab.world().target_groups["default-tg"].arn.clone();
    let web = lab.world().load_balancers["default-alb"].arn.clone();
    let change = |arn: &'static str, of: &str, key: &'static str, value: &'static str| {
        [
            (arn, of.to_owned()),
            ("Attributes.member.1.Key", key.to_owned()),
            ("Attributes.member.1.Value", value.to_owned()),
        ]
    };
    let mut modify = |action: Elbv2, fields: [(&str, String); 3]| {
        lab.code(action, &fields.each_ref().map(|(name, value)| (*name, value.as_str())))
    };
    let delay = |value| change("TargetGroupArn", &group, "deregistration_delay.timeout_seconds", value);
    let protection = |value| change("LoadBalancerArn", &web, "deletion_protection.enabled", value);
    assert_eq!(modify(Elbv2::ModifyTargetGroupAttributes, delay("3601")), "ValidationError");
    assert_eq!(modify(Elbv2::ModifyTargetGroupAttributes, delay("10")), "OK");
    assert_eq!(modify(Elbv2::ModifyLoadBalancerAttributes, protection("true")), "OK");
    assert_eq!(lab.code(Elbv2::DeleteLoadBalancer, &[("LoadBalancerArn", &web)]), "OperationNotPermitted");

    let shown = lab.ask(Elbv2::DescribeTargetGroupAttributes, &[("TargetGroupArn", &group)]);
    assert!(shown.contains("<Key>deregistration_delay.timeout_seconds</Key><Value>10</Value>"), "{shown}");
    let member = text(&lab.ask(Elbv2::DescribeTargetHealth, &[("TargetGroupArn", &group)]), "Id");
    let fields = [("TargetGroupArn", group.as_str()), ("Targets.member.1.Id", &member)];
    lab.ask(Elbv2::DeregisterTargets, &fields);
    assert!(lab.ask(Elbv2::DescribeTargetHealth, &fields).contains("<State>draining</State>"));
    lab.advance(Duration::from_secs(10));
    assert!(lab.ask(Elbv2::DescribeTargetHealth, &fields).contains("Target.NotRegistered"));
    let twice = [
        ("TargetGroupArn", group.as_str()),
        ("Attributes.member.1.Key", "stickiness.enabled"),
        ("Attributes.member.1.Value", "true"),
        ("Attributes.member.2.Key", "stickiness.enabled"),
        ("Attributes.member.2.Value", "false"),
    ];
    assert_eq!(lab.code(Elbv2::ModifyTargetGroupAttributes, &twice), "ValidationError");
    assert_eq!(lab.code(Elbv2::ModifyTargetGroupAttributes, &twice[..1]), "ValidationError");
}

#[test]
fn tags_are_on_everything_and_change_together() {
    let mut lab = Lab::empty();
    let (web, blue) = (balancer(&mut lab, "web"), group(&mut lab, "blue", "HTTP"));
    let on_web = listener(&mut lab, &web, "80", &blue).unwrap();
    let own = rule(&mut lab, &on_web, "1", &blue).unwrap();
    for arn in [&web, &blue, &on_web, &own] {
        let resource = ("ResourceArns.member.1", arn.as_str());
        lab.ask(Elbv2::AddTags, &[resource, ("Tags.member.1.Key", "k"), ("Tags.member.1.Value", "v")]);
        lab.ask(Elbv2::AddTags, &[resource, ("Tags.member.1.Key", "k"), ("Tags.member.1.Value", "w")]);
        let shown = lab.ask(Elbv2::DescribeTags, &[resource]);
        assert_eq!((texts(&shown, "Key"), texts(&shown, "Value")), (vec!["k".to_owned()], vec!["w".to_owned()]));
        lab.ask(Elbv2::RemoveTags, &[resource, ("TagKeys.member.1", "k"), ("TagKeys.member.2", "absent")]);
        assert!(texts(&lab.ask(Elbv2::DescribeTags, &[resource]), "Key").is_empty());
    }
    let absent = format!("{}{}", &blue[..blue.len() - 16], "0".repeat(16));
    let both =
        [("ResourceArns.member.1", web.as_str()), ("ResourceArns.member.2", &absent), ("Tags.member.1.Key", "k")];
    assert_eq!(lab.code(Elbv2::AddTags, &both), "TargetGroupNotFound");
    assert!(texts(&lab.ask(Elbv2::DescribeTags, &both[..1]), "Key").is_empty());

    let default = texts(&lab.ask(Elbv2::DescribeRules, &[("ListenerArn", &on_web)]), "RuleArn").pop().unwrap();
    let resource = ("ResourceArns.member.1", default.as_str());
    assert_eq!(lab.code(Elbv2::AddTags, &[resource, ("Tags.member.1.Key", "k")]), "OperationNotPermitted");
    assert!(texts(&lab.ask(Elbv2::DescribeTags, &[resource]), "Key").is_empty());

    let resource = ("ResourceArns.member.1", web.as_str());
    let twice = [resource, ("Tags.member.1.Key", "k"), ("Tags.member.2.Key", "k")];
    assert_eq!(lab.code(Elbv2::AddTags, &twice), "DuplicateTagKeys");
    assert_eq!(lab.code(Elbv2::AddTags, &[resource, ("Tags.member.1.Key", "aws:k")]), "ValidationError");
    assert_eq!(lab.code(Elbv2::RemoveTags, &[resource, ("TagKeys.member.1", "aws:k")]), "ValidationError");
    assert_eq!(lab.code(Elbv2::AddTags, &[resource]), "ValidationError");
    assert_eq!(lab.code(Elbv2::DescribeTags, &[]), "ValidationError");
    assert_eq!(lab.code(Elbv2::DescribeTags, &[("ResourceArns.member.1", "web")]), "ValidationError");
    let names: Vec<String> = (1..=51).map(|n| format!("Tags.member.{n}.Key")).collect();
    let values: Vec<String> = (1..=51).map(|n| n.to_string()).collect();
    let many: Vec<(&str, &str)> =
        names.iter().zip(&values).map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(lab.code(Elbv2::AddTags, &[&[resource], &many[..]].concat()), "TooManyTags");
    assert_eq!(lab.code(Elbv2::AddTags, &[&[resource], &many[..50]].concat()), "OK");
    assert_eq!(lab.code(Elbv2::AddTags, &[resource, ("Tags.member.1.Key", "one-more")]), "TooManyTags");
    let names: Vec<String> = (1..=21).map(|n| format!("ResourceArns.member.{n}")).collect();
    let resources: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), web.as_str())).collect();
    assert_eq!(lab.code(Elbv2::DescribeTags, &resources), "ValidationError");
}

#[test]
fn addresses_are_told_apart_by_their_zone() {
    let mut fleet = Fleet::new("us-east-1");
    fleet.target_group(TargetGroupSpec {
        name: "ip".into(),
        target_type: TargetType::Ip,
        ..TargetGroupSpec::default()
    });
    let mut lab = Lab::new(fleet);
    let arn = lab.world().target_groups["ip"].arn.clone();
    let mut call = |action: Elbv2, id: &str, zone: Option<&str>| {
        let mut fields = vec![("TargetGroupArn", arn.as_str()), ("Targets.member.1.Id", id)];
        fields.extend(zone.map(|zone| ("Targets.member.1.AvailabilityZone", zone)));
        let code = lab.code(action, &fields);
        let shown = lab.ask(Elbv2::DescribeTargetHealth, &[("TargetGroupArn", &arn)]);
        let states = texts(&shown, "State").into_iter().zip(texts(&shown, "AvailabilityZone"));
        (code, states.map(|(state, zone)| format!("{zone} {state}")).collect::<Vec<_>>())
    };
    let (register, deregister) = (Elbv2::RegisterTargets, Elbv2::DeregisterTargets);
    let table = [
        ("8.8.8.8", Some("all"), "ValidationError"),
        ("fd00::1", Some("all"), "ValidationError"),
        ("192.168.0.1", None, "ValidationError"),
        ("192.168.0.1", Some("us-east-1z"), "ValidationError"),
        ("10.0.0.9", Some("all"), "ValidationError"),
        ("10.0.0.9", Some("us-east-1b"), "ValidationError"),
    ];
    for (id, zone, expected) in table {
        assert_eq!(call(register, id, zone), (expected.to_owned(), vec![]), "{id} {zone:?}");
    }
    for (id, zone) in [
        ("10.0.0.9", None),
        ("192.168.0.1", Some("all")),
        ("192.168.0.1", Some("us-east-1b")),
        ("100.64.0.1", Some("all")),
    ] {
        assert_eq!(call(register, id, zone).0, "OK", "{id}");
    }
    let (code, shown) = call(deregister, "192.168.0.1", Some("us-east-1b"));
    assert_eq!((code.as_str(), shown.iter().filter(|words| words.ends_with("draining")).count()), ("OK", 1));
    assert!(
        shown.contains(&"us-east-1b draining".to_owned()) && shown.contains(&"us-east-1a unused".to_owned()),
        "{shown:?}"
    );
    // An address that drains has to be waited for.
    assert_eq!(call(register, "192.168.0.1", Some("us-east-1b")).0, "InvalidTarget");
    lab.advance(Duration::from_mins(5));
    let again = [
        ("TargetGroupArn", arn.as_str()),
        ("Targets.member.1.Id", "192.168.0.1"),
        ("Targets.member.1.AvailabilityZone", "us-east-1b"),
    ];
    assert_eq!(lab.code(register, &again), "OK");
}

#[test]
fn the_health_of_a_target_tells_the_port_that_is_checked() {
    let mut lab = Lab::empty();
    let arn = group(&mut lab, "web", "HTTP");
    let mut told = |check: &str, port: &str| {
        lab.ask(Elbv2::ModifyTargetGroup, &[("TargetGroupArn", arn.as_str()), ("HealthCheckPort", check)]);
        let of_one = [
            ("TargetGroupArn", arn.as_str()),
            ("Targets.member.1.Id", "i-06060a1e235609999"),
            ("Targets.member.1.Port", port),
        ];
        text(&lab.ask(Elbv2::DescribeTargetHealth, &of_one), "HealthCheckPort")
    };
    assert_eq!((told("traffic-port", "81"), told("8080", "81")), ("81".to_owned(), "8080".to_owned()));
}

#[test]
fn a_load_balancer_can_be_a_target() {
    let mut lab = Lab::empty();
    let (web, blue) = (balancer(&mut lab, "web"), group(&mut lab, "blue", "HTTP"));
    let fields = [("Name", "albs"), ("TargetType", "alb"), ("Protocol", "TCP"), ("Port", "80"), ("VpcId", DEFAULT_VPC)];
    let arn = text(&lab.ask(Elbv2::CreateTargetGroup, &fields), "TargetGroupArn");
    let target = [("TargetGroupArn", arn.as_str()), ("Targets.member.1.Id", web.as_str())];
    assert_eq!(lab.code(Elbv2::RegisterTargets, &target), "InvalidTarget");
    listener(&mut lab, &web, "80", &blue).unwrap();
    assert_eq!(lab.code(Elbv2::RegisterTargets, &target), "OK");
    assert_eq!(lab.code(Elbv2::DeleteLoadBalancer, &[("LoadBalancerArn", &web)]), "ResourceInUse");
}

#[test]
fn a_lost_effect_is_answered_and_not_there() {
    let mut lab = Lab::empty();
    lab.inner.faults.push(Elbv2::CreateTargetGroup.into(), Times::Next(1), Fault::EffectLost);
    let lost = group(&mut lab, "tg", "HTTP");
    assert!(lost.contains("targetgroup/tg/") && lab.world().target_groups.is_empty());
    group(&mut lab, "tg", "HTTP");
    assert_eq!(lab.world().target_groups.len(), 1);
}
