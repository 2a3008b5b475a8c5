//! `elbm where`, `elbm drain`, `elbm restore`: a machine out of everything and back.

use std::time::Duration;

use elbm_simulator::{ListenerUse, LoadBalancerSpec, TargetGroupSpec};

use crate::support::Context;

/// `web` and `api` with two machines each, the same ones.
async fn start() -> Context {
    let context = Context::start(2).await;
    let aws = context.aws();
    aws.add_load_balancer(LoadBalancerSpec { name: "api".to_owned(), ..LoadBalancerSpec::default() }).expect("it fits");
    let used_by = vec![ListenerUse::default_action("api", 80)];
    let group = TargetGroupSpec { name: "api-tg".to_owned(), port: 8080, used_by, ..TargetGroupSpec::default() };
    aws.add_target_group(group).expect("it fits");
    for machine in &context.machines[..2] {
        aws.register("api-tg", machine, None).expect("it fits");
    }
    aws.advance(Duration::from_mins(10));
    context
}

/// The states of a machine: in `web`, in `api`.
fn states(context: &Context, machine: &str) -> [Option<String>; 2] {
    ["web-tg", "api-tg"].map(|group| {
        let members = context.aws().membership(group).expect("it is there");
        members.into_iter().find(|member| member.id == machine).map(|member| member.health.state.to_string())
    })
}

#[tokio::test]
async fn a_machine_is_shown_everywhere() {
    let context = start().await;
    let machine = context.machines[0].clone();
    let shown = context.run(&["where", &machine]).await.with(0);
    assert!(shown.output.starts_with(&format!("{machine}, t3.micro, running, ")), "{shown:?}");
    for place in [["web", "web-tg", "80"], ["api", "api-tg", "8080"]] {
        let found =
            shown.output.lines().any(|line| line.split_whitespace().take(4).eq(place.into_iter().chain(["healthy"])));
        assert!(found, "{place:?}: {shown:?}");
    }
    let nowhere = context.run(&["where", context.spare()]).await.with(0);
    assert!(nowhere.output.contains("registered nowhere"), "{nowhere:?}");
    context.run(&["where", "i-0123456789abcdef0"]).await.with(6);
    context.stop().await;
}

#[tokio::test]
async fn a_machine_goes_out_and_comes_back() {
    let context = start().await;
    let machine = context.machines[0].clone();
    let waiting = context.waiting(&["drain", &machine, "--reason", "kernel update", "--wait"]).await;
    assert_eq!(states(&context, &machine), [Some("draining".to_owned()), Some("draining".to_owned())]);
    context.aws().advance(Duration::from_secs(301));
    let drained = waiting.end().await.with(0);
    assert!(drained.output.contains("done"), "{drained:?}");
    assert_eq!(states(&context, &machine), [None, None]);

    let out = context.run(&["where", &machine]).await.with(0).output;
    assert!(
        out.contains("out for maintenance since") && out.contains(": kernel update; from api/api-tg/8080 web/"),
        "{out}"
    );
    let all = context.run(&["where", "--drained"]).await.with(0).output;
    assert!(all.contains(&machine) && all.contains("kernel update"), "{all}");

    let waiting = context.waiting(&["restore", &machine, "--wait", "--output", "json"]).await;
    context.aws().advance(Duration::from_mins(10));
    let restored = waiting.end().await.with(0).json();
    let entry = &restored[0];
    assert_eq!((&entry["outcome"], &entry["changed"], &entry["settled"]), (&"done".into(), &true.into(), &true.into()));
    assert_eq!(entry["machine"]["registrations"].as_array().map(Vec::len), Some(2), "{restored}");
    assert_eq!(states(&context, &machine), [Some("healthy".to_owned()), Some("healthy".to_owned())]);
    let nobody = context.run(&["where", "--drained"]).await.with(0).output;
    assert_eq!(nobody, "No machine is out for maintenance.\n");
    context.stop().await;
}

#[tokio::test]
async fn what_is_not_gone_in_time_is_told() {
    let context = start().await;
    let machine = context.machines[0].clone();
    let drained = context.run(&["drain", &machine, "--wait=1"]).await.with(3);
    assert!(drained.errors.contains(&format!("{machine} is drained, and had not settled")), "{drained:?}");
    assert_eq!(drained.output.matches("draining").count(), 2, "{drained:?}");
    context.stop().await;
}

#[tokio::test]
async fn what_may_not_be_is_refused_and_nothing_is_changed() {
    let context = start().await;
    let [first, second] = [0, 1].map(|machine| context.machines[machine].clone());
    let unknown = context.run(&["restore", &first]).await.with(5);
    assert!(unknown.errors.contains(&first), "{unknown:?}");
    context.run(&["drain", &first]).await.with(0);
    let guarded = context.run(&["drain", &second]).await.with(4);
    assert!(guarded.errors.contains("healthy targets"), "{guarded:?}");
    assert_eq!(states(&context, &second), [Some("healthy".to_owned()), Some("healthy".to_owned())]);
    context.run(&["drain", &second, "--force", "--reason", "the end"]).await.with(0);
    context.stop().await;
}
