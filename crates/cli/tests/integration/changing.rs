//! Attaching and detaching without waiting.

use elbm_simulator::{ListenerUse, TargetGroupSpec};

use crate::support::Context;

#[tokio::test]
async fn a_machine_is_attached_and_detached_and_both_may_be_repeated() {
    let context = Context::start(2).await;
    let spare = context.spare().to_owned();
    let attached = context.run(&["attach", "web", &spare]).await.with(0);
    assert!(attached.output.contains("done") && attached.output.contains("initial"), "{attached:?}");
    assert_eq!(context.members().len(), 3);
    let again = context.run(&["attach", "web", &spare, "--target-group", "web-tg", "--port", "80"]).await.with(0);
    assert!(again.output.contains("unchanged"), "{again:?}");

    let detached = context.run(&["detach", "web", &spare]).await.with(0);
    assert!(detached.output.contains("done") && detached.output.contains("draining"), "{detached:?}");
    let again = context.run(&["detach", "web", &spare]).await.with(0);
    assert!(again.output.contains("unchanged"), "{again:?}");
    context.stop().await;
}

#[tokio::test]
async fn programs_are_told_what_became_of_each_machine() {
    let context = Context::start(3).await;
    let [first, second] = [&context.machines[0], &context.machines[1]].map(String::as_str);
    let detached = context.run(&["detach", "web", first, second, first, "--output", "json"]).await.with(0).json();
    let entries = detached.as_array().expect("an array");
    assert_eq!(entries.len(), 2, "each machine once: {detached}");
    for (entry, machine) in entries.iter().zip([first, second]) {
        assert_eq!((entry["instanceId"].as_str(), entry["outcome"].as_str()), (Some(machine), Some("done")));
        assert_eq!((&entry["changed"], &entry["settled"]), (&true.into(), &false.into()));
        assert_eq!(entry["machine"]["targets"][0]["state"], "draining");
        assert_eq!(entry.get("error"), None);
    }
    context.stop().await;
}

#[tokio::test]
async fn a_bad_machine_does_not_keep_the_others() {
    let context = Context::start(1).await;
    let spare = context.spare().to_owned();
    let attached = context.run(&["attach", "web", "i-0123456789abcdef0", &spare, "--output", "json"]).await.with(2);
    assert!(attached.errors.starts_with("i-0123456789abcdef0: EC2 does not know"), "{attached:?}");
    let entries = attached.json();
    assert_eq!((&entries[0]["outcome"], &entries[0]["error"]["code"]), (&"failed".into(), &"InvalidTarget".into()));
    assert_eq!(entries[1]["outcome"], "done");
    assert_eq!(context.members().len(), 2);
    context.stop().await;
}

#[tokio::test]
async fn the_last_healthy_machine_is_detached_by_force_only() {
    let context = Context::start(1).await;
    let machine = context.machines[0].clone();
    let refused = context.run(&["detach", "web", &machine, "--output", "json"]).await.with(4);
    assert!(refused.errors.contains("0 healthy targets of at least 1"), "{refused:?}");
    assert_eq!(refused.json()[0]["error"]["code"], "WouldBreachMinimumHealthy");
    assert_eq!(context.members(), [(machine.clone(), "healthy".to_owned())]);
    context.run(&["detach", "web", &machine, "--force", "--reason", "the end"]).await.with(0);
    assert_eq!(context.members(), [(machine, "draining".to_owned())]);
    context.stop().await;
}

#[tokio::test]
async fn what_somebody_else_may_undo_is_told() {
    let context = Context::start(1).await;
    let group = TargetGroupSpec {
        name: "k8s".to_owned(),
        port: 80,
        used_by: vec![ListenerUse::rule("web", 80)],
        tags: [("elbv2.k8s.aws/cluster".to_owned(), "prod".to_owned())].into(),
        ..TargetGroupSpec::default()
    };
    context.aws().add_target_group(group).expect("it fits");
    let attached = context.run(&["attach", "web", context.spare(), "--target-group", "k8s", "--wait=1"]).await.with(3);
    let warning =
        format!("{}: careful: target group 'k8s' is managed by the Kubernetes cluster 'prod'", context.spare());
    assert!(attached.errors.contains(&warning), "{attached:?}");
    let shown = context.run(&["targets", "web"]).await.with(0).output;
    assert!(shown.contains("managed by kubernetes prod"), "{shown}");
    context.stop().await;
}
