//! Drains and restores when AWS fails: what is out can be put back, and what is not out is not said to be.

use std::time::Duration;

use elbm_simulator::{Action, Ec2, Elb, Elbv2, Fault, Times};
use serde_json::{Value, json};

use crate::backend::World;
use crate::context::TestContext;
use crate::maintenance::{everywhere, memberships, post, registrations, tags};

/// Longer than anything here drains.
const DRAINED: Duration = Duration::from_mins(10);

/// Longer than a new target takes to be healthy.
const HEALTHY: Duration = Duration::from_mins(10);

fn inject(context: &TestContext, action: impl Into<Action>, times: Times, fault: Fault) {
    context.aws.simulator().inject(action, times, fault);
}

/// The outcomes of the items of an answer, sorted.
fn outcomes(body: &Value) -> Vec<&str> {
    let items = body["items"].as_array().into_iter().flatten();
    let mut all: Vec<_> = items.filter_map(|item| item["outcome"].as_str()).collect();
    all.sort_unstable();
    all
}

#[tokio::test]
async fn a_drain_that_is_cut_off_is_remembered_and_can_be_repeated_or_undone() {
    let context = everywhere().await;
    let (simulator, machine) = (context.aws.simulator().clone(), context.aws.machine(0).to_owned());
    let before = memberships(&simulator);
    for repeat in ["drain", "restore"] {
        inject(&context, Elb::DeregisterInstancesFromLoadBalancer, Times::All, Fault::AccessDenied);
        let cut = post(&context, &machine, "drain").await;
        cut.refused(502, "PartialFailure");
        assert_eq!(outcomes(&cut.body), ["done", "done", "done", "done", "done", "done", "failed"]);
        assert!(tags(&context, &machine).await.contains_key("elbm.drain.0"));
        assert_eq!(memberships(&simulator).len(), before.len() - 6);
        simulator.clear_faults();
        simulator.advance(DRAINED);
        let repeated = post(&context, &machine, repeat).await;
        assert_eq!((repeated.status, &repeated.body["changed"]), (200, &json!(true)), "{repeated:?}");
        if repeat == "drain" {
            assert_eq!(repeated.body["drained"]["from"].as_array().map(Vec::len), Some(7), "{repeated:?}");
            simulator.advance(DRAINED);
            assert_eq!(post(&context, &machine, "restore").await.status, 200);
        }
        simulator.advance(HEALTHY);
        assert_eq!((memberships(&simulator), tags(&context, &machine).await.len()), (before.clone(), 0));
    }
    context.stop().await;
}

#[tokio::test]
async fn a_drain_that_changed_nothing_is_not_remembered() {
    let context = TestContext::start(World::simple(3)).await;
    let machine = context.aws.machine(0).to_owned();
    inject(&context, Elbv2::DeregisterTargets, Times::Next(1), Fault::AccessDenied);
    post(&context, &machine, "drain").await.refused(500, "AwsAccessDenied");
    assert_eq!(tags(&context, &machine).await.len(), 0);
    inject(&context, Ec2::CreateTags, Times::Next(1), Fault::AccessDenied);
    let sentence = post(&context, &machine, "drain").await.refused(500, "AwsAccessDenied");
    assert!(sentence.contains("ec2:CreateTags"), "{sentence}");
    assert_eq!(context.aws.simulator().count(Elbv2::DeregisterTargets), 1);
    // Its place at the guard is free again.
    assert_eq!(context.detach("web", context.aws.machine(1)).await.status, 201);
    context.stop().await;
}

#[tokio::test]
async fn nothing_is_taken_out_before_the_memory_was_seen() {
    let context = everywhere().await;
    let (simulator, machine) = (context.aws.simulator(), context.aws.machine(0).to_owned());
    let before = memberships(simulator);
    inject(&context, Ec2::CreateTags, Times::Next(1), Fault::EffectLost);
    post(&context, &machine, "drain").await.refused(504, "EffectUnverified");
    inject(&context, Ec2::DescribeTags, Times::All, Fault::AccessDenied);
    post(&context, &machine, "drain").await.refused(504, "EffectUnverified");
    simulator.clear_faults();
    assert_eq!((memberships(simulator), simulator.count(Elbv2::DeregisterTargets)), (before.clone(), 0));
    assert_eq!(post(&context, &machine, "drain").await.status, 200);
    simulator.advance(DRAINED);
    assert_eq!(post(&context, &machine, "restore").await.status, 200);
    assert_eq!(memberships(simulator), before);
    context.stop().await;
}

#[tokio::test]
async fn nothing_is_taken_out_where_a_place_could_not_be_read() {
    let context = everywhere().await;
    let machine = context.aws.machine(0).to_owned();
    inject(&context, Elb::DescribeInstanceHealth, Times::Next(1), Fault::AccessDenied);
    let sentence = post(&context, &machine, "drain").await.refused(500, "AwsAccessDenied");
    assert!(sentence.contains("DescribeInstanceHealth"), "{sentence}");
    let simulator = context.aws.simulator();
    assert_eq!((simulator.count(Ec2::CreateTags), simulator.count(Elbv2::DeregisterTargets)), (0, 0));
    context.stop().await;
}

#[tokio::test]
async fn lost_answers_are_decided_by_what_aws_shows() {
    let context = everywhere().await;
    let (simulator, machine) = (context.aws.simulator().clone(), context.aws.machine(0).to_owned());
    let before = memberships(&simulator);
    for action in [
        Action::from(Ec2::CreateTags),
        Ec2::DeleteTags.into(),
        Elbv2::DeregisterTargets.into(),
        Elbv2::RegisterTargets.into(),
        Elb::DeregisterInstancesFromLoadBalancer.into(),
        Elb::RegisterInstancesWithLoadBalancer.into(),
    ] {
        inject(&context, action, Times::All, Fault::ConnectionDroppedAfterEffect);
    }
    let drained = post(&context, &machine, "drain").await;
    assert_eq!((drained.status, registrations(&drained).len()), (200, 7), "{drained:?}");
    assert_eq!(memberships(&simulator).len(), before.len() - 7);
    simulator.advance(DRAINED);
    let restored = post(&context, &machine, "restore").await;
    assert_eq!((restored.status, memberships(&simulator)), (200, before), "{restored:?}");
    assert_eq!(tags(&context, &machine).await.len(), 0);
    context.stop().await;
}

#[tokio::test]
async fn a_restore_that_is_cut_off_can_be_repeated() {
    let context = everywhere().await;
    let (simulator, machine) = (context.aws.simulator().clone(), context.aws.machine(0).to_owned());
    let before = memberships(&simulator);
    assert_eq!(post(&context, &machine, "drain").await.status, 200);
    simulator.advance(DRAINED);
    inject(&context, Elb::RegisterInstancesWithLoadBalancer, Times::Next(1), Fault::AccessDenied);
    let cut = post(&context, &machine, "restore").await;
    cut.refused(502, "PartialFailure");
    assert_eq!(outcomes(&cut.body).iter().filter(|outcome| **outcome == "done").count(), 6, "{cut:?}");

    inject(&context, Ec2::DeleteTags, Times::Next(1), Fault::AccessDenied);
    let unforgotten = post(&context, &machine, "restore").await;
    unforgotten.refused(502, "PartialFailure");
    assert_eq!((outcomes(&unforgotten.body), memberships(&simulator)), (vec!["done"], before.clone()));
    inject(&context, Ec2::DeleteTags, Times::Next(1), Fault::AccessDenied);
    post(&context, &machine, "restore").await.refused(500, "AwsAccessDenied");
    inject(&context, Ec2::DeleteTags, Times::Next(1), Fault::EffectLost);
    post(&context, &machine, "restore").await.refused(504, "EffectUnverified");

    let restored = post(&context, &machine, "restore").await;
    assert_eq!((restored.status, &restored.body["changed"]), (200, &json!(false)), "{restored:?}");
    assert_eq!((memberships(&simulator), tags(&context, &machine).await.len()), (before, 0));
    context.stop().await;
}
