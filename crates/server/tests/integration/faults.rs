//! When AWS fails: verified effect or explicit failure, and nothing of AWS's words to the caller.

use std::time::Duration;

use elbm_simulator::{Action, Ec2, Elbv2, Fault, Times};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::backend::{Group, LoadBalancer, World, group};
use crate::context::{Answer, TestContext};

/// Short deadlines, so that failing does not take long.
const IMPATIENT: [&str; 4] = ["--aws-timeout", "1", "--verify-timeout", "1"];

async fn start(world: World) -> TestContext {
    TestContext::start_with(world, &IMPATIENT).await
}

/// Two groups, two machines in both.
fn both() -> World {
    let groups = ["a", "b"].map(|name| Group { members: vec![(0, None), (1, None)], ..group(name) });
    World {
        machines: 2,
        load_balancers: vec![LoadBalancer {
            name: "both".to_owned(),
            groups: groups.to_vec(),
            ..LoadBalancer::default()
        }],
    }
}

fn inject(context: &TestContext, action: impl Into<Action>, times: Times, fault: Fault) {
    context.aws.simulator().inject(action, times, fault);
}

/// List, attach and detach when every call of `action` ends with `fault`.
async fn each_operation(action: impl Into<Action>, fault: Fault) -> [Answer; 3] {
    let context = start(World::simple(2)).await;
    inject(&context, action, Times::All, fault);
    let listed = context.get("/elb/web").await;
    let attached = context.attach("web", context.aws.machine(1)).await;
    let detached = context.detach("web", context.aws.machine(0)).await;
    context.stop().await;
    [listed, attached, detached]
}

#[tokio::test]
async fn each_failure_of_a_read_has_its_status_and_code() {
    let slow = Fault::Delayed(Duration::from_secs(5));
    for (fault, status, code) in [
        (Fault::Throttled, 503, "AwsThrottled"),
        (Fault::AccessDenied, 500, "AwsAccessDenied"),
        (Fault::ExpiredToken, 500, "AwsCredentials"),
        (Fault::InternalFailure, 502, "AwsError"),
        (Fault::ConnectionDropped, 502, "AwsUnreachable"),
        (slow, 504, "AwsTimeout"),
    ] {
        for answer in each_operation(Elbv2::DescribeLoadBalancers, fault.clone()).await {
            let sentence = answer.refused(status, code);
            assert!(!sentence.contains("arn:") && !sentence.contains("Rate exceeded"), "{sentence}");
            if status == 503 {
                assert_eq!(answer.headers["retry-after"], "2");
            }
        }
    }
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let [listed, attached, detached] = each_operation(Elbv2::DescribeTargetHealth, Fault::AccessDenied).await;
    for answer in [listed, attached, detached] {
        let sentence = answer.refused(500, "AwsAccessDenied");
        assert!(sentence.contains("elasticloadbalancing:DescribeTargetHealth"), "{sentence}");
    }
}

#[tokio::test]
async fn the_list_of_load_balancers_fails_like_the_others() {
    let context = start(World::simple(1)).await;
    for (fault, status, code) in [
        (Fault::Throttled, 503, "AwsThrottled"),
        (Fault::AccessDenied, 500, "AwsAccessDenied"),
        (Fault::ConnectionDropped, 502, "AwsUnreachable"),
        (Fault::Delayed(Duration::from_secs(5)), 504, "AwsTimeout"),
    ] {
        inject(&context, Elbv2::DescribeTargetGroups, Times::Next(3), fault);
        context.get("/elb").await.refused(status, code);
        context.aws.simulator().clear_faults();
    }
    context.stop().await;
}

#[tokio::test]
async fn a_passing_failure_is_overcome() {
    let context = start(World::simple(2)).await;
    for fault in [Fault::Throttled, Fault::InternalFailure, Fault::ConnectionDropped] {
        inject(&context, Elbv2::DescribeTargetHealth, Times::Next(2), fault);
        assert_eq!(context.get("/elb/web").await.status, 200);
    }
    inject(&context, Elbv2::RegisterTargets, Times::Next(1), Fault::Throttled);
    assert_eq!(context.attach("web", context.aws.machine(1)).await.status, 201);
    context.stop().await;
}

#[tokio::test]
async fn a_write_that_is_refused_changes_nothing() {
    let context = start(World::simple(3)).await;
    let before = context.members("web").await;
    inject(&context, Elbv2::RegisterTargets, Times::All, Fault::AccessDenied);
    inject(&context, Elbv2::DeregisterTargets, Times::All, Fault::Throttled);
    let sentence = context.attach("web", context.aws.machine(2)).await.refused(500, "AwsAccessDenied");
    assert!(sentence.contains("elasticloadbalancing:RegisterTargets"), "{sentence}");
    context.detach("web", context.aws.machine(0)).await.refused(503, "AwsThrottled");
    assert_eq!(context.members("web").await, before);
    context.stop().await;
}

#[tokio::test]
async fn a_write_without_effect_is_never_a_success() {
    let context = start(World::simple(3)).await;
    inject(&context, Elbv2::RegisterTargets, Times::All, Fault::EffectLost);
    inject(&context, Elbv2::DeregisterTargets, Times::All, Fault::EffectLost);
    for answer in
        [context.attach("web", context.aws.machine(2)).await, context.detach("web", context.aws.machine(0)).await]
    {
        let sentence = answer.refused(504, "EffectUnverified");
        assert!(sentence.contains("may have happened") && sentence.contains("1 s"), "{sentence}");
        assert_eq!(answer.body["items"][0]["outcome"], "unverified", "{answer:?}");
    }
    context.stop().await;
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_a_success_once_its_effect_is_seen() {
    let context = start(World::simple(2)).await;
    for fault in [Fault::ConnectionDroppedAfterEffect, Fault::AnswerTruncated] {
        inject(&context, Elbv2::RegisterTargets, Times::All, fault.clone());
        assert_eq!(context.attach("web", context.aws.machine(1)).await.status, 201, "{fault:?}");
        inject(&context, Elbv2::DeregisterTargets, Times::All, fault.clone());
        assert_eq!(context.detach("web", context.aws.machine(1)).await.status, 201, "{fault:?}");
        context.aws.simulator().clear_faults();
    }
    context.stop().await;
}

#[tokio::test]
async fn a_refusal_after_a_lost_answer_does_not_hide_the_effect() {
    let context = start(World::simple(3)).await;
    inject(&context, Elbv2::RegisterTargets, Times::Next(1), Fault::ConnectionDroppedAfterEffect);
    inject(&context, Elbv2::RegisterTargets, Times::All, Fault::AccessDenied);
    assert_eq!(context.attach("web", context.aws.machine(2)).await.status, 201);
    inject(&context, Elbv2::DeregisterTargets, Times::Next(1), Fault::ConnectionDropped);
    inject(&context, Elbv2::DeregisterTargets, Times::All, Fault::AccessDenied);
    context.detach("web", context.aws.machine(0)).await.refused(504, "EffectUnverified");
    context.stop().await;
}

#[tokio::test]
async fn a_write_that_reads_do_not_show_yet_is_waited_for() {
    let context = TestContext::start(World::simple(2)).await;
    inject(&context, Elbv2::RegisterTargets, Times::All, Fault::EffectStale(Duration::from_mins(1)));
    let simulator = context.aws.simulator().clone();
    let time = tokio::spawn(async move {
        // The effect shows once the service has asked for it in vain.
        while simulator.count(Elbv2::RegisterTargets) == 0 || simulator.calls().last().is_none_or(|call| !is_read(call))
        {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        simulator.advance(Duration::from_secs(61));
    });
    let attached = context.attach("web", context.aws.machine(1)).await;
    assert_eq!(attached.status, 201, "{attached:?}");
    time.await.expect("time passed");
    context.stop().await;
}

fn is_read(call: &elbm_simulator::Call) -> bool {
    call.action == Elbv2::DescribeTargetHealth.into()
}

#[tokio::test]
async fn a_detach_that_fails_midway_says_what_was_done() {
    let context = start(both()).await;
    let machine = context.aws.machine(0).to_owned();
    let simulator = context.aws.simulator();
    // One of the two writes, which run side by side, is refused.
    inject(&context, Elbv2::DeregisterTargets, Times::Next(1), Fault::Delayed(Duration::ZERO));
    inject(&context, Elbv2::DeregisterTargets, Times::All, Fault::AccessDenied);
    let failed = context.detach("both", &machine).await;
    failed.refused(502, "PartialFailure");
    let items = failed.body["items"].as_array().expect("items");
    let mut outcomes: Vec<_> = items.iter().map(|item| (item["outcome"].as_str(), item["error"].as_str())).collect();
    outcomes.sort_unstable();
    assert_eq!(outcomes, [(Some("done"), None), (Some("failed"), Some("AwsAccessDenied"))]);
    let members = context.members("both").await;
    let states = members.into_iter().find(|(id, _)| *id == machine).expect("it is listed").1;
    for (item, (group, _, state)) in items.iter().zip(states) {
        assert_eq!(item["targetGroup"], group.as_str());
        assert_eq!(state == "draining", item["outcome"] == "done", "{items:?}");
    }

    simulator.clear_faults();
    assert_eq!(context.detach("both", &machine).await.status, 201, "the repetition finishes it");
    context.stop().await;
}

#[tokio::test]
async fn an_outage_of_ec2_does_not_keep_a_machine_behind_the_load_balancer() {
    let context = start(World::simple(3)).await;
    inject(&context, Ec2::DescribeInstances, Times::All, Fault::ConnectionDropped);
    context.get("/elb/web").await.refused(502, "AwsUnreachable");
    let detached = context.detach("web", context.aws.machine(0)).await;
    assert_eq!(detached.status, 201, "{detached:?}");
    assert!(detached.body.get("instanceState").is_none(), "EC2 said nothing: {detached:?}");
    context.stop().await;
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_end_the_change() {
    let context = TestContext::start(World::simple(2)).await;
    let simulator = context.aws.simulator();
    inject(&context, Ec2::DescribeInstances, Times::Next(1), Fault::Delayed(Duration::from_millis(500)));
    let body = format!(r#"{{"instanceId": "{}"}}"#, context.aws.machine(1));
    let head = "POST /elb/web HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length";
    let address = context.own_origin().replace("http://", "");
    let mut caller = TcpStream::connect(address).await.expect("a connection");
    caller.write_all(format!("{head}: {}\r\n\r\n{body}", body.len()).as_bytes()).await.expect("sent");
    while simulator.count(Ec2::DescribeInstances) == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    drop(caller);
    while simulator.count(Elbv2::RegisterTargets) == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    context.stop().await;
}

#[tokio::test]
async fn an_operation_ends_in_time_however_slow_aws_is() {
    let context = TestContext::start_with(World::simple(2), &["--operation-timeout", "0.5"]).await;
    for action in [Elbv2::DescribeTargetGroups, Elbv2::DescribeTargetHealth] {
        inject(&context, action, Times::All, Fault::Delayed(Duration::from_secs(1)));
    }
    context.get("/elb").await.refused(504, "AwsTimeout");
    context.get("/elb/web").await.refused(504, "AwsTimeout");
    let sentence = context.attach("web", context.aws.machine(1)).await.refused(504, "EffectUnverified");
    assert!(sentence.contains("goes on"), "{sentence}");
    // It does go on.
    while context.aws.simulator().count(Elbv2::RegisterTargets) == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    context.stop().await;
}
