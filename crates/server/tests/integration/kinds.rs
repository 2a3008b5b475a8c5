//! Network, Gateway and Classic load balancers, and targets that are addresses.

use std::time::Duration;

use elbm_simulator::{
    ClassicLoadBalancerSpec, Elbv2, Handle, InstanceSpec, ListenerUse, LoadBalancerSpec, TargetGroupSpec, TargetType,
};
use reqwest::Method;

use crate::backend::World;
use crate::context::{Answer, TestContext, targets, text};

/// A load balancer of each kind with the machines 0 and 1; 2 is behind none. The service has these options.
pub(crate) async fn four_kinds(options: &[&str]) -> TestContext {
    TestContext::start_with(World::four_kinds(3), options).await
}

const ALL: [&str; 4] = ["alb", "nlb", "gwlb", "clb"];

fn healths(listed: &Answer) -> Vec<(String, String)> {
    let machines = listed.body.as_array().expect("machines");
    machines.iter().map(|machine| (text(&machine["instanceId"]), text(&machine["health"]))).collect()
}

#[tokio::test]
async fn all_kinds_are_listed_and_chosen_by_kind() {
    let context = four_kinds(&[]).await;
    let listed = context.get("/elb").await;
    let names = |listed: &Answer| -> Vec<(String, String)> {
        let found = listed.body.as_array().expect("load balancers");
        found.iter().map(|one| (text(&one["name"]), text(&one["kind"]))).collect()
    };
    let expected = [("alb", "application"), ("clb", "classic"), ("gwlb", "gateway"), ("nlb", "network")];
    assert_eq!(names(&listed), expected.map(|(name, kind)| (name.to_owned(), kind.to_owned())));
    for (name, kind) in expected {
        assert_eq!(names(&context.get(&format!("/elb?kind={kind}")).await), [(name.to_owned(), kind.to_owned())]);
    }
    context.stop().await;
}

#[tokio::test]
async fn a_machine_is_attached_and_detached_alike_behind_each_kind() {
    let context = four_kinds(&[]).await;
    let machine = context.aws.machine(2).to_owned();
    for name in ALL {
        let path = format!("/elb/{name}/instances/{machine}");
        let first = context.get(&format!("/elb/{name}")).await;
        assert_eq!(healths(&first).len(), 2, "{first:?}");
        assert!(healths(&first).iter().all(|(_, health)| health == "healthy"), "{first:?}");

        let attached = context.attach(name, &machine).await;
        assert_eq!((attached.status, &attached.body["health"]), (201, &"initial".into()), "{name}: {attached:?}");
        context.attach(name, &machine).await.refused(409, "AlreadyAttached");
        let again = context.send(Method::PUT, &path, |request| request).await;
        assert_eq!((again.status, &again.body["changed"]), (200, &false.into()), "{name}: {again:?}");
        let target = &attached.body["targets"][0];
        assert_eq!((target.get("targetGroup").is_none(), target.get("port").is_none()), (name == "clb", name == "clb"));

        let detached = context.send(Method::DELETE, &path, |request| request).await;
        assert_eq!((detached.status, &detached.body["changed"]), (200, &true.into()), "{name}: {detached:?}");
        assert!(
            detached.body["targets"]
                .as_array()
                .is_some_and(|targets| { targets.iter().all(|target| target["state"] == "draining") })
        );
        context.detach(name, context.aws.machine(0)).await;
        context.detach(name, context.aws.machine(1)).await.refused(409, "WouldBreachMinimumHealthy");

        let groups = context.get(&format!("/elb/{name}/targets")).await;
        assert_eq!(groups.body[0].get("targetGroup").is_none(), name == "clb", "{groups:?}");
        context.detach(name, "i-0123456789abcdef0").await.refused(409, "NotAttached");
        context.attach(name, "i-0123456789abcdef0").await.refused(400, "InvalidTarget");
    }
    context.stop().await;
}

#[tokio::test]
async fn a_classic_load_balancer_has_neither_groups_nor_ports() {
    let context = four_kinds(&[]).await;
    let machine = context.aws.machine(2).to_owned();
    for query in ["targetGroup=alb-tg", "port=80"] {
        let sentence = context.attach(&format!("clb?{query}"), &machine).await.refused(400, "ValidationError");
        assert!(sentence.contains("Classic"), "{sentence}");
        let sentence =
            context.detach(&format!("clb?{query}"), context.aws.machine(0)).await.refused(400, "ValidationError");
        assert!(sentence.contains("Classic"), "{sentence}");
    }
    assert_eq!(context.aws.simulator().classic_membership("clb").expect("it is there").len(), 2);
    context.stop().await;
}

#[tokio::test]
async fn a_name_of_two_generations_needs_its_kind() {
    let context = four_kinds(&[]).await;
    let simulator = context.aws.simulator();
    simulator
        .add_classic_load_balancer(ClassicLoadBalancerSpec {
            name: "alb".to_owned(),
            ..ClassicLoadBalancerSpec::default()
        })
        .expect("it fits");
    let machine = context.aws.machine(0).to_owned();
    let sentence = context.get("/elb/alb").await.refused(400, "AmbiguousLoadBalancer");
    assert!(sentence.contains("?kind="), "{sentence}");
    context.attach("alb", &machine).await.refused(400, "AmbiguousLoadBalancer");
    context.detach("alb", &machine).await.refused(400, "AmbiguousLoadBalancer");
    assert_eq!(healths(&context.get("/elb/alb?kind=application").await).len(), 2);
    assert_eq!(healths(&context.get("/elb/alb?kind=classic").await).len(), 0);
    assert_eq!(context.attach("alb?kind=classic", &machine).await.status, 201);
    assert_eq!(simulator.classic_membership("alb").expect("it is there"), [machine]);
    assert_eq!(simulator.count(Elbv2::RegisterTargets), 0);
    context.stop().await;
}

#[tokio::test]
async fn connections_may_outlive_a_target_of_a_network_load_balancer() {
    let context = four_kinds(&[]).await;
    let (machine, simulator) = (context.aws.machine(0).to_owned(), context.aws.simulator().clone());
    for (name, remain) in [("nlb", true), ("alb", false)] {
        simulator.reset_calls();
        let reads = 2;
        let time_of = simulator.clone();
        let time = tokio::spawn(async move {
            while time_of.count(Elbv2::DescribeTargetHealth) < reads {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            time_of.advance(Duration::from_hours(1));
        });
        let path = format!("/elb/{name}/instances/{machine}?wait=50");
        let gone = context.send(Method::DELETE, &path, |request| request).await;
        time.await.expect("time passed");
        assert_eq!((gone.status, &gone.body["settled"]), (200, &true.into()), "{gone:?}");
        assert_eq!(gone.body["connectionsMayRemain"] == true, remain, "{name}: {gone:?}");
        assert_eq!(simulator.count(Elbv2::DescribeTargetGroupAttributes), 1, "the settings are read once");
    }
    context.stop().await;
}

/// A load balancer whose group takes addresses: those of machine 0 and of nobody.
pub(crate) fn addresses(simulator: &Handle) -> String {
    let spec = InstanceSpec { private_ip: Some([10, 0, 7, 7].into()), ..InstanceSpec::default() };
    let machine = simulator.add_instance(spec).expect("it fits");
    simulator
        .add_load_balancer(LoadBalancerSpec { name: "ips".to_owned(), ..LoadBalancerSpec::default() })
        .expect("it fits");
    simulator
        .add_target_group(TargetGroupSpec {
            name: "ips-tg".to_owned(),
            target_type: TargetType::Ip,
            used_by: vec![ListenerUse::default_action("ips", 80)],
            ..TargetGroupSpec::default()
        })
        .expect("it fits");
    for address in ["10.0.7.7", "10.0.9.9"] {
        simulator.register("ips-tg", address, None).expect("it fits");
    }
    machine
}

#[tokio::test]
async fn an_address_counts_as_the_machine_that_has_it() {
    let context = TestContext::start(World { machines: 1, load_balancers: vec![] }).await;
    let machine = addresses(context.aws.simulator());
    let listed = context.get("/elb/ips").await;
    assert_eq!(healths(&listed), [(machine.clone(), "healthy".to_owned())], "{listed:?}");
    assert_eq!(listed.body[0]["targets"][0]["address"], "10.0.7.7");

    let shown = context.get("/elb/ips/targets").await;
    let of: Vec<_> =
        shown.body[0]["targets"].as_array().expect("targets").iter().map(|target| &target["instanceId"]).collect();
    assert_eq!(of, [&machine.clone().into(), &serde_json::Value::Null], "{shown:?}");

    context.attach("ips", &machine).await.refused(409, "AlreadyAttached");
    assert_eq!(context.detach("ips", &machine).await.status, 201);
    let attached = context.attach("ips", context.aws.machine(0)).await;
    assert_eq!(attached.status, 201, "{attached:?}");
    assert_eq!(targets(&attached.body).len(), 1);
    assert_ne!(attached.body["targets"][0]["address"], "10.0.7.7");
    context.stop().await;
}

#[tokio::test]
async fn a_port_that_a_gateway_load_balancer_does_not_take_is_the_callers_fault() {
    let context = four_kinds(&[]).await;
    let refused = context.attach("gwlb?port=80", context.aws.machine(2)).await;
    let sentence = refused.refused(400, "InvalidTarget");
    assert!(sentence.contains("6081") || sentence.contains("port"), "{sentence}");
    context.stop().await;
}
