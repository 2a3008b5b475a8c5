//! One machine of a load balancer: asking for it, and changes that may be repeated.

use elbm_simulator::{AdministrativeOverride, Elbv2};
use reqwest::Method;

use crate::backend::World;
use crate::context::{Answer, TestContext, targets};

async fn put(context: &TestContext, path: &str) -> Answer {
    context.send(Method::PUT, path, |request| request).await
}

async fn delete(context: &TestContext, path: &str) -> Answer {
    context.send(Method::DELETE, path, |request| request).await
}

/// The registering and deregistering calls so far.
fn writes(context: &TestContext) -> usize {
    let simulator = context.aws.simulator();
    simulator.count(Elbv2::RegisterTargets) + simulator.count(Elbv2::DeregisterTargets)
}

#[tokio::test]
async fn repeating_a_change_is_no_error_and_writes_nothing() {
    let context = TestContext::start(World::simple(3)).await;
    let path = format!("/elb/web/instances/{}", context.aws.machine(2));

    let attached = put(&context, &path).await;
    assert_eq!((attached.status, &attached.body["changed"]), (201, &true.into()), "{attached:?}");
    assert_eq!(attached.body["settled"], false);
    let again = put(&context, &path).await;
    assert_eq!((again.status, &again.body["changed"], writes(&context)), (200, &false.into(), 1), "{again:?}");
    assert_eq!(targets(&again.body), targets(&attached.body));

    let detached = delete(&context, &path).await;
    assert_eq!((detached.status, &detached.body["changed"]), (200, &true.into()), "{detached:?}");
    assert_eq!(detached.body["health"], "draining");
    let again = delete(&context, &path).await;
    assert_eq!((again.status, &again.body["changed"], writes(&context)), (200, &false.into(), 2), "{again:?}");
    assert_eq!((&again.body["health"], &again.body["settled"]), (&"draining".into(), &false.into()));

    // It is registered again although it drains.
    assert_eq!(put(&context, &path).await.status, 201);
    context.stop().await;
}

#[tokio::test]
async fn a_stopped_machine_that_is_registered_is_so_already() {
    let context = TestContext::start(World::simple(3)).await;
    let (member, other) = (context.aws.machine(0), context.aws.machine(2));
    for machine in [member, other] {
        context.aws.simulator().stop(machine).expect("it runs");
    }
    let already = put(&context, &format!("/elb/web/instances/{member}")).await;
    assert_eq!((already.status, &already.body["changed"]), (200, &false.into()), "{already:?}");
    put(&context, &format!("/elb/web/instances/{other}")).await.refused(400, "InvalidTarget");
    assert_eq!(writes(&context), 0);
    context.stop().await;
}

#[tokio::test]
async fn what_was_never_there_is_detached_already() {
    let context = TestContext::start(World::simple(2)).await;
    for machine in [context.aws.machine(1), "i-0123456789abcdef0"] {
        let answer = delete(&context, &format!("/elb/web/instances/{machine}")).await;
        assert_eq!(
            (answer.status, &answer.body["settled"], &answer.body["changed"]),
            (200, &true.into(), &false.into())
        );
        assert_eq!(targets(&answer.body), []);
    }
    assert_eq!(writes(&context), 0);
    put(&context, "/elb/web/instances/i-0123456789abcdef0").await.refused(400, "InvalidTarget");
    context.stop().await;
}

#[tokio::test]
async fn one_machine_is_shown_alone() {
    let context = TestContext::start(World::simple(2)).await;
    let (member, other) = (context.aws.machine(0), context.aws.machine(1));
    let shown = context.get(&format!("/elb/web/instances/{member}")).await;
    assert_eq!((shown.status, &shown.body["instanceId"]), (200, &member.into()), "{shown:?}");
    let listed = context.get("/elb/web").await;
    assert_eq!(shown.body["targets"], listed.body[0]["targets"]);
    assert_eq!(shown.body["launchDate"], listed.body[0]["launchDate"]);
    let missing = context.get(&format!("/elb/web/instances/{other}")).await;
    assert!(missing.refused(404, "NotAttached").contains(other));
    context.stop().await;
}

#[tokio::test]
async fn each_target_group_is_shown_with_everything_in_it() {
    let context = TestContext::start(World::simple(3)).await;
    context.aws.simulator().forget(context.aws.machine(1)).expect("it is there");
    let shown = context.get("/elb/web/targets").await;
    let group = &shown.body[0];
    assert_eq!(
        (shown.status, &group["targetGroup"], &group["inUse"]),
        (200, &"web-tg".into(), &true.into()),
        "{shown:?}"
    );
    assert_eq!(group["settings"]["deregistrationDelay"], 300);
    assert_eq!(group["settings"]["healthCheck"]["interval"], 30);
    let ids: Vec<_> = group["targets"].as_array().expect("targets").iter().map(|target| &target["id"]).collect();
    assert_eq!(ids, [context.aws.machine(0), context.aws.machine(1)], "one that EC2 forgot is there too");
    assert!(group["targets"][0].get("override").is_none(), "{shown:?}");

    let shift = AdministrativeOverride::ZonalShiftActive;
    context.aws.simulator().override_zone("web", "us-east-1a", shift).expect("it is there");
    let shifted = context.get("/elb/web/targets").await;
    assert_eq!(shifted.body[0]["targets"][0]["override"], "zonal_shift_active", "{shifted:?}");
    context.stop().await;
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused() {
    let context = TestContext::start(World::simple(3)).await;
    let (member, other) = (context.aws.machine(0), context.aws.machine(2));
    for (method, path, part) in [
        (Method::GET, format!("/elb/web/instances/{member}?until=healthy"), "together"),
        (Method::GET, format!("/elb/web/instances/{member}?wait=1"), "together"),
        (Method::GET, format!("/elb/web/instances/{member}?until=happy&wait=1"), "until"),
        (Method::PUT, format!("/elb/web/instances/{other}?wait=51"), "wait"),
        (Method::PUT, format!("/elb/web/instances/{other}?wait=-1"), "wait"),
        (Method::PUT, format!("/elb/web/instances/{other}?port=0"), "port"),
        (Method::PUT, format!("/elb/web/instances/{other}?kind=quantum"), "kind"),
        (Method::DELETE, format!("/elb/web/instances/{member}?force=true"), "X-Reason"),
        (Method::DELETE, format!("/elb/web/instances/{member}?force=yes"), "force"),
        (Method::PUT, "/elb/web/instances/i-xyz".to_owned(), "instanceId"),
    ] {
        let sentence = context.send(method, &path, |request| request).await.refused(400, "ValidationError");
        assert!(sentence.contains(part), "{path} → {sentence}");
    }
    for reason in ["", "\u{e9}t\u{e9}"] {
        let path = format!("/elb/web/instances/{member}?force=true");
        let answer = context.send(Method::DELETE, &path, |request| request.header("x-reason", reason)).await;
        assert!(answer.refused(400, "ValidationError").contains("X-Reason"));
    }
    assert_eq!(context.aws.simulator().calls().len(), 0, "AWS was asked");
    context.stop().await;
}
