//! The same operations behind a load balancer of each kind.

use reqwest::Method;

use crate::backend::{KINDS, Kind, World};
use crate::context::{Answer, TestContext, text};

async fn change(context: &TestContext, method: Method, name: &str, machine: &str) -> Answer {
    context.send(method, &format!("/elb/{name}/instances/{machine}"), |request| request).await
}

/// Whether the machine takes traffic there: it is listed, and does not drain.
async fn is_behind(context: &TestContext, name: &str, machine: &str) -> bool {
    let listed = context.get(&format!("/elb/{name}")).await;
    let machines = listed.body.as_array().expect("machines");
    let own = machines.iter().find(|one| one["instanceId"] == machine);
    own.is_some_and(|own| own["health"] != "draining")
}

#[tokio::test]
async fn each_kind_is_listed_as_what_it_is() {
    let context = TestContext::start(World::four_kinds(3)).await;
    for (name, kind, port) in KINDS {
        let name = context.aws.name(name);
        let listed = context.get(&format!("/elb?kind={}", kind.word())).await;
        let own: Vec<_> = listed.body.as_array().expect("all").iter().filter(|one| one["name"] == name).collect();
        assert_eq!(own.len(), 1, "{name}: {listed:?}");
        assert_eq!(text(&own[0]["kind"]), kind.word());

        let mut expected = [context.aws.machine(0), context.aws.machine(1)];
        expected.sort_unstable();
        let machines = context.get(&format!("/elb/{name}?kind={}", kind.word())).await;
        let machines = machines.body.as_array().expect("machines").clone();
        let ids: Vec<_> = machines.iter().map(|machine| text(&machine["instanceId"])).collect();
        assert_eq!(ids, expected, "{name}");
        for machine in &machines {
            assert_eq!(machine["health"], "healthy", "{name}");
            let target = &machine["targets"][0];
            let shown = (target["targetGroup"].as_str(), target["port"].as_u64());
            let group = context.aws.name(&format!("{}-tg", name.split('-').next().expect("a word")));
            let expected = (kind != Kind::Classic).then_some((group.as_str(), u64::from(port)));
            assert_eq!(shown, (expected.map(|one| one.0), expected.map(|one| one.1)), "{name}");
        }
        let other = if kind == Kind::Network { "gateway" } else { "network" };
        context.get(&format!("/elb/{name}?kind={other}")).await.refused(404, "LoadBalancerNotFound");

        let groups = context.get(&format!("/elb/{name}/targets")).await;
        let targets = groups.body[0]["targets"].as_array().expect("targets").len();
        assert_eq!((groups.status, targets), (200, 2), "{groups:?}");
    }
    context.stop().await;
}

#[tokio::test]
async fn attach_and_detach_each_once_behind_each_kind() {
    let context = TestContext::start(World::four_kinds(3)).await;
    let machine = context.aws.machine(2).to_owned();
    for (name, ..) in KINDS {
        let name = context.aws.name(name);
        assert_eq!(context.attach(&name, &machine).await.status, 201, "{name}");
        assert!(is_behind(&context, &name, &machine).await, "{name}");
        context.attach(&name, &machine).await.refused(409, "AlreadyAttached");
        assert_eq!(context.detach(&name, &machine).await.status, 201, "{name}");
        assert!(!is_behind(&context, &name, &machine).await, "{name}");
        assert_eq!(context.detach(&name, &machine).await.status, 409, "{name}");
    }
    context.stop().await;
}

#[tokio::test]
async fn a_change_that_is_repeated_changes_nothing_behind_each_kind() {
    let context = TestContext::start(World::four_kinds(3)).await;
    let machine = context.aws.machine(2).to_owned();
    for (name, ..) in KINDS {
        let name = context.aws.name(name);
        for (method, first) in [(Method::PUT, 201), (Method::DELETE, 200)] {
            let done = change(&context, method.clone(), &name, &machine).await;
            assert_eq!((done.status, &done.body["changed"]), (first, &true.into()), "{name}: {done:?}");
            let again = change(&context, method, &name, &machine).await;
            assert_eq!((again.status, &again.body["changed"]), (200, &false.into()), "{name}: {again:?}");
        }
        assert!(!is_behind(&context, &name, &machine).await, "{name}");
    }
    context.stop().await;
}

#[tokio::test]
async fn the_last_healthy_machine_stays_behind_each_kind() {
    let context = TestContext::start(World::four_kinds(3)).await;
    let [first, last] = [0, 1].map(|number| context.aws.machine(number).to_owned());
    for (name, ..) in KINDS {
        let name = context.aws.name(name);
        assert_eq!(change(&context, Method::DELETE, &name, &first).await.status, 200, "{name}");
        change(&context, Method::DELETE, &name, &last).await.refused(409, "WouldBreachMinimumHealthy");
        assert!(is_behind(&context, &name, &last).await, "{name}");
        let path = format!("/elb/{name}/instances/{last}?force=true");
        let forced = context.send(Method::DELETE, &path, |request| request.header("x-reason", "the end")).await;
        assert_eq!((forced.status, &forced.body["changed"]), (200, &true.into()), "{name}: {forced:?}");
    }
    context.stop().await;
}
