//! What both backends can show: list, attach, detach, and what is refused.

mod kinds;

use reqwest::Method;
use serde_json::json;

use crate::backend::{Group, LoadBalancer, World, group};
use crate::context::{TestContext, targets, text};

#[tokio::test]
async fn the_machines_of_a_load_balancer_come_with_type_launch_date_and_health() {
    let context = TestContext::start(World::simple(3)).await;
    let answer = context.get(&format!("/elb/{}", context.aws.name("web"))).await;
    assert_eq!(answer.status, 200);
    let machines = answer.body.as_array().expect("an array");
    let ids: Vec<_> = machines.iter().map(|machine| text(&machine["instanceId"])).collect();
    let mut expected = vec![context.aws.machine(0).to_owned(), context.aws.machine(1).to_owned()];
    expected.sort();
    assert_eq!(ids, expected);
    for machine in machines {
        assert_eq!(machine["instanceType"], "t3.micro");
        assert_eq!(machine["instanceState"], "running");
        assert_eq!(machine["health"], "healthy");
        assert!(text(&machine["launchDate"]).ends_with('Z'), "{machine}");
        assert!(text(&machine["privateIpAddress"]).starts_with("10."), "{machine}");
        assert!(text(&machine["availabilityZone"]).starts_with("us-east-1"), "{machine}");
        assert_eq!(targets(machine), [(context.aws.name("web-tg"), 80, "healthy".to_owned())]);
    }
    context.stop().await;
}

#[tokio::test]
async fn attach_then_detach_each_once() {
    let context = TestContext::start(World::simple(3)).await;
    let (web, machine) = (context.aws.name("web"), context.aws.machine(2).to_owned());

    let attached = context.attach(&web, &machine).await;
    assert_eq!(attached.status, 201, "{attached:?}");
    assert_eq!(attached.body["instanceId"], machine.as_str());
    assert_eq!(attached.body["instanceType"], "t3.micro");
    assert!(attached.body["launchDate"].is_string());
    assert_eq!(targets(&attached.body)[0].1, 80);
    assert!(context.member_ids(&web).await.contains(&machine));
    let sentence = context.attach(&web, &machine).await.refused(409, "AlreadyAttached");
    assert!(sentence.contains(&machine) && sentence.contains("port 80"), "{sentence}");

    let detached = context.detach(&web, &machine).await;
    assert_eq!(detached.status, 201, "{detached:?}");
    assert_eq!(detached.body["instanceType"], "t3.micro");
    let again = context.detach(&web, &machine).await;
    assert_eq!(again.status, 409, "{again:?}");
    assert_eq!(context.members(&web).await.iter().filter(|(id, _)| *id != machine).count(), 2);
    context.stop().await;
}

#[tokio::test]
async fn an_unknown_load_balancer_is_404_for_each_operation() {
    let context = TestContext::start(World::simple(1)).await;
    let machine = context.aws.machine(0).to_owned();
    let listed = context.get("/elb/no-such-alb").await;
    assert!(listed.refused(404, "LoadBalancerNotFound").contains("'no-such-alb'"));
    context.attach("no-such-alb", &machine).await.refused(404, "LoadBalancerNotFound");
    context.detach("no-such-alb", &machine).await.refused(404, "LoadBalancerNotFound");
    context.stop().await;
}

#[tokio::test]
async fn an_id_that_ec2_does_not_know_is_refused_and_nothing_changes() {
    let context = TestContext::start(World::simple(2)).await;
    let web = context.aws.name("web");
    let before = context.members(&web).await;
    let sentence = context.attach(&web, "i-00000000000000000").await.refused(400, "InvalidTarget");
    assert!(sentence.contains("i-00000000000000000"), "{sentence}");
    context.detach(&web, "i-00000000000000000").await.refused(409, "NotAttached");
    let nothing = context.send(Method::POST, &format!("/elb/{web}"), |request| request.json(&json!({}))).await;
    assert!(nothing.refused(400, "ValidationError").contains("instanceId"));
    assert_eq!(context.members(&web).await, before);
    context.stop().await;
}

/// `blue` and `green`, of which the default action forwards to `blue` if `blue_is_default`; the machine is in neither.
fn two_groups(blue_is_default: bool) -> World {
    let blue = Group { default: blue_is_default, ..group("blue") };
    let load_balancer =
        LoadBalancer { name: "two".to_owned(), groups: vec![blue, group("green")], ..LoadBalancer::default() };
    World { machines: 1, load_balancers: vec![load_balancer] }
}

#[tokio::test]
async fn attach_takes_the_group_that_the_listeners_forward_to() {
    let context = TestContext::start(two_groups(true)).await;
    let (two, machine) = (context.aws.name("two"), context.aws.machine(0).to_owned());
    let attached = context.attach(&two, &machine).await;
    assert_eq!(attached.status, 201, "{attached:?}");
    assert_eq!(targets(&attached.body)[0].0, context.aws.name("blue"));
    context.stop().await;
}

#[tokio::test]
async fn attach_asks_where_the_group_is_ambiguous_and_takes_the_one_that_is_named() {
    let context = TestContext::start(two_groups(false)).await;
    let (two, machine) = (context.aws.name("two"), context.aws.machine(0).to_owned());
    let sentence = context.attach(&two, &machine).await.refused(400, "AmbiguousTargetGroup");
    for name in ["blue", "green"] {
        assert!(sentence.contains(&format!("'{}'", context.aws.name(name))), "{sentence}");
    }
    assert_eq!(context.member_ids(&two).await, Vec::<String>::new());

    let green = format!("{two}?targetGroup={}", context.aws.name("green"));
    let attached = context.attach(&green, &machine).await;
    assert_eq!(attached.status, 201, "{attached:?}");
    assert_eq!(targets(&attached.body)[0].0, context.aws.name("green"));
    context.attach(&green, &machine).await.refused(409, "AlreadyAttached");

    let unknown = context.attach(&format!("{two}?targetGroup=red"), &machine).await;
    assert!(unknown.refused(404, "TargetGroupNotFound").contains("'red'"));
    context.stop().await;
}

#[tokio::test]
async fn detach_takes_the_machine_out_of_every_group() {
    let members = vec![(0, None), (1, None)];
    let groups = ["blue", "green"].map(|name| Group { members: members.clone(), ..group(name) });
    let load_balancer = LoadBalancer { name: "both".to_owned(), groups: groups.to_vec(), ..LoadBalancer::default() };
    let context = TestContext::start(World { machines: 2, load_balancers: vec![load_balancer] }).await;
    let (both, machine) = (context.aws.name("both"), context.aws.machine(0).to_owned());

    assert_eq!(context.detach(&both, &machine).await.status, 201);
    assert_eq!(context.detach(&both, &machine).await.status, 409);
    let rest: Vec<_> = context.members(&both).await.into_iter().filter(|(id, _)| *id != machine).collect();
    assert_eq!(rest.len(), 1);
    assert_eq!(rest[0].1.len(), 2, "the other machine keeps both registrations: {rest:?}");
    context.stop().await;
}

#[tokio::test]
async fn detach_from_one_group_leaves_the_other() {
    let groups = ["blue", "green"].map(|name| Group { members: vec![(0, None), (1, None)], ..group(name) });
    let load_balancer = LoadBalancer { name: "both".to_owned(), groups: groups.to_vec(), ..LoadBalancer::default() };
    let context = TestContext::start(World { machines: 2, load_balancers: vec![load_balancer] }).await;
    let (both, machine) = (context.aws.name("both"), context.aws.machine(0).to_owned());

    let detached = context.detach(&format!("{both}?targetGroup={}", context.aws.name("blue")), &machine).await;
    assert_eq!(detached.status, 201, "{detached:?}");
    let live: Vec<_> = targets(&detached.body).into_iter().filter(|(.., state)| state != "draining").collect();
    assert_eq!(live, [(context.aws.name("green"), 80, "healthy".to_owned())]);
    context.stop().await;
}

#[tokio::test]
async fn a_group_of_another_load_balancer_is_not_found() {
    let own = LoadBalancer { name: "own".to_owned(), groups: vec![group("own-tg")], ..LoadBalancer::default() };
    let other = LoadBalancer { name: "other".to_owned(), groups: vec![group("other-tg")], ..LoadBalancer::default() };
    let context = TestContext::start(World { machines: 1, load_balancers: vec![own, other] }).await;
    let path = format!("{}?targetGroup={}", context.aws.name("own"), context.aws.name("other-tg"));
    let machine = context.aws.machine(0).to_owned();
    context.attach(&path, &machine).await.refused(404, "TargetGroupNotFound");
    context.detach(&path, &machine).await.refused(404, "TargetGroupNotFound");
    assert_eq!(context.member_ids(&context.aws.name("other")).await, Vec::<String>::new());
    context.stop().await;
}

#[tokio::test]
async fn a_load_balancer_without_groups_lists_nothing_and_takes_nothing() {
    let bare = LoadBalancer { name: "bare".to_owned(), groups: Vec::new(), ..LoadBalancer::default() };
    let context = TestContext::start(World { machines: 1, load_balancers: vec![bare] }).await;
    let (bare, machine) = (context.aws.name("bare"), context.aws.machine(0).to_owned());
    assert_eq!(context.member_ids(&bare).await, Vec::<String>::new());
    context.attach(&bare, &machine).await.refused(400, "NoTargetGroup");
    context.detach(&bare, &machine).await.refused(409, "NotAttached");
    context.stop().await;
}

#[tokio::test]
async fn every_load_balancer_is_listed_over_all_pages() {
    // moto pages at 50.
    let names: Vec<_> = (0..60).map(|number| format!("lb-{number:02}")).collect();
    let mut load_balancers: Vec<_> = names
        .iter()
        .map(|name| LoadBalancer { name: name.clone(), groups: Vec::new(), ..LoadBalancer::default() })
        .collect();
    load_balancers[7].groups = vec![group("seven-b"), group("seven-a")];
    let context = TestContext::start(World { machines: 0, load_balancers }).await;

    let listed = context.get("/elb").await;
    assert_eq!(listed.status, 200);
    let listed = listed.body.as_array().expect("an array").clone();
    let all: Vec<_> = listed.iter().map(|balancer| text(&balancer["name"])).collect();
    assert!(all.is_sorted(), "{all:?}");
    let expected: Vec<_> = names.iter().map(|name| context.aws.name(name)).collect();
    let own: Vec<_> = all.into_iter().filter(|name| expected.contains(name)).collect();
    assert_eq!(own, expected);

    let seventh = listed.iter().find(|balancer| balancer["name"] == expected[7].as_str()).expect("listed");
    assert_eq!(seventh["kind"], "application");
    assert_eq!(seventh["scheme"], "internet-facing");
    assert!(seventh["dnsName"].is_string(), "{seventh}");
    let groups: Vec<_> =
        seventh["targetGroups"].as_array().expect("groups").iter().map(|group| text(&group["name"])).collect();
    assert_eq!(groups, [context.aws.name("seven-a"), context.aws.name("seven-b")]);
    context.stop().await;
}

#[tokio::test]
async fn the_healthcheck_answers_by_itself() {
    let context = TestContext::start(World::default()).await;
    let answer = context.get("/healthcheck").await;
    assert_eq!((answer.status, answer.body), (200, json!({"status": "OK"})));
    context.stop().await;
}

#[tokio::test]
async fn a_machine_is_drained_and_restored() {
    let groups = ["blue", "green"].map(|name| Group { members: vec![(0, None), (1, None)], ..group(name) }).to_vec();
    let balancer = LoadBalancer { name: "web".to_owned(), groups, ..LoadBalancer::default() };
    let context = TestContext::start(World { machines: 2, load_balancers: vec![balancer] }).await;
    let (web, machine) = (context.aws.name("web"), context.aws.machine(0).to_owned());
    let places = async || {
        let members = context.members(&web).await.into_iter();
        let place = |(id, targets): (String, Vec<_>)| {
            (id, targets.into_iter().map(|(group, port, _)| (group, port)).collect::<Vec<_>>())
        };
        members.map(place).collect::<Vec<_>>()
    };
    let before = places().await;
    let path = |what: &str| format!("/instances/{machine}{what}");
    let shown = context.get(&path("")).await;
    let registrations = shown.body["registrations"].as_array().expect("registrations");
    let groups: Vec<_> = registrations.iter().map(|one| text(&one["targetGroup"])).collect();
    assert_eq!(groups, [context.aws.name("blue"), context.aws.name("green")], "{shown:?}");

    let drained = context.send(Method::POST, &path("/drain"), |request| request.header("x-reason", "a b")).await;
    assert_eq!((drained.status, &drained.body["drained"]["reason"]), (200, &json!("a b")), "{drained:?}");
    let is_listed = |listed: &[serde_json::Value]| listed.iter().any(|one| one["instanceId"] == machine.as_str());
    let listed = context.get("/instances?drained=true").await;
    assert!(is_listed(listed.body.as_array().expect("machines")), "{listed:?}");
    let left = context
        .members(&web)
        .await
        .into_iter()
        .filter(|(id, targets)| *id == machine && targets.iter().any(|(.., state)| state != "draining"));
    assert_eq!(left.count(), 0);

    let restored = context.send(Method::POST, &path("/restore"), |request| request).await;
    assert_eq!((restored.status, &restored.body["changed"]), (200, &json!(true)), "{restored:?}");
    assert_eq!(places().await, before);
    let listed = context.get("/instances?drained=true").await;
    assert!(!is_listed(listed.body.as_array().expect("machines")), "{listed:?}");
    context.stop().await;
}
