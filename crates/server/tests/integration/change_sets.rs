//! Many attaches and detaches as one change: each item has its verdict, and a bad one does not keep the others.

use elbm_simulator::{AwsError, Ec2, Elbv2, Fault, InstanceSpec, Times};
use reqwest::Method;
use serde_json::{Value, json};

use crate::backend::World;
use crate::context::{Answer, TestContext, text};

fn attach(machine: &str) -> Value {
    json!({"action": "attach", "instanceId": machine})
}

fn detach(machine: &str) -> Value {
    json!({"action": "detach", "instanceId": machine})
}

async fn change(context: &TestContext, query: &str, body: &Value) -> Answer {
    let path = format!("/elb/{}/changes{query}", context.aws.name("web"));
    context.send(Method::POST, &path, |request| request.json(body).header("x-reason", "a test")).await
}

async fn make(context: &TestContext, items: Vec<Value>) -> Answer {
    change(context, "", &json!({"items": items})).await
}

/// The outcomes of the items, with the codes of those that are not done.
fn outcomes(answer: &Answer) -> Vec<String> {
    let items = answer.body["items"].as_array().unwrap_or_else(|| panic!("no items: {answer:?}"));
    items
        .iter()
        .map(|item| {
            format!("{} {}", text(&item["outcome"]), item["error"].as_str().unwrap_or_default()).trim().to_owned()
        })
        .collect()
}

fn writes(context: &TestContext) -> (usize, usize) {
    let simulator = context.aws.simulator();
    (simulator.count(Elbv2::RegisterTargets), simulator.count(Elbv2::DeregisterTargets))
}

#[tokio::test]
async fn a_rotation_is_one_change() {
    let context = TestContext::start(World::partly(5, 3)).await;
    let machine = |number| context.aws.machine(number).to_owned();
    let items = vec![attach(&machine(3)), attach(&machine(4)), attach(&machine(0)), detach(&machine(1))];
    let made = make(&context, items).await;
    assert_eq!(made.status, 200, "{made:?}");
    assert_eq!(outcomes(&made), ["done", "done", "unchanged", "done"]);
    let ids: Vec<_> =
        made.body["items"].as_array().expect("items").iter().map(|item| text(&item["instanceId"])).collect();
    assert_eq!(ids, [machine(3), machine(4), machine(0), machine(1)], "in the order of the request");
    assert_eq!((&made.body["dryRun"], &made.body["settled"]), (&false.into(), &false.into()));

    let listed = context.get(&format!("/elb/{}", context.aws.name("web"))).await;
    assert_eq!(listed.headers["membership-version"], text(&made.body["membershipVersion"]).as_str());
    let again = make(&context, vec![attach(&machine(3)), attach(&machine(4)), detach(&machine(1))]).await;
    assert_eq!(outcomes(&again), ["unchanged", "unchanged", "unchanged"], "{again:?}");
    context.stop().await;
}

#[tokio::test]
async fn a_change_set_takes_one_call_each_way() {
    let context = TestContext::start(World::partly(5, 3)).await;
    let machine = |number| context.aws.machine(number);
    let items = vec![attach(machine(3)), detach(machine(0)), attach(machine(4)), detach(machine(1))];
    let made = make(&context, items).await;
    assert_eq!(outcomes(&made), ["done"; 4]);
    assert_eq!(writes(&context), (1, 1));
    // One to plan, one for each write.
    assert_eq!(context.aws.simulator().count(Elbv2::DescribeTargetHealth), 3);
    context.stop().await;
}

#[tokio::test]
async fn a_bad_item_does_not_keep_the_others() {
    let context = TestContext::start(World::partly(4, 1)).await;
    let machine = |number| context.aws.machine(number).to_owned();
    let stranger = InstanceSpec { vpc: "vpc-0fedcba9876543210".to_owned(), ..InstanceSpec::default() };
    let stranger = context.aws.simulator().add_instance(stranger).expect("it fits");
    context.aws.simulator().stop(&machine(2)).expect("it is there");
    let items = vec![
        attach(&machine(1)),
        attach("i-0123456789abcdef0"),
        attach(&stranger),
        attach(&machine(2)),
        json!({"action": "attach", "instanceId": machine(3), "targetGroup": "other-tg"}),
        attach(&machine(3)),
    ];
    let made = make(&context, items).await;
    let sentence = made.refused(409, "ItemsRefused");
    assert!(sentence.starts_with("4 of 6 changes were refused"), "{sentence}");
    let refused = "refused InvalidTarget";
    assert_eq!(outcomes(&made), ["done", refused, refused, refused, "refused TargetGroupNotFound", "done"]);
    assert!(text(&made.body["items"][2]["message"]).contains("another VPC"), "{made:?}");
    assert!(text(&made.body["items"][3]["message"]).contains("is stopped"), "{made:?}");
    assert_eq!(context.member_ids("web").await.len(), 3);
    context.stop().await;
}

fn invalid_target(sentence: &str) -> Fault {
    Fault::Error(AwsError { status: 400, code: "InvalidTarget".to_owned(), message: sentence.to_owned() })
}

#[tokio::test]
async fn a_target_that_aws_refuses_is_found_by_its_name_or_by_halves() {
    for (named, calls) in [(true, 2), (false, 3)] {
        let context = TestContext::start(World::partly(9, 1)).await;
        let simulator = context.aws.simulator();
        let bad = context.aws.machine(5).to_owned();
        let sentence =
            if named { format!("The target '{bad}' is not valid.") } else { "No target for you.".to_owned() };
        simulator.inject(Elbv2::RegisterTargets, Times::Next(1), invalid_target(&sentence));
        let items = (1..9).map(|number| attach(context.aws.machine(number))).collect();
        let made = make(&context, items).await;
        if named {
            made.refused(409, "ItemsRefused");
            let failed = made.body["items"].as_array().expect("items").iter().filter(|item| item["outcome"] != "done");
            let failed: Vec<_> = failed.map(|item| (text(&item["instanceId"]), text(&item["error"]))).collect();
            assert_eq!(failed, [(bad, "InvalidTarget".to_owned())]);
        } else {
            assert_eq!(outcomes(&made), ["done"; 8], "{made:?}");
        }
        assert_eq!(writes(&context).0, calls);
        context.stop().await;
    }
}

#[tokio::test]
async fn the_search_for_bad_targets_ends() {
    let context = TestContext::start(World::partly(101, 1)).await;
    context.aws.simulator().inject(Elbv2::RegisterTargets, Times::All, invalid_target("No target for you."));
    let items = (1..101).map(|number| attach(context.aws.machine(number))).collect();
    let made = make(&context, items).await;
    made.refused(409, "ItemsRefused");
    let outcomes = outcomes(&made);
    assert!(outcomes.iter().all(|outcome| outcome.ends_with("InvalidTarget")), "{outcomes:?}");
    assert!(outcomes.iter().any(|outcome| outcome.starts_with("notAttempted")), "{outcomes:?}");
    assert!(writes(&context).0 <= 32, "{}", writes(&context).0);
    context.stop().await;
}

#[tokio::test]
async fn the_guard_lets_out_as_many_as_it_can() {
    let context = TestContext::start(World::partly(3, 3)).await;
    let all: Vec<_> = (0..3).map(|number| detach(context.aws.machine(number))).collect();
    let plan = change(&context, "?dryRun=true", &json!({"items": all})).await;
    assert_eq!(plan.status, 200);
    assert_eq!(outcomes(&plan), ["planned", "planned", "refused WouldBreachMinimumHealthy"]);
    assert_eq!(writes(&context), (0, 0));

    let made = make(&context, all.clone()).await;
    made.refused(409, "ItemsRefused");
    assert_eq!(outcomes(&made), ["done", "done", "refused WouldBreachMinimumHealthy"]);
    let forced = change(&context, "?force=true", &json!({"items": all})).await;
    assert_eq!(outcomes(&forced), ["unchanged", "unchanged", "done"], "{forced:?}");
    context.stop().await;
}

#[tokio::test]
async fn a_plan_changes_nothing_and_reserves_nothing() {
    let context = TestContext::start(World::partly(3, 2)).await;
    let items = vec![detach(context.aws.machine(0)), attach(context.aws.machine(2)), attach(context.aws.machine(1))];
    let plan = change(&context, "?dryRun=true", &json!({"items": items})).await;
    assert_eq!((plan.status, outcomes(&plan)), (200, ["planned", "planned", "unchanged"].map(str::to_owned).to_vec()));
    assert_eq!((&plan.body["dryRun"], &plan.body["items"][0]["targetGroup"]), (&true.into(), &"web-tg".into()));
    assert_eq!(plan.body["items"][1]["port"], 80);
    assert_eq!(writes(&context), (0, 0));
    // The other of two healthy machines may still go.
    assert_eq!(context.detach("web", context.aws.machine(1)).await.status, 201);
    context.stop().await;
}

#[tokio::test]
async fn a_membership_that_has_changed_is_412() {
    let context = TestContext::start(World::partly(3, 2)).await;
    let version =
        async || text(&context.get("/elb/web").await.headers["membership-version"].to_str().expect("text").into());
    let seen = version().await;
    let body = |expected: &str| json!({"items": [attach(context.aws.machine(2))], "expectedMembership": expected});
    let other = "0123456789abcdef";
    let sentence = change(&context, "", &body(other)).await.refused(412, "MembershipChanged");
    assert!(sentence.contains(other) && sentence.contains(&seen), "{sentence}");
    assert_eq!(writes(&context), (0, 0));
    assert_eq!(change(&context, "", &body(&seen)).await.status, 200);
    assert_ne!(version().await, seen);
    change(&context, "", &body(&seen)).await.refused(412, "MembershipChanged");
    context.stop().await;
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_as_a_whole() {
    let context = TestContext::start(World::partly(3, 2)).await;
    let new = context.aws.machine(2).to_owned();
    let many = |count: usize| (0..count).map(|number| attach(&format!("i-{number:08x}"))).collect::<Vec<_>>();
    for (body, part) in [
        (json!({"items": []}), "items"),
        (json!({"items": many(1001)}), "1000"),
        (json!({}), "items"),
        (json!({"items": [{"action": "move", "instanceId": new}]}), "action"),
        (json!({"items": [{"action": "attach"}]}), "instanceId"),
        (json!({"items": [{"action": "attach", "instanceId": new, "port": 0}]}), "port"),
        (json!({"items": [attach(&new)], "expectedMembership": "yesterday"}), "expectedMembership"),
        (json!({"items": [attach(&new)], "more": 1}), "more"),
    ] {
        let sentence = change(&context, "", &body).await.refused(400, "ValidationError");
        assert!(sentence.contains(part), "{sentence}");
    }
    let body = json!({"items": [attach(&new)]});
    for query in ["?wait=51", "?dryRun=maybe", "?force=1", "?kind=quantum", "?x=1"] {
        change(&context, query, &body).await.refused(400, "ValidationError");
    }
    let forced = context.send(Method::POST, "/elb/web/changes?force=true", |request| request.json(&body)).await;
    assert!(forced.refused(400, "ValidationError").contains("X-Reason"));
    assert_eq!(context.aws.simulator().calls().len(), 0, "AWS was asked");

    let twice =
        json!({"items": [attach(&new), {"action": "attach", "instanceId": new, "targetGroup": "web-tg", "port": 80}]});
    let sentence = change(&context, "", &twice).await.refused(400, "ValidationError");
    assert!(sentence.contains("items 0 and 1 are about the same target"), "{sentence}");
    let large = json!({"items": [attach(&new)], "expectedMembership": "0".repeat(300_000)});
    change(&context, "", &large).await.refused(413, "PayloadTooLarge");
    let form = context
        .send(Method::POST, "/elb/web/changes", |request| request.header("content-type", "text/plain").body("a=b"))
        .await;
    form.refused(415, "UnsupportedMediaType");
    assert_eq!(writes(&context), (0, 0));
    context.stop().await;
}

#[tokio::test]
async fn what_aws_fails_at_is_told_item_by_item() {
    let impatient = ["--aws-timeout", "1", "--verify-timeout", "1"];
    for (fault, status, code, attached) in [
        (Fault::AccessDenied, 502, "PartialFailure", "failed AwsAccessDenied"),
        (Fault::Throttled, 502, "PartialFailure", "failed AwsThrottled"),
        (Fault::EffectLost, 504, "EffectUnverified", "unverified EffectUnverified"),
    ] {
        let context = TestContext::start_with(World::partly(4, 3), &impatient).await;
        context.aws.simulator().inject(Elbv2::RegisterTargets, Times::All, fault.clone());
        let items = vec![detach(context.aws.machine(0)), attach(context.aws.machine(3))];
        let made = make(&context, items).await;
        made.refused(status, code);
        assert_eq!(outcomes(&made), ["done", attached], "{fault:?}");
        // Nothing is made where nothing else is asked for: the failure itself is told.
        let alone = make(&context, vec![attach(context.aws.machine(3))]).await;
        assert_eq!(alone.body["error"], attached.split(' ').next_back().expect("a code"), "{alone:?}");
        context.stop().await;
    }
}

#[tokio::test]
async fn a_thousand_machines_are_ten_calls() {
    let context = TestContext::start(World::partly(1001, 1)).await;
    let attach_there =
        |machine| json!({"action": "attach", "instanceId": machine, "targetGroup": "web-tg", "port": 80});
    let attaches: Vec<_> = (1..1000).map(|number| attach_there(context.aws.machine(number))).collect();
    let made = make(&context, attaches.clone()).await;
    assert_eq!((made.status, outcomes(&made).len()), (200, 999), "{:?}", made.body["message"]);
    assert!(outcomes(&made).iter().all(|outcome| outcome == "done"));
    let simulator = context.aws.simulator();
    assert_eq!((writes(&context).0, simulator.count(Ec2::DescribeInstances)), (10, 5));
    assert_eq!(context.member_ids("web").await.len(), 1000);

    // AWS takes a thousand targets, and the account was asked whether it may have more.
    let full = make(&context, vec![attach(context.aws.machine(1000))]).await;
    full.refused(409, "ItemsRefused");
    assert_eq!(outcomes(&full), ["refused TooManyTargets"]);
    assert_eq!((writes(&context).0, simulator.count(Elbv2::DescribeAccountLimits)), (10, 1));
    let single = context.attach("web", context.aws.machine(1000)).await;
    assert!(single.refused(400, "TooManyTargets").contains("1001 targets"));
    context.stop().await;
}

#[tokio::test]
async fn a_wait_holds_until_all_have_settled() {
    let context = TestContext::start(World::partly(4, 2)).await;
    let items = json!({"items": [attach(context.aws.machine(2)), attach(context.aws.machine(3))]});
    let pending = change(&context, "?wait=1", &items).await;
    assert_eq!((pending.status, &pending.body["settled"]), (202, &false.into()), "{pending:?}");
    assert_eq!(pending.body["items"][0]["state"], "initial");
    let simulator = context.aws.simulator().clone();
    let time = tokio::spawn(async move {
        loop {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            simulator.advance(std::time::Duration::from_secs(30));
        }
    });
    let settled = change(&context, "?wait=50", &items).await;
    time.abort();
    assert_eq!((settled.status, &settled.body["settled"]), (200, &true.into()), "{settled:?}");
    assert_eq!(settled.body["items"][1]["state"], "healthy");
    context.stop().await;
}
