//! Following the machines of a load balancer.

use std::time::Duration;

use elbm_simulator::{Ec2, Elbv2};
use futures_util::future::join_all;
use serde_json::Value;

use crate::backend::World;
use crate::context::{PATIENCE, TestContext};
use crate::kinds::four_kinds;

/// The ids and healths of the machines of an event.
fn healths(event: &Value) -> Vec<(&str, &str)> {
    let machines = event["machines"].as_array().expect("machines");
    machines
        .iter()
        .map(|machine| (machine["instanceId"].as_str().expect("an id"), machine["health"].as_str().expect("a health")))
        .collect()
}

#[tokio::test]
async fn who_follows_sees_what_changes_and_nothing_else() {
    let context = TestContext::start(World::simple(3)).await;
    let (machine, simulator) = (context.aws.machine(2).to_owned(), context.aws.simulator().clone());
    let mut following = context.follow("web/events").await;
    let snapshot = following.expect("snapshot").await;
    let expected = [(context.aws.machine(0), "healthy"), (context.aws.machine(1), "healthy")];
    assert_eq!(healths(&snapshot), expected, "{snapshot}");
    assert_eq!(snapshot["machines"], context.get("/elb/web").await.body, "it is what the list says");

    assert_eq!(context.attach("web", &machine).await.status, 201);
    let attached = following.expect("change").await;
    assert_eq!((healths(&attached), &attached["gone"]), (vec![(machine.as_str(), "initial")], &Value::Array(vec![])));
    assert!(attached["machines"][0]["instanceType"].is_string(), "what EC2 says of a new machine is there: {attached}");

    // What others do shows too: the health of a machine, and that one stops.
    simulator.advance(Duration::from_mins(10));
    assert_eq!(healths(&following.expect("change").await), [(machine.as_str(), "healthy")]);
    simulator.stop(context.aws.machine(0)).expect("it runs");
    assert_eq!(healths(&following.expect("change").await), [(context.aws.machine(0), "unused")]);

    assert_eq!(context.detach("web", &machine).await.status, 201);
    assert_eq!(healths(&following.expect("change").await), [(machine.as_str(), "draining")]);
    simulator.advance(Duration::from_mins(10));
    let gone = following.expect("change").await;
    assert_eq!((healths(&gone), &gone["gone"][0]), (vec![], &machine.as_str().into()), "{gone}");
    drop(following);
    context.stop().await;
}

/// The poll alone would take longer than this test waits.
#[tokio::test]
async fn what_is_changed_here_shows_at_once() {
    let context = TestContext::start(World::simple(3)).await;
    let machine = context.aws.machine(2).to_owned();
    let mut following = context.follow("web/events").await;
    following.expect("snapshot").await;
    let changes = async {
        for _ in 0..5 {
            assert_eq!(context.attach("web", &machine).await.status, 201);
            assert_eq!(healths(&following.expect("change").await), [(machine.as_str(), "initial")]);
            assert_eq!(context.detach("web", &machine).await.status, 201);
            assert_eq!(healths(&following.expect("change").await), [(machine.as_str(), "draining")]);
        }
    };
    tokio::time::timeout(PATIENCE / 2, changes).await.expect("changes show with the poll only");
    drop(following);
    context.stop().await;
}

#[tokio::test]
async fn all_who_follow_share_one_poll() {
    let context = TestContext::start(World::simple(3)).await;
    let simulator = context.aws.simulator();
    let mut first = context.follow("web/events").await;
    first.expect("snapshot").await;
    let mut others = join_all((0..20).map(|_| context.follow("web/events"))).await;
    for other in &mut others {
        other.expect("snapshot").await;
    }
    let reads = simulator.count(Elbv2::DescribeTargetHealth);
    assert!(reads < 10, "each of them polls for itself: {reads}");
    assert_eq!(simulator.count(Elbv2::DescribeTargetGroups), 1, "which groups there are is remembered");
    assert_eq!(simulator.count(Ec2::DescribeInstances), 1, "what EC2 says is remembered");

    context.attach("web", context.aws.machine(2)).await;
    for following in others.iter_mut().chain([&mut first]) {
        assert_eq!(healths(&following.expect("change").await), [(context.aws.machine(2), "initial")]);
    }
    drop((first, others));
    context.stop().await;
}

#[tokio::test]
async fn who_has_gone_follows_no_more() {
    let context = TestContext::start(World::simple(3)).await;
    let simulator = context.aws.simulator();
    context.follow("web/events").await.expect("snapshot").await;
    // A poll that somebody holds knows the groups for a minute; one that begins asks for them.
    let began_anew = async {
        while simulator.count(Elbv2::DescribeTargetGroups) == 1 {
            context.follow("web/events").await.expect("snapshot").await;
        }
    };
    tokio::time::timeout(PATIENCE / 2, began_anew).await.expect("the stream goes on without its client");
    context.stop().await;
}

#[tokio::test]
async fn a_failure_of_aws_is_an_event_and_a_snapshot_follows() {
    let context = TestContext::start_with(World::simple(3), &["--aws-timeout", "1"]).await;
    let simulator = context.aws.simulator();
    let mut following = context.follow("web/events").await;
    let before = following.expect("snapshot").await;
    simulator.go_away(None);
    let failure = following.expect("failure").await;
    assert_eq!((&failure["error"], failure.get("machines")), (&"AwsUnreachable".into(), None), "{failure}");
    assert!(failure["message"].as_str().is_some_and(|sentence| sentence.contains("AWS")), "{failure}");

    // Nobody is told of a failure by a stream that begins with it.
    let refused = context.try_follow("/elb/web/events", |request| request).await.err().expect("no stream");
    refused.refused(502, "AwsUnreachable");

    simulator.come_back();
    let after = following.expect("snapshot").await;
    assert_eq!(after["machines"], before["machines"]);
    assert!(after["asOf"].as_str() > failure["asOf"].as_str() && failure["asOf"].as_str() > before["asOf"].as_str());
    drop(following);
    context.stop().await;
}

#[tokio::test]
async fn each_kind_is_followed() {
    let context = four_kinds(&[]).await;
    let machine = context.aws.machine(2).to_owned();
    for name in ["alb", "nlb", "gwlb", "clb"] {
        let mut following = context.follow(&format!("{name}/events")).await;
        assert_eq!(healths(&following.expect("snapshot").await).len(), 2, "{name}");
        assert_eq!(context.attach(name, &machine).await.status, 201);
        assert_eq!(healths(&following.expect("change").await), [(machine.as_str(), "initial")], "{name}");
    }
    context.stop().await;
}

#[tokio::test]
async fn streams_close_in_order_when_the_service_ends() {
    let context = TestContext::start(World::simple(3)).await;
    let mut following = context.follow("web/events").await;
    following.expect("snapshot").await;
    context.stop().await;
    following.expect("closing").await;
    assert_eq!(following.next().await, None);
}

#[tokio::test]
async fn a_caller_follows_so_many_at_once() {
    let context = TestContext::start_with(World::simple(3), &["--max-streams", "1"]).await;
    let mut following = context.follow("web/events").await;
    following.expect("snapshot").await;
    let refused = context.try_follow("/elb/web/events", |request| request).await.err().expect("no stream");
    assert_eq!(refused.headers["retry-after"], "15");
    assert!(refused.refused(429, "TooManyRequests").contains("1 load balancer"), "{refused:?}");
    assert_eq!(context.get("/elb/web").await.status, 200, "it may do all else");

    drop(following);
    let again = async { while context.try_follow("/elb/web/events", |request| request).await.is_err() {} };
    tokio::time::timeout(PATIENCE, again).await.expect("the place is not given back");
    context.stop().await;
}
