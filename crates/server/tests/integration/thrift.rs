//! AWS's API budget is spent sparingly: reads are shared and kept for a moment, writes go together, and what is too much waits.

use std::time::Duration;

use elbm_simulator::{Ec2, Elbv2, Fault, Times};
use futures_util::future::join_all;
use reqwest::Method;

use crate::backend::World;
use crate::context::{Answer, TestContext, text};

/// A service that keeps what it reads, as long as the test wants.
const KEEPS: [&str; 6] = ["--topology-age", "3600", "--instance-age", "3600", "--health-age", "3600"];

async fn anew(context: &TestContext, path: &str) -> Answer {
    context.send(Method::GET, path, |request| request.header("cache-control", "no-cache")).await
}

fn calls(context: &TestContext) -> usize {
    let calls = context.aws.simulator().calls().len();
    context.aws.simulator().reset_calls();
    calls
}

#[tokio::test]
async fn a_list_that_was_just_made_costs_nothing() {
    let context = TestContext::start_with(World::partly(3, 2), &KEEPS).await;
    let first = context.get("/elb/web").await;
    assert_eq!(calls(&context), 5, "two generations, groups, health, machines");
    let again = context.get("/elb/web").await;
    assert_eq!((again.body, calls(&context)), (first.body.clone(), 0));
    for path in ["/elb/web/targets", "/elb"] {
        context.get(path).await;
        assert!(calls(&context) > 0, "{path} was never read");
        context.get(path).await;
        assert_eq!(calls(&context), 0, "{path}");
    }
    // What others do is seen by whoever asks anew.
    context.aws.simulator().register("web-tg", context.aws.machine(2), None).expect("it fits");
    assert_eq!(context.get("/elb/web").await.body, first.body);
    let now = anew(&context, "/elb/web").await;
    assert_eq!(now.body.as_array().map(Vec::len), Some(3), "{now:?}");
    assert_eq!(context.get("/elb/web").await.body, now.body, "and by the others from then on");
    context.stop().await;
}

#[tokio::test]
async fn own_changes_are_seen_at_once() {
    let context = TestContext::start_with(World::partly(3, 2), &KEEPS).await;
    let machine = context.aws.machine(2).to_owned();
    assert_eq!(context.member_ids("web").await.len(), 2);
    assert_eq!(context.attach("web", &machine).await.status, 201);
    assert_eq!(context.member_ids("web").await.len(), 3);
    assert_eq!(context.detach("web", &machine).await.status, 201);
    let listed = context.get(&format!("/elb/web/instances/{machine}")).await;
    assert_eq!(listed.body["health"], "draining", "{listed:?}");
    context.stop().await;
}

#[tokio::test]
async fn a_change_is_judged_by_what_is_so_now() {
    let context = TestContext::start_with(World::partly(3, 2), &KEEPS).await;
    let (member, new) = (context.aws.machine(0).to_owned(), context.aws.machine(2).to_owned());
    assert_eq!(context.member_ids("web").await.len(), 2);
    // Somebody else attaches one: the list does not show it, and yet it is attached already.
    context.aws.simulator().register("web-tg", &new, None).expect("it fits");
    context.attach("web", &new).await.refused(409, "AlreadyAttached");
    context.aws.simulator().stop(&new).expect("it runs");
    assert_eq!(context.detach("web", &new).await.status, 201);
    assert!(context.attach("web", &new).await.refused(400, "InvalidTarget").contains("is stopped"));
    // The load balancer has got another group, from which the machine is detached too.
    let spec = elbm_simulator::TargetGroupSpec {
        name: "new-tg".to_owned(),
        used_by: vec![elbm_simulator::ListenerUse::default_action("web", 81)],
        ..elbm_simulator::TargetGroupSpec::default()
    };
    context.aws.simulator().add_target_group(spec).expect("it fits");
    for machine in 0..2 {
        context.aws.simulator().register("new-tg", context.aws.machine(machine), None).expect("it fits");
    }
    let detached = context.detach("web", &member).await;
    let groups: Vec<_> =
        detached.body["targets"].as_array().expect("targets").iter().map(|target| &target["state"]).collect();
    assert_eq!(groups, ["draining", "draining"], "{detached:?}");
    // A group that is new to it is found where it is named.
    assert_eq!(context.attach("web?targetGroup=new-tg", &member).await.status, 201);
    context.stop().await;
}

#[tokio::test]
async fn many_lists_share_their_reads() {
    let context = TestContext::start_with(World::partly(3, 2), &["--health-age", "3600"]).await;
    context.aws.simulator().inject(Elbv2::DescribeTargetHealth, Times::All, Fault::Delayed(Duration::from_millis(50)));
    let answers = join_all((0..50).map(|_| context.get("/elb/web"))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(context.aws.simulator().count(Elbv2::DescribeTargetHealth), 1);
    context.stop().await;
}

#[tokio::test]
async fn attaches_side_by_side_go_together() {
    let context = TestContext::start_with(World::partly(101, 1), &["--topology-age", "60"]).await;
    let simulator = context.aws.simulator();
    for action in [Elbv2::DescribeTargetHealth, Elbv2::RegisterTargets] {
        simulator.inject(action, Times::All, Fault::Delayed(Duration::from_millis(20)));
    }
    let answers = join_all((1..101).map(|number| context.attach("web", context.aws.machine(number)))).await;
    assert!(
        answers.iter().all(|answer| answer.status == 201),
        "{:?}",
        answers.iter().find(|answer| answer.status != 201)
    );
    let (writes, asked) = (simulator.count(Elbv2::RegisterTargets), simulator.count(Ec2::DescribeInstances));
    // Alone, each would write and ask EC2 once.
    assert!(writes <= 10 && asked <= 20, "{writes} writes, EC2 asked {asked} times");
    assert_eq!(context.member_ids("web").await.len(), 101);
    context.stop().await;
}

#[tokio::test]
async fn what_is_over_the_budget_waits_and_fails_where_it_would_wait_too_long() {
    let budget = ["--aws-share", "1", "--aws-limits", "elb-reads=8/20", "--aws-patience"];
    let patient = TestContext::start_with(World::partly(2, 1), &[&budget[..], &["60"]].concat()).await;
    let lists = (0..10).map(|_| patient.get("/elb/web/targets"));
    assert!(join_all(lists).await.iter().all(|answer| answer.status == 200));
    patient.stop().await;

    let budget = ["--aws-share", "0.01", "--aws-patience", "5"];
    let impatient = TestContext::start_with(World::partly(2, 1), &budget).await;
    let refused = impatient.get("/elb/web").await;
    assert!(refused.refused(503, "AwsBudgetSpent").contains("share of AWS's limits"));
    let after: u64 = text(&refused.headers["retry-after"].to_str().expect("text").into()).parse().expect("seconds");
    assert!((5..=10).contains(&after), "a tenth of a call a second: {after}");
    impatient.stop().await;
}

#[tokio::test]
async fn the_budget_slows_down_where_aws_throttles() {
    let budget = ["--aws-share", "1", "--aws-limits", "elb-reads=1000/1", "--aws-patience", "0.001"];
    let context = TestContext::start_with(World::partly(2, 1), &budget).await;
    assert_eq!(context.get("/elb/web").await.status, 200);
    context.aws.simulator().inject(Elbv2::DescribeLoadBalancers, Times::Next(1), Fault::Throttled);
    // The bucket was full, and is empty now.
    context.get("/elb/web").await.refused(503, "AwsBudgetSpent");
    context.stop().await;
}

#[tokio::test]
async fn asking_anew_costs_the_caller_more() {
    let context = TestContext::start_with(World::partly(2, 1), &["--rate-limit", "20"]).await;
    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(anew(&context, "/elb/web").await.status);
    }
    assert_eq!((answers[0], answers.contains(&429)), (200, true), "{answers:?}");
    context.stop().await;
}
