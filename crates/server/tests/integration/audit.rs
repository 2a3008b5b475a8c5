//! What the record of changes says. That it has every change is held in every test, by `audited`.

use std::time::Duration;

use elbm_simulator::{AutoScalingGroupSpec, Elbv2, Fault, Times};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::audited::{event, events};
use crate::backend::World;
use crate::context::{Answer, Service, TestContext, service_on};
use crate::statuses::{TOKEN, one_viewer};

fn id(answer: &Answer) -> String {
    answer.headers["x-request-id"].to_str().expect("text").to_owned()
}

/// The record of the request that was answered so.
async fn record(answer: &Answer) -> Value {
    let id = id(answer);
    event(|event| event["id"] == id.as_str()).await
}

#[tokio::test]
async fn a_change_is_recorded_with_all_there_is_to_know() {
    let context = TestContext::start(World::simple(3)).await;
    let machine = context.aws.machine(0).to_owned();
    let path = format!("/elb/web/instances/{machine}?force=true&port=80&password=x");
    let refused = context.send(Method::DELETE, &path, |request| request.header("x-reason", "a test")).await;
    let path = format!("/elb/web/instances/{machine}?force=true&port=80");
    let done = context.send(Method::DELETE, &path, |request| request.header("x-reason", "a test")).await;
    let again = context.send(Method::DELETE, &path, |request| request.header("x-reason", "a test")).await;
    assert_eq!((refused.status, done.status, again.status), (400, 200, 200));

    let mut first = record(&done).await;
    let calls = context.aws.simulator().calls();
    let write = calls.iter().find(|call| call.action == Elbv2::DeregisterTargets.into()).expect("it was written");
    let ms = first["ms"].take();
    assert!(ms.as_f64().is_some_and(|ms| ms > 0.0), "{ms}");
    let timestamp = first["timestamp"].take();
    assert!(timestamp.as_str().is_some_and(|time| time.parse::<chrono::DateTime<chrono::Utc>>().is_ok()));
    let expected = json!({
        "timestamp": null,
        "level": "INFO",
        "target": "audit",
        "id": id(&done),
        "principal": "anonymous",
        "client": "127.0.0.1",
        "operationId": "deleteMember",
        "asked": {"elbName": "web", "instanceId": machine, "force": "true", "port": "80"},
        "reason": "a test",
        "outcome": "done",
        "status": 200,
        "code": null,
        "callerLeft": false,
        "registrations": [{
            "change": "deregister",
            "targetGroup": "web-tg",
            "target": machine,
            "port": 80,
            "before": "healthy",
            "after": "draining",
            "end": "done",
        }],
        "calls": [{
            "action": "elasticloadbalancing:DeregisterTargets",
            "requestId": write.request_id,
            "failure": null,
        }],
        "ms": null,
    });
    assert_eq!(first, expected);

    let refused = record(&refused).await;
    assert_eq!((&refused["outcome"], &refused["code"]), (&json!("refused"), &json!("ValidationError")));
    assert!(!refused.to_string().contains("password"), "{refused}");
    let again = record(&again).await;
    assert_eq!((&again["outcome"], &again["calls"]), (&json!("unchanged"), &json!([])));
    context.stop().await;
}

#[tokio::test]
async fn a_change_set_and_its_body_are_recorded() {
    let context = TestContext::start(World::partly(4, 2)).await;
    let [member, new] = [0, 2].map(|number| context.aws.machine(number).to_owned());
    let items = json!({"items": [
        {"action": "detach", "instanceId": member},
        {"action": "attach", "instanceId": new},
        {"action": "attach", "instanceId": "i-0123456789abcdef0"},
    ]});
    let made = context.send(Method::POST, "/elb/web/changes", |request| request.json(&items)).await;
    made.refused(409, "ItemsRefused");
    let recorded = record(&made).await;
    assert_eq!((&recorded["outcome"], &recorded["asked"]["body"]), (&json!("partial"), &items));
    let seen: Vec<_> = recorded["registrations"].as_array().expect("registrations").iter().collect();
    let states = |change: &str| {
        let one = seen.iter().find(|one| one["change"] == change).expect("it is there");
        (one["before"].clone(), one["after"].clone(), one["end"].clone())
    };
    assert_eq!(states("deregister"), (json!("healthy"), json!("draining"), json!("done")));
    assert_eq!(states("register"), (json!("absent"), json!("initial"), json!("done")));

    let secret =
        context.send(Method::POST, "/elb/web/changes", |request| request.json(&json!({"password": "x"}))).await;
    assert_eq!(record(&secret).await["asked"], json!({"elbName": "web"}));
    context.stop().await;
}

#[tokio::test]
async fn what_is_lost_is_unverified_and_each_attempt_is_recorded() {
    let context = TestContext::start_with(World::simple(3), &["--verify-timeout", "1"]).await;
    let simulator = context.aws.simulator();
    simulator.inject(Elbv2::RegisterTargets, Times::Next(1), Fault::Throttled);
    simulator.inject(Elbv2::RegisterTargets, Times::Next(1), Fault::EffectLost);
    let lost = context.attach("web", context.aws.machine(2)).await;
    lost.refused(504, "EffectUnverified");
    let recorded = record(&lost).await;
    assert_eq!(recorded["outcome"], "unverified");
    assert_eq!(recorded["registrations"][0]["end"], "unverified");
    let calls: Vec<_> =
        simulator.calls().into_iter().filter(|call| call.action == Elbv2::RegisterTargets.into()).collect();
    let expected: Vec<_> = calls.iter().map(|call| json!(call.request_id)).collect();
    let ids: Vec<_> =
        recorded["calls"].as_array().expect("calls").iter().map(|call| call["requestId"].clone()).collect();
    assert_eq!((ids.len(), ids), (2, expected));
    assert_eq!(recorded["calls"][0]["failure"], "throttled");
    context.stop().await;
}

#[tokio::test]
async fn a_change_that_goes_on_after_its_caller_has_left_is_recorded_with_its_end() {
    let context = TestContext::start(World::simple(3)).await;
    let simulator = context.aws.simulator();
    simulator.inject(Elbv2::RegisterTargets, Times::All, Fault::Delayed(Duration::from_secs(2)));
    let attach = tokio::time::timeout(Duration::from_millis(700), context.attach("web", context.aws.machine(2))).await;
    assert!(attach.is_err(), "AWS is slow");
    let recorded = event(|event| event["operationId"] == "attachInstance").await;
    let told = (&recorded["callerLeft"], &recorded["outcome"], &recorded["registrations"][0]["after"]);
    assert_eq!(told, (&json!(true), &json!("done"), &json!("initial")), "{recorded}");
    assert!(recorded["calls"][0]["requestId"].is_string(), "{recorded}");
    context.stop().await;
}

#[tokio::test]
async fn a_change_that_goes_on_after_its_answer_is_recorded_with_its_end() {
    let context = TestContext::start_with(World::simple(3), &["--operation-timeout", "1"]).await;
    let simulator = context.aws.simulator();
    simulator.inject(Elbv2::RegisterTargets, Times::All, Fault::Delayed(Duration::from_secs(3)));
    let attached = context.attach("web", context.aws.machine(2)).await;
    attached.refused(504, "EffectUnverified");
    let id = id(&attached);
    assert!(events().iter().all(|event| event["id"] != id.as_str()), "it goes on");
    let recorded = record(&attached).await;
    assert_eq!((&recorded["outcome"], &recorded["status"]), (&json!("done"), &json!(504)), "{recorded}");
    assert!(recorded["calls"][0]["requestId"].is_string(), "{recorded}");
    context.stop().await;
}

#[tokio::test]
async fn a_service_that_ends_records_what_it_has_begun() {
    let context = TestContext::start(World::simple(3)).await;
    let simulator = context.aws.simulator().clone();
    simulator.inject(Elbv2::RegisterTargets, Times::All, Fault::Delayed(Duration::from_secs(2)));
    let attach = tokio::time::timeout(Duration::from_millis(700), context.attach("web", context.aws.machine(2))).await;
    assert!(attach.is_err(), "AWS is slow");
    context.stop().await;
    assert_eq!(events().len(), 1, "{:?}", events());
    assert_eq!(events()[0]["outcome"], "done");
}

#[tokio::test]
async fn changes_that_go_together_are_recorded_each_with_the_call() {
    let context = TestContext::start(World::partly(12, 2)).await;
    let attached = (2..12).map(|number| context.attach("web", context.aws.machine(number)));
    for answer in join_all(attached).await {
        let recorded = record(&answer).await;
        assert_eq!(
            (recorded["outcome"].as_str(), recorded["registrations"].as_array().map(Vec::len)),
            (Some("done"), Some(1))
        );
        assert_eq!(recorded["calls"].as_array().map(Vec::len), Some(1), "{recorded}");
    }
    let writes = context.aws.simulator().count(Elbv2::RegisterTargets);
    assert!(writes < 10, "each went alone: {writes}");
    context.stop().await;
}

#[tokio::test]
async fn a_drain_is_recorded_with_its_tags_and_its_standby() {
    let context = TestContext::start(World::simple(4)).await;
    let machine = context.aws.machine(0).to_owned();
    let group = AutoScalingGroupSpec {
        name: "fleet".to_owned(),
        instances: vec![machine.clone()],
        ..AutoScalingGroupSpec::default()
    };
    context.aws.simulator().add_auto_scaling_group(group).expect("it fits");
    let path = format!("/instances/{machine}/drain?asg=standby");
    let drained = context.send(Method::POST, &path, |request| request.header("x-reason", "kernel")).await;
    assert_eq!(drained.status, 200, "{drained:?}");
    let recorded = record(&drained).await;
    let calls: Vec<_> =
        recorded["calls"].as_array().expect("calls").iter().map(|call| call["action"].clone()).collect();
    assert_eq!(calls[..2], [json!("ec2:CreateTags"), json!("autoscaling:EnterStandby")], "{recorded}");
    let told = (&recorded["reason"], &recorded["asked"]["asg"], &recorded["registrations"][0]["after"]);
    assert_eq!(told, (&json!("kernel"), &json!("standby"), &json!("draining")), "{recorded}");
    context.stop().await;
}

#[tokio::test]
async fn who_is_refused_is_recorded_without_secrets_and_nothing_silences_it() {
    let (_folder, options) = one_viewer();
    let aws = crate::backend::Backend::start(World::simple(3)).await;
    let mut command = service_on(aws.endpoint());
    command.args(options).env("RUST_LOG", "off");
    let service = Service::start(command).await;
    service.ready().await;
    let path = format!("/elb/api-1/instances/{}?wait=1", aws.machine(0));
    let stranger =
        service.send(Method::DELETE, &path, |request| request.basic_auth("ann", Some("correct horse battery"))).await;
    let viewer = service.send(Method::DELETE, &path, |request| request.bearer_auth(TOKEN)).await;
    let often = service.send(Method::DELETE, &path, |request| request.bearer_auth(TOKEN)).await;
    let foreign = service
        .send(Method::DELETE, &path, |request| request.bearer_auth(TOKEN).header("origin", "http://a.example"))
        .await;
    for (answer, status, principal, code) in [
        (&stranger, 401, None, "Unauthorized"),
        (&viewer, 403, Some("vic"), "Forbidden"),
        (&often, 429, Some("vic"), "TooManyRequests"),
        (&foreign, 403, None, "ForeignOrigin"),
    ] {
        answer.refused(status, code);
        let recorded = record(answer).await;
        let told = (recorded["principal"].as_str(), recorded["outcome"].as_str(), recorded["code"].as_str());
        assert_eq!(told, (principal, Some("refused"), Some(code)), "{recorded}");
        let text = recorded.to_string();
        assert!(!text.contains(TOKEN) && !text.contains("correct horse") && !text.contains("sha256"), "{text}");
    }
    service.stop().await;
    aws.stop().await;
}
