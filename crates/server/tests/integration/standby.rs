//! Machines of Auto Scaling groups: refused, or put into Standby and brought back.

use std::time::Duration;

use elbm_simulator::{AutoScaling, AutoScalingGroupSpec, Ec2, Elbv2, Fault, Times};
use serde_json::json;

use crate::backend::{Group, LoadBalancer, World, group};
use crate::context::TestContext;
use crate::maintenance::{delete_tag, memberships_of, people, post, post_as, registrations, tags};

/// Three machines in `web-tg`, of the Auto Scaling group `fleet`, and in `own-tg`, which is not the group's. The fewest that
/// the group shall have are `minimum`.
async fn fleet(minimum: u32) -> TestContext {
    let own = Group { members: (0..3).map(|number| (number, None)).collect(), ..group("own-tg") };
    let web = Group { default: true, ..group("web-tg") };
    let balancer = LoadBalancer { name: "web".to_owned(), groups: vec![web, own], ..LoadBalancer::default() };
    let world = World { machines: 3, load_balancers: vec![balancer] };
    let context = TestContext::start_with(world, &["--verify-timeout", "1"]).await;
    let spec = AutoScalingGroupSpec {
        name: "fleet".to_owned(),
        min_size: minimum,
        max_size: 3,
        instances: (0..3).map(|number| context.aws.machine(number).to_owned()).collect(),
        target_groups: vec!["web-tg".to_owned()],
        ..AutoScalingGroupSpec::default()
    };
    context.aws.simulator().add_auto_scaling_group(spec).expect("it fits");
    context.aws.simulator().reset_calls();
    context
}

const GROUPS: [&str; 2] = ["web-tg", "own-tg"];

#[tokio::test]
async fn a_machine_that_would_be_replaced_is_not_taken_out() {
    let context = fleet(0).await;
    let machine = context.aws.machine(0).to_owned();
    let sentence = post(&context, &machine, "drain").await.refused(409, "ManagedByAutoScaling");
    assert!(sentence.contains("'fleet'") && sentence.contains("asg=standby"), "{sentence}");
    let simulator = context.aws.simulator();
    assert_eq!((simulator.count(Ec2::CreateTags), simulator.count(Elbv2::DeregisterTargets)), (0, 0));
    assert_eq!(simulator.count(AutoScaling::DescribeAutoScalingInstances), 0, "its tag tells");
    context.stop().await;
}

#[tokio::test]
async fn a_machine_goes_into_standby_and_comes_back() {
    let context = fleet(0).await;
    let (simulator, machine) = (context.aws.simulator().clone(), context.aws.machine(0).to_owned());
    let before = memberships_of(&simulator, &GROUPS);
    let drained = post(&context, &machine, "drain?asg=standby").await;
    assert_eq!((drained.status, &drained.body["drained"]["standby"]), (200, &json!(true)), "{drained:?}");
    assert!(registrations(&drained).iter().all(|(.., state)| state == "draining"), "{drained:?}");
    assert_eq!(simulator.count(AutoScaling::EnterStandby), 1);
    assert_eq!(simulator.count(Elbv2::DeregisterTargets), 1, "the group has deregistered it from its own");
    assert!(!memberships_of(&simulator, &GROUPS).iter().any(|(_, id, _)| *id == machine));
    for way in ["drain?asg=standby", "drain"] {
        let again = post(&context, &machine, way).await;
        assert_eq!((again.status, &again.body["changed"]), (200, &json!(false)), "{again:?}");
    }

    // Auto Scaling brings it back once it has drained only.
    let sentence = post(&context, &machine, "restore").await.refused(409, "ManagedByAutoScaling");
    assert!(sentence.contains("EnteringStandby"), "{sentence}");
    assert_eq!(simulator.count(Elbv2::RegisterTargets), 0);
    simulator.advance(Duration::from_mins(10));
    let restored = post(&context, &machine, "restore").await;
    assert_eq!((restored.status, &restored.body["changed"]), (200, &json!(true)), "{restored:?}");
    assert_eq!((memberships_of(&simulator, &GROUPS), simulator.count(AutoScaling::ExitStandby)), (before, 1));
    assert!(!tags(&context, &machine).await.contains_key("elbm.drain.0"));
    context.stop().await;
}

#[tokio::test]
async fn standby_below_the_minimum_is_refused_in_awss_words() {
    let context = fleet(3).await;
    let (simulator, machine) = (context.aws.simulator(), context.aws.machine(0).to_owned());
    let before = memberships_of(simulator, &GROUPS);
    let sentence = post(&context, &machine, "drain?asg=standby").await.refused(409, "ManagedByAutoScaling");
    assert!(sentence.contains("min-size=3"), "{sentence}");
    assert_eq!(memberships_of(simulator, &GROUPS), before);
    assert!(!tags(&context, &machine).await.contains_key("elbm.drain.0"), "nothing is remembered");
    context.stop().await;
}

#[tokio::test]
async fn a_machine_that_was_in_standby_before_stays_there() {
    let context = fleet(0).await;
    let (simulator, machine) = (context.aws.simulator().clone(), context.aws.machine(0).to_owned());
    assert_eq!(post(&context, &machine, "drain?asg=standby").await.status, 200);
    // Somebody has deleted the memory: what is left is a machine in Standby, behind what is not the group's.
    for key in tags(&context, &machine).await.keys().filter(|key| key.starts_with("elbm.")) {
        delete_tag(&context, &machine, key).await;
    }
    simulator.advance(Duration::from_mins(10));
    simulator.register("own-tg", &machine, None).expect("it fits");
    let drained = post(&context, &machine, "drain?asg=standby").await;
    assert_eq!((drained.status, &drained.body["drained"]["standby"]), (200, &json!(false)), "{drained:?}");
    assert_eq!(post(&context, &machine, "restore").await.status, 200);
    assert_eq!((simulator.count(AutoScaling::EnterStandby), simulator.count(AutoScaling::ExitStandby)), (1, 0));
    context.stop().await;
}

#[tokio::test]
async fn standby_that_is_cut_off_can_be_repeated() {
    let context = fleet(0).await;
    let (simulator, machine) = (context.aws.simulator().clone(), context.aws.machine(0).to_owned());
    let before = memberships_of(&simulator, &GROUPS);
    simulator.inject(AutoScaling::EnterStandby, Times::Next(1), Fault::AccessDenied);
    let sentence = post(&context, &machine, "drain?asg=standby").await.refused(500, "AwsAccessDenied");
    assert!(sentence.contains("autoscaling:EnterStandby"), "{sentence}");
    simulator.inject(AutoScaling::EnterStandby, Times::Next(1), Fault::EffectLost);
    post(&context, &machine, "drain?asg=standby").await.refused(504, "EffectUnverified");
    assert_eq!(memberships_of(&simulator, &GROUPS), before);

    simulator.inject(AutoScaling::EnterStandby, Times::Next(1), Fault::ConnectionDroppedAfterEffect);
    simulator.inject(Elbv2::DeregisterTargets, Times::Next(1), Fault::AccessDenied);
    post(&context, &machine, "drain?asg=standby").await.refused(502, "PartialFailure");
    let drained = post(&context, &machine, "drain").await;
    assert_eq!((drained.status, &drained.body["drained"]["standby"]), (200, &json!(true)), "{drained:?}");

    simulator.advance(Duration::from_mins(10));
    simulator.inject(AutoScaling::ExitStandby, Times::Next(1), Fault::ConnectionDroppedAfterEffect);
    simulator.inject(Elbv2::RegisterTargets, Times::Next(1), Fault::AccessDenied);
    post(&context, &machine, "restore").await.refused(502, "PartialFailure");
    let restored = post(&context, &machine, "restore").await;
    assert_eq!((restored.status, memberships_of(&simulator, &GROUPS)), (200, before), "{restored:?}");
    context.stop().await;
}

#[tokio::test]
async fn a_machine_that_is_behind_nothing_is_moved_by_who_may_change_everything() {
    let (_folder, options) = people();
    let options: Vec<_> = options.iter().map(String::as_str).collect();
    let context = TestContext::start_with(World::simple(2), &options).await;
    let (simulator, machine) = (context.aws.simulator().clone(), context.aws.machine(1).to_owned());
    let instances = vec![machine.clone()];
    let spec = AutoScalingGroupSpec { name: "fleet".to_owned(), instances, ..AutoScalingGroupSpec::default() };
    simulator.add_auto_scaling_group(spec).expect("it fits");
    post_as(&context, "alb", &machine, "drain?asg=standby").await.refused(403, "Forbidden");
    assert_eq!(simulator.count(AutoScaling::EnterStandby), 0);
    let drained = post_as(&context, "ann", &machine, "drain?asg=standby").await;
    assert_eq!((drained.status, &drained.body["changed"]), (200, &json!(true)), "{drained:?}");
    post_as(&context, "alb", &machine, "restore").await.refused(403, "Forbidden");
    assert_eq!(post_as(&context, "ann", &machine, "restore").await.status, 200);
    assert_eq!(simulator.count(AutoScaling::ExitStandby), 1);
    context.stop().await;
}
