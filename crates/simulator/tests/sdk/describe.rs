//! `DescribeLoadBalancers`, `DescribeTargetGroups`, `DescribeListeners`.

use aws_sdk_elasticloadbalancingv2::types::{
    ActionTypeEnum, LoadBalancerSchemeEnum, LoadBalancerStateEnum, LoadBalancerTypeEnum, ProtocolEnum, TargetTypeEnum,
};
use elbm_simulator::{
    Fleet, ListenerUse, LoadBalancerKind, LoadBalancerSpec, Protocol, Scheme, TargetGroupSpec, TargetType,
};

use crate::bench::{Bench, refusal, refused};

/// Load balancers of all kinds; `web` has three groups behind two listeners and one behind a rule.
fn fleet() -> Fleet {
    let mut fleet = Fleet::new("us-east-1");
    let kinds = [
        ("web", LoadBalancerKind::Application, Scheme::InternetFacing),
        ("inside", LoadBalancerKind::Application, Scheme::Internal),
        ("net", LoadBalancerKind::Network, Scheme::InternetFacing),
        ("gateway", LoadBalancerKind::Gateway, Scheme::Internal),
    ];
    for (name, kind, scheme) in kinds {
        fleet.load_balancer(LoadBalancerSpec { name: name.to_owned(), kind, scheme, ..LoadBalancerSpec::default() });
    }
    let uses = [
        ("blue", vec![ListenerUse::default_action("web", 80), ListenerUse::default_action("web", 443)]),
        ("green", vec![ListenerUse::default_action("web", 443)]),
        ("canary", vec![ListenerUse::rule("web", 8080)]),
        ("spare", vec![]),
    ];
    for (name, used_by) in uses {
        fleet.target_group(TargetGroupSpec { name: name.to_owned(), used_by, ..TargetGroupSpec::default() });
    }
    fleet.target_group(TargetGroupSpec {
        name: "tcp".to_owned(),
        protocol: Protocol::Tcp,
        port: 9000,
        target_type: TargetType::Ip,
        used_by: vec![ListenerUse::default_action("net", 9000)],
        ..TargetGroupSpec::default()
    });
    fleet.target_group(TargetGroupSpec {
        name: "geneve".to_owned(),
        protocol: Protocol::Geneve,
        port: 6081,
        used_by: vec![ListenerUse::default_action("gateway", 1)],
        ..TargetGroupSpec::default()
    });
    fleet.target_group(TargetGroupSpec {
        name: "lambda".to_owned(),
        target_type: TargetType::Lambda,
        ..TargetGroupSpec::default()
    });
    fleet
}

#[tokio::test]
async fn load_balancers_are_described() {
    let bench = Bench::start(fleet()).await;
    let all = bench.elb.describe_load_balancers().send().await.unwrap();
    let names: Vec<_> = all.load_balancers().iter().map(|found| found.load_balancer_name().unwrap()).collect();
    assert_eq!(names, ["gateway", "inside", "net", "web"]);
    assert_eq!(all.next_marker(), None);

    let [gateway, inside, net, web] = all.load_balancers() else { panic!("four load balancers") };
    assert_eq!(web.r#type(), Some(&LoadBalancerTypeEnum::Application));
    assert_eq!(web.scheme(), Some(&LoadBalancerSchemeEnum::InternetFacing));
    assert_eq!(web.state().unwrap().code(), Some(&LoadBalancerStateEnum::Active));
    assert_eq!(web.availability_zones().len(), 2);
    assert!(web.created_time().is_some() && web.vpc_id().is_some());
    let dns = web.dns_name().unwrap();
    assert!(dns.starts_with("web-") && dns.ends_with(".us-east-1.elb.amazonaws.com"), "{dns}");
    let arn = web.load_balancer_arn().unwrap();
    assert!(arn.starts_with("arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/web/"), "{arn}");
    assert!(inside.dns_name().unwrap().starts_with("internal-inside-"));
    assert!(net.load_balancer_arn().unwrap().contains("/net/net/"));
    assert!(gateway.load_balancer_arn().unwrap().contains("/gwy/gateway/"));
    assert_eq!((gateway.dns_name(), gateway.scheme()), (None, None));

    let by_arn = bench.elb.describe_load_balancers().load_balancer_arns(arn).send().await.unwrap();
    assert_eq!(by_arn.load_balancers(), std::slice::from_ref(web));
    let by_name = bench.elb.describe_load_balancers().names("web").names("net").names("web").send().await.unwrap();
    assert_eq!(by_name.load_balancers(), [net.clone(), web.clone()]);
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn load_balancers_that_are_not_there_are_refused() {
    let bench = Bench::start(fleet()).await;
    let describe = || bench.elb.describe_load_balancers();
    let missing = refused("LoadBalancerNotFound", "One or more load balancers not found");
    assert_eq!(refusal!(describe().names("web").names("absent")), missing);
    let web = describe().names("web").send().await.unwrap();
    let arn = web.load_balancers()[0].load_balancer_arn().unwrap();
    // Well formed, the right name, the wrong id.
    let other = format!("{}{}", &arn[..arn.len() - 16], "0".repeat(16));
    assert_eq!(refusal!(describe().load_balancer_arns(other)), missing);
    let malformed = refused("ValidationError", "'web' is not a valid load balancer ARN");
    assert_eq!(refusal!(describe().load_balancer_arns("web")), malformed);
    assert_eq!(refusal!(describe().load_balancer_arns(arn).names("web")).0.as_deref(), Some("ValidationError"));
    let many = (0..21).map(|_| arn.to_owned()).collect();
    assert_eq!(refusal!(describe().set_load_balancer_arns(Some(many))).0.as_deref(), Some("ValidationError"));
    for size in [0, 401, -1] {
        assert_eq!(refusal!(describe().page_size(size)).0.as_deref(), Some("ValidationError"), "{size}");
    }
    let error = describe().names("absent").send().await.unwrap_err().into_service_error();
    assert!(error.is_load_balancer_not_found_exception());
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn target_groups_are_described() {
    let bench = Bench::start(fleet()).await;
    let describe = || bench.elb.describe_target_groups();
    let all = describe().send().await.unwrap();
    let names: Vec<_> = all.target_groups().iter().map(|found| found.target_group_name().unwrap()).collect();
    assert_eq!(names, ["blue", "canary", "geneve", "green", "lambda", "spare", "tcp"]);

    let [blue, .., lambda, spare, tcp] = all.target_groups() else { panic!("seven target groups") };
    assert_eq!((blue.protocol(), blue.port()), (Some(&ProtocolEnum::Http), Some(80)));
    assert_eq!(blue.target_type(), Some(&TargetTypeEnum::Instance));
    assert_eq!((blue.health_check_interval_seconds(), blue.health_check_timeout_seconds()), (Some(30), Some(5)));
    assert_eq!((blue.healthy_threshold_count(), blue.unhealthy_threshold_count()), (Some(5), Some(2)));
    assert_eq!((blue.health_check_path(), blue.health_check_port()), (Some("/"), Some("traffic-port")));
    assert_eq!(blue.matcher().unwrap().http_code(), Some("200"));
    assert_eq!(spare.load_balancer_arns(), [""; 0]);
    assert_eq!((tcp.protocol(), tcp.port()), (Some(&ProtocolEnum::Tcp), Some(9000)));
    assert_eq!((tcp.target_type(), tcp.health_check_path()), (Some(&TargetTypeEnum::Ip), None));
    assert_eq!((lambda.protocol(), lambda.port(), lambda.vpc_id()), (None, None, None));
    assert_eq!(lambda.health_check_enabled(), Some(false));

    let [web] = blue.load_balancer_arns() else { panic!("one load balancer") };
    let of_web = describe().load_balancer_arn(web).send().await.unwrap();
    let names: Vec<_> = of_web.target_groups().iter().map(|found| found.target_group_name().unwrap()).collect();
    assert_eq!(names, ["blue", "canary", "green"]);
    let inside = bench.elb.describe_load_balancers().names("inside").send().await.unwrap();
    let inside = inside.load_balancers()[0].load_balancer_arn().unwrap();
    let none = describe().load_balancer_arn(inside).send().await.unwrap();
    assert_eq!(none.target_groups(), []);

    let arn = tcp.target_group_arn().unwrap();
    let by_arn = describe().target_group_arns(arn).send().await.unwrap();
    assert_eq!(by_arn.target_groups(), std::slice::from_ref(tcp));

    let missing = refused("TargetGroupNotFound", "One or more target groups not found");
    assert_eq!(refusal!(describe().names("blue").names("absent")), missing);
    assert_eq!(refusal!(describe().load_balancer_arn(arn)).0.as_deref(), Some("ValidationError"));
    assert_eq!(refusal!(describe().names("blue").load_balancer_arn(web)).0.as_deref(), Some("ValidationError"));
    let absent = format!("{}{}", &web[..web.len() - 16], "0".repeat(16));
    assert_eq!(refusal!(describe().load_balancer_arn(absent)).0.as_deref(), Some("LoadBalancerNotFound"));
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn listeners_are_described_with_their_default_actions() {
    let bench = Bench::start(fleet()).await;
    let describe = || bench.elb.describe_listeners();
    let arn_of = async |name: &str| {
        let found = bench.elb.describe_load_balancers().names(name).send().await.unwrap();
        found.load_balancers()[0].load_balancer_arn().unwrap().to_owned()
    };
    let (blue, green) = (bench.group("blue").await, bench.group("green").await);
    let web = describe().load_balancer_arn(arn_of("web").await).send().await.unwrap();
    let on = |port| web.listeners().iter().find(|listener| listener.port() == Some(port)).unwrap();

    let [single] = on(80).default_actions() else { panic!("one action") };
    assert_eq!(single.r#type(), Some(&ActionTypeEnum::Forward));
    assert_eq!(single.target_group_arn(), Some(blue.as_str()));
    let [tuple] = single.forward_config().unwrap().target_groups() else { panic!("one group") };
    assert_eq!((tuple.target_group_arn(), tuple.weight()), (Some(blue.as_str()), Some(1)));

    assert_eq!(on(443).protocol(), Some(&ProtocolEnum::Https));
    let [weighted] = on(443).default_actions() else { panic!("one action") };
    assert_eq!(weighted.target_group_arn(), None);
    let groups: Vec<_> = weighted.forward_config().unwrap().target_groups().iter().collect();
    let arns: Vec<_> = groups.iter().map(|tuple| tuple.target_group_arn().unwrap()).collect();
    assert_eq!(arns, [blue.as_str(), green.as_str()]);

    // A rule alone does not make a default action.
    let [fixed] = on(8080).default_actions() else { panic!("one action") };
    assert_eq!(fixed.r#type(), Some(&ActionTypeEnum::FixedResponse));
    assert!(fixed.target_group_arn().is_none() && fixed.forward_config().is_none());

    let gateway = describe().load_balancer_arn(arn_of("gateway").await).send().await.unwrap();
    assert_eq!((gateway.listeners()[0].port(), gateway.listeners()[0].protocol()), (None, None));
    let inside = describe().load_balancer_arn(arn_of("inside").await).send().await.unwrap();
    assert_eq!(inside.listeners(), []);

    let arn = on(80).listener_arn().unwrap();
    let by_arn = describe().listener_arns(arn).send().await.unwrap();
    assert_eq!(by_arn.listeners(), std::slice::from_ref(on(80)));
    assert_eq!(refusal!(describe()).0.as_deref(), Some("ValidationError"));
    let both = describe().listener_arns(arn).load_balancer_arn(arn_of("web").await);
    assert_eq!(refusal!(both).0.as_deref(), Some("ValidationError"));
    let absent = format!("{}{}", &arn[..arn.len() - 16], "0".repeat(16));
    let missing = refused("ListenerNotFound", "One or more listeners not found");
    assert_eq!(refusal!(describe().listener_arns(absent)), missing);
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn pages_make_the_whole_and_markers_fit_their_question_only() {
    let bench = Bench::start(fleet()).await;
    let pages: Vec<_> = bench.elb.describe_target_groups().page_size(3).into_paginator().send().collect().await;
    let pages: Vec<_> = pages.into_iter().map(Result::unwrap).collect();
    assert_eq!(pages.iter().map(|page| page.target_groups().len()).collect::<Vec<_>>(), [3, 3, 1]);
    let marker = pages[0].next_marker().unwrap();
    assert!(!marker.contains("green"), "a marker says nothing: {marker}");

    let pages: Vec<_> = bench.elb.describe_load_balancers().page_size(2).into_paginator().send().collect().await;
    let counts: Vec<_> = pages.into_iter().map(|page| page.unwrap().load_balancers().len()).collect();
    assert_eq!(counts, [2, 2]);
    let listeners = bench.elb.describe_listeners();
    let web = bench.elb.describe_load_balancers().names("web").send().await.unwrap();
    let web = web.load_balancers()[0].load_balancer_arn().unwrap();
    let pages: Vec<_> = listeners.load_balancer_arn(web).page_size(1).into_paginator().send().collect().await;
    let counts: Vec<_> = pages.into_iter().map(|page| page.unwrap().listeners().len()).collect();
    assert_eq!(counts, [1, 1, 1]);

    for foreign in [marker, "", "2"] {
        let call = bench.elb.describe_load_balancers().marker(foreign);
        assert_eq!(refusal!(call), refused("ValidationError", "The marker is not valid for this request"));
    }
    let call = bench.elb.describe_target_groups().load_balancer_arn(web).marker(marker);
    assert_eq!(refusal!(call).0.as_deref(), Some("ValidationError"));
    bench.simulator.shutdown().await;
}
