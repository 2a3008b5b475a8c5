//! The quotas: what is one too much is refused, and nothing is changed.

use super::lab::{Lab, subnet, texts};
use crate::fleet::{
    Fleet, InstanceSpec, ListenerUse, LoadBalancerKind, LoadBalancerSpec, Protocol, TargetGroupSpec, TargetType,
};
use crate::services::Elbv2;

/// A load balancer of this kind with these groups, which its listener or rules use; each has this many instances.
fn fleet(kind: LoadBalancerKind, groups: usize, members: usize) -> Fleet {
    let mut fleet = Fleet::new("us-east-1");
    fleet.load_balancer(LoadBalancerSpec { name: "lb".into(), kind, ..LoadBalancerSpec::default() });
    let protocol = match kind {
        LoadBalancerKind::Application => Protocol::Http,
        LoadBalancerKind::Network => Protocol::Tcp,
        LoadBalancerKind::Gateway => Protocol::Geneve,
    };
    let ids: Vec<String> = (0..members).map(|_| fleet.instance(InstanceSpec::default())).collect();
    for number in 0..groups {
        let name = format!("tg-{number}");
        let used_by = match kind {
            LoadBalancerKind::Application => ListenerUse::rule("lb", 80 + u16::try_from(number / 100).unwrap()),
            _ => ListenerUse::default_action("lb", 80 + u16::try_from(number).unwrap()),
        };
        let port = if protocol == Protocol::Geneve { 6081 } else { 80 };
        fleet.target_group(TargetGroupSpec {
            name: name.clone(),
            protocol,
            port,
            used_by: vec![used_by],
            ..TargetGroupSpec::default()
        });
        for id in &ids {
            fleet.register(&name, id, None);
        }
    }
    fleet
}

/// The code of registering one more instance, in this zone, with the first group.
fn one_more(lab: &mut Lab, zone: &str) -> String {
    let spec = InstanceSpec { availability_zone: Some(format!("us-east-1{zone}")), ..InstanceSpec::default() };
    let id = lab.inner.world.add_instance(spec).unwrap();
    let arn = lab.world().target_groups["tg-0"].arn.clone();
    lab.code(Elbv2::RegisterTargets, &[("TargetGroupArn", &arn), ("Targets.member.1.Id", &id)])
}

#[test]
fn targets_are_counted_by_group_balancer_and_zone() {
    use LoadBalancerKind::{Application, Gateway, Network};
    let table = [
        // 1,000 in the group; the kind of the balancer allows for more.
        (Network, 1, 499, "a", "OK"),
        (Network, 1, 500, "a", "TooManyTargets"),
        (Network, 1, 500, "b", "OK"),
        (Application, 1, 999, "a", "OK"),
        (Application, 1, 1000, "a", "TooManyTargets"),
        (Application, 2, 500, "a", "TooManyTargets"),
        (Application, 2, 499, "a", "OK"),
        (Gateway, 1, 299, "a", "OK"),
        (Gateway, 1, 300, "a", "TooManyTargets"),
        (Gateway, 1, 300, "b", "TooManyTargets"),
    ];
    for (kind, groups, members, zone, expected) in table {
        let mut lab = Lab::new(fleet(kind, groups, members));
        assert_eq!(one_more(&mut lab, zone), expected, "{kind} {groups} {members} {zone}");
    }
    // Without a load balancer the group's own quota counts.
    let mut alone = fleet(Network, 1, 1000);
    alone.target_groups[0].used_by.clear();
    let mut lab = Lab::new(alone);
    assert_eq!(one_more(&mut lab, "b"), "TooManyTargets");
}

#[test]
fn what_is_registered_already_takes_no_room() {
    let mut lab = Lab::new(fleet(LoadBalancerKind::Application, 1, 1000));
    let arn = lab.world().target_groups["tg-0"].arn.clone();
    let id = lab.world().instances.keys().next().unwrap().clone();
    let fields = [("TargetGroupArn", arn.as_str()), ("Targets.member.1.Id", &id)];
    assert_eq!(lab.code(Elbv2::RegisterTargets, &fields), "OK");
}

#[test]
fn a_target_is_registered_a_thousand_times_with_a_load_balancer() {
    let mut spread = fleet(LoadBalancerKind::Application, 1, 1);
    let id = spread.instances[0].id.clone().unwrap();
    for port in 1..=1000 {
        if port != 80 {
            spread.register("tg-0", &id, Some(port));
        }
    }
    // A second group: the first one is full by itself.
    let used_by = vec![ListenerUse::rule("lb", 80)];
    spread.target_group(TargetGroupSpec { name: "tg-1".into(), used_by, ..TargetGroupSpec::default() });
    let mut lab = Lab::new(spread);
    let arn = lab.world().target_groups["tg-1"].arn.clone();
    let fields = [("TargetGroupArn", arn.as_str()), ("Targets.member.1.Id", &id)];
    assert_eq!(lab.code(Elbv2::RegisterTargets, &fields), "TooManyRegistrationsForTargetId");
}

#[test]
fn a_lambda_group_has_one_target() {
    let mut lab = Lab::new(Fleet::new("us-east-1"));
    lab.ask(Elbv2::CreateTargetGroup, &[("Name", "f"), ("TargetType", "lambda")]);
    let arn = lab.world().target_groups["f"].arn.clone();
    let target = |name| {
        [
            ("TargetGroupArn", arn.clone()),
            ("Targets.member.1.Id", format!("arn:aws:lambda:us-east-1:1:function:{name}")),
        ]
    };
    let mut register = |name| lab.code(Elbv2::RegisterTargets, &target(name).each_ref().map(|(n, v)| (*n, v.as_str())));
    assert_eq!(register("a"), "OK");
    assert_eq!(register("b"), "TooManyTargets");
}

#[test]
fn attaching_a_full_group_is_refused() {
    let mut full = fleet(LoadBalancerKind::Application, 1, 600);
    full.target_group(TargetGroupSpec { name: "spare".into(), ..TargetGroupSpec::default() });
    let ids: Vec<String> = full.instances.iter().filter_map(|spec| spec.id.clone()).collect();
    for id in &ids {
        full.register("spare", id, Some(81));
    }
    let mut lab = Lab::new(full);
    let (lb, spare) = (lab.world().load_balancers["lb"].arn.clone(), lab.world().target_groups["spare"].arn.clone());
    let fields = [
        ("LoadBalancerArn", lb.as_str()),
        ("Protocol", "HTTP"),
        ("Port", "90"),
        ("DefaultActions.member.1.Type", "forward"),
        ("DefaultActions.member.1.TargetGroupArn", &spare),
    ];
    assert_eq!(lab.code(Elbv2::CreateListener, &fields), "TooManyTargets");
    assert_eq!(lab.world().target_groups["spare"].load_balancer, None);
}

/// The code of one more rule on the first listener, which forwards to this group.
fn rule(lab: &mut Lab, group: &str) -> String {
    let listener = lab.world().load_balancers["lb"].listeners[&80].arn.clone();
    let group = lab.world().target_groups[group].arn.clone();
    let fields = [
        ("ListenerArn", listener.as_str()),
        ("Priority", "50000"),
        ("Conditions.member.1.Field", "path-pattern"),
        ("Conditions.member.1.Values.member.1", "/"),
        ("Actions.member.1.Type", "forward"),
        ("Actions.member.1.TargetGroupArn", &group),
    ];
    lab.code(Elbv2::CreateRule, &fields)
}

#[test]
fn rules_listeners_and_groups_are_counted() {
    let mut lab = Lab::new(fleet(LoadBalancerKind::Application, 99, 0));
    assert_eq!(rule(&mut lab, "tg-0"), "OK");
    let mut lab = Lab::new(fleet(LoadBalancerKind::Application, 100, 0));
    assert_eq!(rule(&mut lab, "tg-0"), "TooManyRules");

    // A hundred groups by default actions and rules, and one more.
    let mut many = fleet(LoadBalancerKind::Application, 60, 0);
    for number in 60..100 {
        let used_by = vec![ListenerUse::default_action("lb", 100 + number)];
        many.target_group(TargetGroupSpec { name: format!("tg-{number}"), used_by, ..TargetGroupSpec::default() });
    }
    many.target_group(TargetGroupSpec { name: "spare".into(), ..TargetGroupSpec::default() });
    let mut lab = Lab::new(many);
    assert_eq!(rule(&mut lab, "spare"), "TooManyUniqueTargetGroupsPerLoadBalancer");
    assert_eq!(rule(&mut lab, "tg-99"), "OK");

    let fixed = [
        ("DefaultActions.member.1.Type", "fixed-response"),
        ("DefaultActions.member.1.FixedResponseConfig.StatusCode", "200"),
        ("Protocol", "HTTP"),
    ];
    let arn = lab.world().load_balancers["lb"].arn.clone();
    let listeners = lab.world().load_balancers["lb"].listeners.len();
    let codes: Vec<String> = (1..=51 - listeners)
        .map(|port| {
            let own = [("LoadBalancerArn", arn.clone()), ("Port", port.to_string())];
            let own = own.each_ref().map(|(name, value)| (*name, value.as_str()));
            lab.code(Elbv2::CreateListener, &[&fixed[..], &own].concat())
        })
        .collect();
    let (last, others) = codes.split_last().unwrap();
    assert!(last == "TooManyListeners" && others.iter().all(|code| code == "OK"), "{codes:?}");
}

#[test]
fn a_gateway_load_balancer_has_one_listener_and_others_few_groups_in_an_action() {
    let mut lab = Lab::new(fleet(LoadBalancerKind::Gateway, 1, 0));
    let (lb, group) = (lab.world().load_balancers["lb"].arn.clone(), lab.world().target_groups["tg-0"].arn.clone());
    let forward =
        [("DefaultActions.member.1.Type", "forward"), ("DefaultActions.member.1.TargetGroupArn", group.as_str())];
    assert_eq!(
        lab.code(Elbv2::CreateListener, &[&[("LoadBalancerArn", lb.as_str())], &forward[..]].concat()),
        "TooManyListeners"
    );

    for (kind, most) in [(LoadBalancerKind::Application, 5), (LoadBalancerKind::Network, 1)] {
        let mut fleet = fleet(kind, 1, 0);
        let protocol = fleet.target_groups[0].protocol;
        for number in 1..=most {
            fleet.target_group(TargetGroupSpec {
                name: format!("tg-{number}"),
                protocol,
                ..TargetGroupSpec::default()
            });
        }
        let mut lab = Lab::new(fleet);
        let listener = lab.world().load_balancers["lb"].listeners[&80].arn.clone();
        let arns: Vec<String> = lab.world().target_groups.values().map(|group| group.arn.clone()).collect();
        let names: Vec<String> = (1..=arns.len())
            .map(|n| format!("DefaultActions.member.1.ForwardConfig.TargetGroups.member.{n}.TargetGroupArn"))
            .collect();
        let fields: Vec<(&str, &str)> =
            names.iter().zip(&arns).map(|(name, arn)| (name.as_str(), arn.as_str())).collect();
        let begin = [("ListenerArn", listener.as_str()), ("DefaultActions.member.1.Type", "forward")];
        let mut modify = |count: usize| lab.code(Elbv2::ModifyListener, &[&begin[..], &fields[..count]].concat());
        assert_eq!((modify(most + 1), modify(most)), ("ValidationError".to_owned(), "OK".to_owned()), "{kind}");
    }
}

#[test]
fn load_balancers_and_groups_of_a_region_are_counted() {
    let mut fleet = Fleet::new("us-east-1");
    for number in 0..50 {
        fleet.load_balancer(LoadBalancerSpec { name: format!("lb-{number}"), ..LoadBalancerSpec::default() });
    }
    for number in 0..3000 {
        fleet.target_group(TargetGroupSpec {
            name: format!("tg-{number}"),
            target_type: TargetType::Lambda,
            ..TargetGroupSpec::default()
        });
    }
    let mut lab = Lab::new(fleet);
    let (a, b) = (subnet("a"), subnet("b"));
    let fields = [("Name", "one-more"), ("Subnets.member.1", a.as_str()), ("Subnets.member.2", &b)];
    assert_eq!(lab.code(Elbv2::CreateLoadBalancer, &fields), "TooManyLoadBalancers");
    assert_eq!(lab.code(Elbv2::CreateLoadBalancer, &[fields[0], fields[1], ("Type", "network")]), "OK");
    let lambda = ("TargetType", "lambda");
    assert_eq!(lab.code(Elbv2::CreateTargetGroup, &[("Name", "one-more"), lambda]), "TooManyTargetGroups");
    assert_eq!(lab.code(Elbv2::CreateTargetGroup, &[("Name", "tg-7"), lambda]), "DuplicateTargetGroupName");
}

#[test]
fn the_quotas_are_told() {
    let mut lab = Lab::empty();
    let shown = lab.ask(Elbv2::DescribeAccountLimits, &[("PageSize", "10")]);
    let (names, marker) = (texts(&shown, "Name"), texts(&shown, "NextMarker"));
    assert_eq!((names.len(), marker.len()), (10, 1));
    let rest = lab.ask(Elbv2::DescribeAccountLimits, &[("Marker", &marker[0])]);
    let all = [names, texts(&rest, "Name")].concat();
    assert_eq!(all.len(), 19);
    assert!(rest.contains("<Name>targets-per-network-load-balancer</Name><Max>3000</Max>"), "{rest}");
}
