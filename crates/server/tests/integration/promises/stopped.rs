//! The service is told to stop while it has much to do.

use std::time::Duration;

use elbm_simulator::{Elbv2, Fault, HealthState, Times};
use reqwest::Method;
use tokio::task::JoinSet;

use crate::backend::World;
use crate::connections::{connection, held, rest};
use crate::context::{Answer, PATIENCE, TestContext};
use crate::rounds::seen::Seen;

/// How many machines are waited for, how many are changed, how many streams are open, how many slow reads there are.
const EACH: usize = 32;

pub(super) async fn under_load() -> Seen {
    let context = TestContext::start_with(World::partly(2 * EACH + 1, 1), &["--minimum-healthy", "0"]).await;
    let simulator = context.aws.simulator().clone();
    let mut seen = Seen::default();
    let mut streams = Vec::new();
    for _ in 0..EACH {
        let mut following = context.follow("web/events").await;
        following.expect("snapshot").await;
        streams.push(following);
    }

    // Some wait for what never comes: nobody moves AWS's clock.
    let mut waits = JoinSet::new();
    for machine in 1..=EACH {
        let path = format!("/elb/web/instances/{}?wait=50", context.aws.machine(machine));
        let caller = context.caller().clone();
        waits.spawn(async move { caller.send(Method::PUT, &path, |request| request).await });
    }
    until(|| members(&context) > EACH).await;

    // Others are in the middle of a change, or of a read.
    simulator.inject(Elbv2::RegisterTargets, Times::All, Fault::Delayed(Duration::from_millis(500)));
    let mut changes = JoinSet::new();
    let before = simulator.count(Elbv2::RegisterTargets);
    for machine in EACH + 1..=2 * EACH {
        let path = format!("/elb/web/instances/{}", context.aws.machine(machine));
        let caller = context.caller().clone();
        changes.spawn(async move { caller.send(Method::PUT, &path, |request| request).await });
    }
    until(|| simulator.count(Elbv2::RegisterTargets) > before).await;
    simulator.inject(Elbv2::DescribeLoadBalancers, Times::All, Fault::Delayed(Duration::from_millis(500)));
    let before = simulator.count(Elbv2::DescribeLoadBalancers);
    let mut reads = Vec::new();
    // Each about another load balancer, so that AWS tells how many requests were accepted.
    for number in 0..EACH {
        reads.push(connection(&context, &format!("GET /elb/web-{number} HTTP/1.1\r\nHost: localhost\r\n\r\n")).await);
    }
    until(|| simulator.count(Elbv2::DescribeLoadBalancers) == before + EACH).await;

    context.ask_to_stop().await;
    while let Some(waited) = waits.join_next().await {
        let waited = noted(waited, &mut seen);
        assert_eq!((waited.status, &waited.body["settled"]), (202, &false.into()), "{waited:?}");
    }
    let mut done = 0;
    while let Some(changed) = changes.join_next().await {
        assert_eq!(noted(changed, &mut seen).status, 201);
        done += 1;
    }
    assert_eq!((done, members(&context)), (EACH, 2 * EACH + 1), "a success was none");
    for stream in reads {
        let (status, error) = held("GET", "/elb/web", &rest(stream).await);
        assert_eq!((status, &error["error"]), (404, &"LoadBalancerNotFound".into()), "{error}");
        seen.note_as("404 LoadBalancerNotFound");
    }
    for mut following in streams {
        while following.next().await.expect("a stream closes in order")["event"] != "closing" {}
        assert!(following.next().await.is_none(), "it goes on after its end");
        seen.note_as("200 with closing event");
    }
    context.stopped().await;
    seen
}

fn noted(answer: Result<Answer, tokio::task::JoinError>, seen: &mut Seen) -> Answer {
    let answer = answer.expect("it was answered");
    seen.note(&answer);
    answer
}

fn members(context: &TestContext) -> usize {
    let members = context.aws.simulator().membership("web-tg").expect("it is there");
    members.iter().filter(|member| member.health.state != HealthState::Draining).count()
}

async fn until(is_so: impl Fn() -> bool) {
    let so = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(PATIENCE, so).await.expect("it comes in time");
}
