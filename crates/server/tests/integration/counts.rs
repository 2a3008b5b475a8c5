//! How many machines of each load balancer are how healthy.

use std::time::Duration;

use elbm_simulator::{CheckFailure, Ec2, Elbv2, Fault, Times};
use serde_json::{Value, json};

use crate::backend::{Group, LoadBalancer, World, group};
use crate::context::{Answer, TestContext};
use crate::kinds::{addresses, four_kinds};

/// The counts of a load balancer: healthy, unhealthy, other.
fn counts(listed: &Answer, name: &str) -> [u64; 3] {
    let all = listed.body.as_array().expect("load balancers");
    let one = all.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("{name} is not listed: {listed:?}"));
    assert!(one["counts"]["asOf"].is_string(), "{listed:?}");
    ["healthy", "unhealthy", "other"].map(|key| one["counts"][key].as_u64().expect("a number"))
}

#[tokio::test]
async fn machines_are_counted_once_by_their_health() {
    let members = |numbers: &[usize]| numbers.iter().map(|number| (*number, None)).collect();
    let groups = vec![
        Group { members: members(&[0, 1, 2, 3]), ..group("a") },
        Group { members: members(&[0, 1]), ..group("b") },
        group("empty"),
    ];
    let balancers = vec![
        LoadBalancer { name: "web".to_owned(), groups, ..LoadBalancer::default() },
        LoadBalancer { name: "idle".to_owned(), ..LoadBalancer::default() },
    ];
    let context = TestContext::start(World { machines: 5, load_balancers: balancers }).await;
    let simulator = context.aws.simulator();
    let uncounted = context.get("/elb").await;
    assert!(uncounted.body.as_array().is_some_and(|all| all.iter().all(|one| one.get("counts").is_none())));
    assert_eq!(simulator.count(Elbv2::DescribeTargetHealth), 0, "nobody asked for them");

    assert_eq!(counts(&context.get("/elb?counts=true").await, "web"), [4, 0, 0]);
    assert_eq!(simulator.count(Elbv2::DescribeTargetHealth), 3, "one call for each group");
    assert_eq!(simulator.count(Ec2::DescribeInstances), 0, "EC2 is not needed");

    simulator.fail_checks(context.aws.machine(1), None, CheckFailure::Timeout).expect("it is there");
    simulator.advance(Duration::from_mins(5));
    context.detach("web", context.aws.machine(3)).await;
    let listed = context.get("/elb?counts=true").await;
    assert_eq!((counts(&listed, "web"), counts(&listed, "idle")), ([2, 1, 1], [0, 0, 0]));
    context.stop().await;
}

#[tokio::test]
async fn all_kinds_are_counted_and_addresses_as_the_machines_that_have_them() {
    let context = four_kinds(&[]).await;
    addresses(context.aws.simulator());
    let listed = context.get("/elb?counts=true").await;
    for name in ["alb", "nlb", "gwlb", "clb"] {
        assert_eq!(counts(&listed, name), [2, 0, 0], "{name}");
    }
    assert_eq!(counts(&listed, "ips"), [1, 0, 0], "the other address is no machine's");
    let only = context.get("/elb?counts=true&kind=classic").await;
    assert_eq!((only.body.as_array().map(Vec::len), counts(&only, "clb")), (Some(1), [2, 0, 0]));
    assert_eq!(only.body[0]["targetGroups"], Value::Array(vec![]));
    context.stop().await;
}

#[tokio::test]
async fn what_cannot_be_counted_fails_the_request() {
    let context = TestContext::start(World::simple(3)).await;
    context.aws.simulator().inject(Elbv2::DescribeTargetHealth, Times::All, Fault::AccessDenied);
    context.get("/elb?counts=true").await.refused(500, "AwsAccessDenied");
    assert_eq!(context.get("/elb?counts=false").await.status, 200);
    let sentence = context.get("/elb?counts=yes").await.refused(400, "ValidationError");
    assert!(sentence.contains("counts"), "{sentence}");
    context.aws.simulator().clear_faults();

    // A group that was deleted since it was listed has no machines.
    let gone = elbm_simulator::AwsError::new("TargetGroupNotFound", "One or more target groups not found");
    context.aws.simulator().inject(Elbv2::DescribeTargetHealth, Times::Next(1), Fault::Error(gone));
    let listed = context.get("/elb?counts=true").await;
    assert_eq!(listed.body[0]["counts"]["healthy"], json!(0), "{listed:?}");
    context.stop().await;
}
