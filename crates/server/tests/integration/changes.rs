//! Changes that only the simulator can show: exact ports, draining, initial health, machines that EC2 forgot, calls.

use std::time::Duration;

use elbm_simulator::{Ec2, Elbv2, InstanceSpec, ListenerUse, TargetGroupSpec, TargetType};

use crate::backend::{Group, LoadBalancer, World, group};
use crate::context::{TestContext, targets};

/// One load balancer `web` with one group `web-tg` on port 80 and these members.
fn web(machines: usize, members: Vec<(usize, Option<u16>)>) -> World {
    let group = Group { default: true, members, ..group("web-tg") };
    World {
        machines,
        load_balancers: vec![LoadBalancer { name: "web".to_owned(), groups: vec![group], ..LoadBalancer::default() }],
    }
}

#[tokio::test]
async fn a_machine_of_another_network_is_refused_with_awss_reason() {
    let context = TestContext::start(World::simple(2)).await;
    let stranger = InstanceSpec { vpc: "vpc-0fedcba9876543210".to_owned(), ..InstanceSpec::default() };
    let stranger = context.aws.simulator().add_instance(stranger).expect("it fits");
    let before = context.members("web").await;
    let sentence = context.attach("web", &stranger).await.refused(400, "InvalidTarget");
    assert!(sentence.contains(&stranger) && sentence.contains("VPC"), "{sentence}");
    context.detach("web", &stranger).await.refused(409, "NotAttached");
    assert_eq!(context.members("web").await, before);
    context.stop().await;
}

#[tokio::test]
async fn a_group_of_a_function_takes_no_machine() {
    let context = TestContext::start(World::simple(2)).await;
    let used_by = vec![ListenerUse::default_action("web", 81)];
    let function = TargetGroupSpec {
        name: "function".to_owned(),
        target_type: TargetType::Lambda,
        used_by,
        ..TargetGroupSpec::default()
    };
    context.aws.simulator().add_target_group(function).expect("it fits");
    let before = context.members("web").await;
    let machine = context.aws.machine(1).to_owned();
    for refused in [
        context.attach("web?targetGroup=function", &machine).await,
        context.detach("web?targetGroup=function", context.aws.machine(0)).await,
    ] {
        let sentence = refused.refused(400, "UnsupportedTargetGroup");
        assert!(sentence.contains("function") && sentence.contains("lambda"), "{sentence}");
    }
    assert_eq!(context.members("web").await, before);
    assert_eq!(context.aws.simulator().count(Elbv2::RegisterTargets), 0);
    context.stop().await;
}

#[tokio::test]
async fn a_new_machine_is_initial_then_healthy() {
    let context = TestContext::start(web(1, vec![])).await;
    let attached = context.attach("web", context.aws.machine(0)).await;
    assert_eq!(attached.body["health"], "initial", "{attached:?}");
    let target = &attached.body["targets"][0];
    assert_eq!(target["reason"], "Elb.RegistrationInProgress");
    assert!(target["remedy"].as_str().is_some_and(|remedy| remedy.starts_with("Wait")), "{target}");
    context.aws.simulator().advance(Duration::from_mins(10));
    let healthy = context.get("/elb/web").await;
    assert_eq!(healthy.body[0]["health"], "healthy");
    assert!(healthy.body[0]["targets"][0].get("remedy").is_none(), "{healthy:?}");
    context.stop().await;
}

#[tokio::test]
async fn a_detached_machine_drains_and_is_gone_after_the_delay() {
    let context = TestContext::start(web(2, vec![(0, None), (1, None)])).await;
    let machine = context.aws.machine(0).to_owned();
    let detached = context.detach("web", &machine).await;
    assert_eq!((detached.status, &detached.body["health"]), (201, &"draining".into()), "{detached:?}");
    assert_eq!(targets(&detached.body), [("web-tg".to_owned(), 80, "draining".to_owned())]);
    assert!(context.detach("web", &machine).await.refused(409, "Draining").contains("draining"));
    assert!(context.member_ids("web").await.contains(&machine));

    context.aws.simulator().advance(Duration::from_secs(301));
    assert!(!context.member_ids("web").await.contains(&machine));
    context.detach("web", &machine).await.refused(409, "NotAttached");
    context.stop().await;
}

#[tokio::test]
async fn a_draining_machine_can_be_attached_again() {
    let context = TestContext::start(web(2, vec![(0, None), (1, None)])).await;
    let machine = context.aws.machine(0).to_owned();
    assert_eq!(context.detach("web", &machine).await.status, 201);
    let attached = context.attach("web", &machine).await;
    assert_eq!((attached.status, &attached.body["health"]), (201, &"initial".into()), "{attached:?}");
    context.stop().await;
}

#[tokio::test]
async fn detach_takes_each_port_exactly() {
    let members = vec![(0, None), (0, Some(8080)), (0, Some(9090)), (1, Some(8080))];
    let context = TestContext::start(web(2, members)).await;
    let machine = context.aws.machine(0).to_owned();

    let one = context.detach("web?port=8080", &machine).await;
    assert_eq!(one.status, 201, "{one:?}");
    let state = |port| (port, if port == 8080 { "draining" } else { "healthy" });
    let seen: Vec<_> = targets(&one.body).into_iter().map(|(_, port, state)| (port, state)).collect();
    assert_eq!(seen, [80, 8080, 9090].map(|port| (state(port).0, state(port).1.to_owned())));
    assert_eq!(one.body["health"], "draining", "the worst of its targets");

    assert_eq!(context.detach("web", &machine).await.status, 201);
    let simulator = context.aws.simulator();
    simulator.advance(Duration::from_secs(301));
    let left = context.members("web").await;
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(left[0].0, context.aws.machine(1));
    context.stop().await;
}

#[tokio::test]
async fn attach_takes_the_port_that_is_named() {
    let context = TestContext::start(web(1, vec![(0, None)])).await;
    let machine = context.aws.machine(0).to_owned();
    let attached = context.attach("web?port=8080", &machine).await;
    assert_eq!(attached.status, 201, "{attached:?}");
    let ports: Vec<_> = targets(&attached.body).into_iter().map(|(_, port, _)| port).collect();
    assert_eq!(ports, [80, 8080]);
    context.attach("web?port=8080", &machine).await.refused(409, "AlreadyAttached");
    context.stop().await;
}

#[tokio::test]
async fn a_terminated_machine_never_fails_the_list_and_can_be_detached() {
    let context = TestContext::start(World::simple(3)).await;
    let dead = context.aws.machine(0).to_owned();
    context.aws.simulator().terminate(&dead).expect("an instance");
    let listed = context.get("/elb/web").await;
    let machines = listed.body.as_array().expect("an array");
    let found = machines.iter().find(|machine| machine["instanceId"] == dead.as_str()).expect("it is listed");
    assert_eq!(found["instanceState"], "terminated", "{found}");
    assert_eq!(context.detach("web", &dead).await.status, 201);

    let other = context.aws.machine(2).to_owned();
    context.aws.simulator().terminate(&other).expect("an instance");
    let sentence = context.attach("web", &other).await.refused(400, "InvalidTarget");
    assert!(sentence.contains("terminated"), "{sentence}");
    context.stop().await;
}

#[tokio::test]
async fn a_machine_that_ec2_forgot_is_listed_as_unknown_and_can_be_detached() {
    let context = TestContext::start(web(2, vec![(0, None), (1, None)])).await;
    let forgotten = context.aws.machine(0).to_owned();
    context.aws.simulator().forget(&forgotten).expect("an instance");
    let listed = context.get("/elb/web").await;
    let machines = listed.body.as_array().expect("an array");
    let found = machines.iter().find(|machine| machine["instanceId"] == forgotten.as_str()).expect("it is listed");
    assert_eq!(found["instanceState"], "unknown");
    assert!(found.get("instanceType").is_none() && found.get("launchDate").is_none(), "{found}");
    let detached = context.detach("web", &forgotten).await;
    assert_eq!((detached.status, &detached.body["instanceState"]), (201, &"unknown".into()), "{detached:?}");
    context.stop().await;
}

#[tokio::test]
async fn more_machines_than_one_ec2_call_takes() {
    let context = TestContext::start(web(450, (0..450).map(|number| (number, None)).collect())).await;
    let listed = context.get("/elb/web").await;
    let machines = listed.body.as_array().expect("an array");
    assert_eq!(machines.len(), 450);
    assert!(machines.iter().all(|machine| machine["instanceType"] == "t3.micro"));
    assert_eq!(context.aws.simulator().count(Ec2::DescribeInstances), 3);
    context.stop().await;
}

#[tokio::test]
async fn more_groups_than_one_page_holds() {
    // A page of DescribeTargetGroups holds 400 at most, a load balancer 100 groups.
    let load_balancers = (0..5)
        .map(|number| LoadBalancer {
            name: format!("lb-{number}"),
            groups: (0..90).map(|group_number| group(&format!("tg-{number}-{group_number:02}"))).collect(),
            ..LoadBalancer::default()
        })
        .collect();
    let context = TestContext::start(World { machines: 0, load_balancers }).await;
    let listed = context.get("/elb").await;
    let sizes: Vec<_> =
        listed.body.as_array().expect("an array").iter().map(|lb| lb["targetGroups"].as_array()).collect();
    assert!(sizes.len() == 5 && sizes.iter().all(|groups| groups.map(Vec::len) == Some(90)), "{sizes:?}");
    assert_eq!(context.aws.simulator().count(Elbv2::DescribeTargetGroups), 2);
    context.stop().await;
}

#[tokio::test]
async fn refusals_write_nothing_and_changes_write_once() {
    let context = TestContext::start(web(2, vec![(0, None)])).await;
    let simulator = context.aws.simulator();
    let writes = || simulator.count(Elbv2::RegisterTargets) + simulator.count(Elbv2::DeregisterTargets);
    context.attach("web", context.aws.machine(0)).await.refused(409, "AlreadyAttached");
    context.detach("web", context.aws.machine(1)).await.refused(409, "NotAttached");
    context.attach("web?port=0", context.aws.machine(1)).await.refused(400, "ValidationError");
    assert_eq!(writes(), 0);
    assert_eq!(context.attach("web", context.aws.machine(1)).await.status, 201);
    assert_eq!(context.detach("web", context.aws.machine(1)).await.status, 201);
    assert_eq!(writes(), 2);
    context.stop().await;
}

/// The AWS calls of each operation, where the load balancer has one group: a change costs one write and one read that
/// verifies it more than the reads that it is planned on, of which the tags of the group are one.
#[tokio::test]
async fn the_calls_of_each_operation() {
    let context = TestContext::start(web(2, vec![(0, None)])).await;
    let machine = context.aws.machine(1).to_owned();
    let simulator = context.aws.simulator();
    let count = || {
        let calls = simulator.calls().len();
        simulator.reset_calls();
        calls
    };
    count();
    context.get("/healthcheck").await;
    assert_eq!(count(), 0);
    context.get("/elb").await;
    assert_eq!(count(), 3);
    context.get("/elb/web").await;
    assert_eq!(count(), 5);
    context.get("/elb/web?kind=application").await;
    assert_eq!(count(), 4, "Classic load balancers are not asked for");
    context.attach("web", &machine).await;
    assert_eq!(count(), 8);
    context.detach("web", &machine).await;
    assert_eq!(count(), 8);
    context.get("/elb/web/targets").await;
    assert_eq!(count(), 7, "who else writes takes two");
    context.stop().await;
}
