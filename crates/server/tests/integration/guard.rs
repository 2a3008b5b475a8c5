//! A detach leaves enough healthy targets, or is refused, however many run side by side.

use elbm_simulator::{Elbv2, Fault, HealthState, Times};
use futures_util::future::join_all;
use reqwest::Method;
use std::time::Duration;

use crate::backend::{Group, LoadBalancer, World, group};
use crate::context::TestContext;

/// `web` with so many machines, all healthy.
async fn healthy(machines: usize) -> TestContext {
    let members = (0..machines).map(|number| (number, None)).collect();
    let group = Group { default: true, members, ..group("web-tg") };
    let balancer = LoadBalancer { name: "web".to_owned(), groups: vec![group], ..LoadBalancer::default() };
    TestContext::start(World { machines, load_balancers: vec![balancer] }).await
}

fn healthy_targets(context: &TestContext) -> usize {
    let members = context.aws.simulator().membership("web-tg").expect("it is there");
    members.iter().filter(|member| member.health.state == HealthState::Healthy).count()
}

#[tokio::test]
async fn the_last_healthy_machine_stays_unless_it_is_forced_out() {
    let context = healthy(1).await;
    let machine = context.aws.machine(0).to_owned();
    let path = format!("/elb/web/instances/{machine}");
    let refused = context.detach("web", &machine).await.refused(409, "WouldBreachMinimumHealthy");
    assert!(refused.contains("'web-tg'") && refused.contains("0 healthy targets of at least 1"), "{refused}");
    let refused = context.send(Method::DELETE, &path, |request| request).await;
    refused.refused(409, "WouldBreachMinimumHealthy");
    assert_eq!(context.aws.simulator().count(Elbv2::DeregisterTargets), 0);

    let path = format!("{path}?force=true");
    let forced = context.send(Method::DELETE, &path, |request| request.header("x-reason", "the end")).await;
    assert_eq!((forced.status, &forced.body["changed"]), (200, &true.into()), "{forced:?}");
    context.stop().await;
}

#[tokio::test]
async fn where_none_is_healthy_only_the_last_is_kept() {
    let context = healthy(2).await;
    for machine in 0..2 {
        let simulator = context.aws.simulator();
        simulator
            .fail_checks(context.aws.machine(machine), Some(80), elbm_simulator::CheckFailure::Timeout)
            .expect("it is registered");
    }
    context.aws.simulator().advance(Duration::from_mins(10));
    assert_eq!(healthy_targets(&context), 0);
    assert_eq!(context.detach("web", context.aws.machine(0)).await.status, 201);
    let refused = context.detach("web", context.aws.machine(1)).await.refused(409, "WouldBreachMinimumHealthy");
    assert!(refused.contains("last target"), "{refused}");
    context.stop().await;
}

#[tokio::test]
async fn detaches_that_run_side_by_side_leave_enough() {
    for round in 0..5 {
        let context = healthy(8).await;
        if round % 2 == 1 {
            // Reads show what was long after it is so.
            let stale = Fault::EffectStale(Duration::from_secs(2));
            context.aws.simulator().inject(Elbv2::DeregisterTargets, Times::All, stale);
        }
        let simulator = context.aws.simulator().clone();
        let time = tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(20)).await;
                simulator.advance(Duration::from_millis(200));
            }
        });
        let answers = join_all((0..8).map(|machine| context.detach("web", context.aws.machine(machine)))).await;
        time.abort();
        let done = answers.iter().filter(|answer| answer.status == 201).count();
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            answer.refused(409, "WouldBreachMinimumHealthy");
        }
        assert_eq!((done, healthy_targets(&context)), (7, 1), "round {round}");
        context.stop().await;
    }
}

#[tokio::test]
async fn a_detach_that_was_refused_by_aws_frees_its_place() {
    let context = healthy(2).await;
    context.aws.simulator().inject(Elbv2::DeregisterTargets, Times::Next(1), Fault::AccessDenied);
    context.detach("web", context.aws.machine(0)).await.refused(500, "AwsAccessDenied");
    assert_eq!(context.detach("web", context.aws.machine(1)).await.status, 201);
    context.detach("web", context.aws.machine(0)).await.refused(409, "WouldBreachMinimumHealthy");
    context.stop().await;
}

#[tokio::test]
async fn the_guard_is_judged_for_all_groups_before_the_first_write() {
    let groups = [("one", vec![(0, None), (1, None)]), ("two", vec![(0, None)])];
    let groups = groups.map(|(name, members)| Group { members, ..group(name) }).to_vec();
    let balancer = LoadBalancer { name: "web".to_owned(), groups, ..LoadBalancer::default() };
    let context = TestContext::start(World { machines: 2, load_balancers: vec![balancer] }).await;
    let refused = context.detach("web", context.aws.machine(0)).await.refused(409, "WouldBreachMinimumHealthy");
    assert!(refused.contains("'two'"), "{refused}");
    assert_eq!(context.aws.simulator().count(Elbv2::DeregisterTargets), 0);
    assert_eq!(context.detach("web?targetGroup=one", context.aws.machine(0)).await.status, 201);
    context.stop().await;
}
