//! One machine in every load balancer and target group of the region.

use elbm_simulator::{
    AutoScalingGroupSpec, ClassicLoadBalancerSpec, Elb, Elbv2, Fault, TargetGroupSpec, TargetType, Times,
};
use serde_json::json;

use crate::backend::World;
use crate::context::{Answer, TestContext};
use crate::kinds::four_kinds;
use crate::maintenance::{everywhere, get_as, people, registrations};

const NOBODY: &str = "i-0123456789abcdef0";

fn placed(registrations: &[(String, String, u64, String)]) -> Vec<(&str, &str, u64)> {
    registrations.iter().map(|(balancer, group, port, _)| (balancer.as_str(), group.as_str(), *port)).collect()
}

fn warnings(answer: &Answer) -> Vec<&str> {
    answer.body["warnings"].as_array().into_iter().flatten().filter_map(|one| one.as_str()).collect()
}

#[tokio::test]
async fn every_registration_of_a_machine_is_shown_wherever_it_is() {
    let context = everywhere().await;
    let before = chrono::Utc::now();
    let shown = context.get(&format!("/instances/{}", context.aws.machine(0))).await;
    assert_eq!(
        placed(&registrations(&shown)),
        [
            ("-", "spare", 80),
            ("alb", "alb-tg", 80),
            ("alb", "alb-tg", 8080),
            ("alb", "ips-tg", 81),
            ("clb", "-", 0),
            ("gwlb", "gwlb-tg", 6081),
            ("nlb", "nlb-tg", 443),
        ]
    );
    let kinds: Vec<_> = shown.body["registrations"].as_array().expect("some").iter().map(|one| &one["kind"]).collect();
    let application = json!("application");
    let (classic, gateway, network) = (json!("classic"), json!("gateway"), json!("network"));
    assert_eq!(
        kinds,
        [&json!(null), &application, &application, &application, &classic, &gateway, &network],
        "{shown:?}"
    );
    assert_eq!(shown.body["registrations"][3]["address"], shown.body["privateIpAddress"]);
    assert_eq!((&shown.body["complete"], warnings(&shown).len()), (&json!(true), 0), "{shown:?}");
    assert_eq!((&shown.body["instanceType"], &shown.body["instanceState"]), (&json!("t3.micro"), &json!("running")));
    let read = shown.body["asOf"].as_str().and_then(|text| text.parse::<chrono::DateTime<chrono::Utc>>().ok());
    assert!(read.is_some_and(|read| read >= before && read <= chrono::Utc::now()), "{shown:?}");

    let other = context.get(&format!("/instances/{}", context.aws.machine(2))).await;
    assert_eq!((registrations(&other).len(), &other.body["complete"]), (0, &json!(true)), "{other:?}");
    context.stop().await;
}

#[tokio::test]
async fn only_places_that_may_have_the_machine_are_read() {
    let context = four_kinds(&[]).await;
    let simulator = context.aws.simulator();
    let function =
        TargetGroupSpec { name: "function".to_owned(), target_type: TargetType::Lambda, ..TargetGroupSpec::default() };
    simulator.add_target_group(function).expect("it fits");
    let away = TargetGroupSpec {
        name: "away".to_owned(),
        vpc: "vpc-0aaaaaaaaaaaaaaaa".to_owned(),
        ..TargetGroupSpec::default()
    };
    simulator.add_target_group(away).expect("it fits");
    simulator.reset_calls();
    let shown = context.get(&format!("/instances/{}", context.aws.machine(0))).await;
    assert_eq!((registrations(&shown).len(), &shown.body["complete"]), (4, &json!(true)), "{shown:?}");
    assert_eq!(simulator.count(Elbv2::DescribeTargetHealth), 3);
    assert_eq!(simulator.count(Elb::DescribeInstanceHealth), 1);
    context.stop().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_told_and_the_rest_is_shown() {
    let context = four_kinds(&[]).await;
    let path = format!("/instances/{}", context.aws.machine(0));
    let simulator = context.aws.simulator();
    simulator.inject(Elb::DescribeInstanceHealth, Times::Next(1), Fault::AccessDenied);
    let shown = context.get(&path).await;
    assert_eq!((shown.status, registrations(&shown).len(), &shown.body["complete"]), (200, 3, &json!(false)));
    assert_eq!(warnings(&shown), ["load balancer 'clb' could not be read: access denied"]);
    simulator.inject(Elbv2::DescribeTargetHealth, Times::All, Fault::AccessDenied);
    assert_eq!(registrations(&context.get(&path).await).len(), 1, "the Classic one is left");
    simulator.inject(Elb::DescribeInstanceHealth, Times::All, Fault::AccessDenied);
    context.get(&path).await.refused(500, "AwsAccessDenied");
    context.stop().await;
}

#[tokio::test]
async fn a_machine_that_ec2_does_not_know_is_shown_while_it_is_registered() {
    let context = TestContext::start(World::simple(3)).await;
    context.get(&format!("/instances/{NOBODY}")).await.refused(404, "InstanceNotFound");
    let machine = context.aws.machine(0);
    context.aws.simulator().forget(machine).expect("it is there");
    let shown = context.get(&format!("/instances/{machine}")).await;
    assert_eq!(placed(&registrations(&shown)), [("web", "web-tg", 80)]);
    assert_eq!((&shown.body["instanceState"], shown.body.get("launchDate")), (&json!("unknown"), None));
    context.get("/instances/i-xyz").await.refused(400, "ValidationError");
    context.stop().await;
}

#[tokio::test]
async fn who_may_not_read_a_place_is_not_shown_it() {
    let (_folder, options) = people();
    let options: Vec<_> = options.iter().map(String::as_str).collect();
    let context = four_kinds(&options).await;
    let spare = TargetGroupSpec { name: "spare".to_owned(), ..TargetGroupSpec::default() };
    context.aws.simulator().add_target_group(spare).expect("it fits");
    context.aws.simulator().register("spare", context.aws.machine(0), None).expect("it fits");
    let path = format!("/instances/{}", context.aws.machine(0));

    let all = get_as(&context, "vic", &path).await;
    assert_eq!((registrations(&all).len(), &all.body["complete"]), (5, &json!(true)), "{all:?}");
    context.aws.simulator().reset_calls();
    let some = get_as(&context, "alb", &path).await;
    assert_eq!(placed(&registrations(&some)), [("alb", "alb-tg", 80)]);
    assert_eq!((&some.body["complete"], warnings(&some).len()), (&json!(false), 1), "{some:?}");
    assert!(!some.body.to_string().contains("nlb") && !some.body.to_string().contains("spare"), "{some:?}");
    assert_eq!(context.aws.simulator().count(Elbv2::DescribeTargetHealth), 1, "the others are not read");
    context.stop().await;
}

#[tokio::test]
async fn a_machine_tells_its_auto_scaling_group() {
    let context = TestContext::start(World::simple(2)).await;
    let simulator = context.aws.simulator();
    let classic = ClassicLoadBalancerSpec { name: "old".to_owned(), ..ClassicLoadBalancerSpec::default() };
    simulator.add_classic_load_balancer(classic).expect("it fits");
    let machine = context.aws.machine(1).to_owned();
    let spec = AutoScalingGroupSpec {
        name: "fleet".to_owned(),
        instances: vec![machine.clone()],
        classic_load_balancers: vec!["old".to_owned()],
        ..AutoScalingGroupSpec::default()
    };
    simulator.add_auto_scaling_group(spec).expect("it fits");
    let shown = context.get(&format!("/instances/{machine}")).await;
    assert_eq!(shown.body["autoScalingGroup"], "fleet");
    assert_eq!(placed(&registrations(&shown)), [("old", "-", 0)]);
    let other = context.get(&format!("/instances/{}", context.aws.machine(0))).await;
    assert_eq!(other.body.get("autoScalingGroup"), None);
    context.stop().await;
}
