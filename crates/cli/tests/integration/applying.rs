//! `elbm apply`: the attaches and detaches of a file as one change.

use std::path::PathBuf;
use std::time::Duration;

use elbm_simulator::Elbv2;

use crate::support::Context;

fn file(context: &Context, text: &str) -> String {
    let path: PathBuf = context.home.path().join("changes.yaml");
    std::fs::write(&path, text).expect("written");
    path.to_str().expect("text").to_owned()
}

/// One in, one out.
fn rotation(context: &Context) -> String {
    let text = format!(
        "items:\n  - {{action: attach, instanceId: {}}}\n  - action: detach\n    instanceId: {}\n    port: 80\n",
        context.spare(),
        context.machines[0]
    );
    file(context, &text)
}

#[tokio::test]
async fn the_plan_is_shown_and_nothing_is_changed() {
    let context = Context::start(2).await;
    let path = rotation(&context);
    let planned = context.run(&["apply", "web", "-f", &path, "--dry-run"]).await.with(0);
    assert_eq!(planned.output.matches("planned").count(), 2, "{planned:?}");
    assert_eq!(context.members().iter().filter(|(_, state)| state == "healthy").count(), 2);
    let json = context.run(&["apply", "web", "-f", &path, "--dry-run", "--output", "json"]).await.with(0).json();
    assert_eq!((&json["dryRun"], json["items"].as_array().map(Vec::len)), (&true.into(), Some(2)));
    context.stop().await;
}

#[tokio::test]
async fn a_rotation_is_made_and_waited_for() {
    let context = Context::start(2).await;
    let path = rotation(&context);
    let pending = context.run(&["apply", "web", "--file", &path, "--wait=1"]).await.with(3);
    assert!(pending.errors.contains("the changes are made, and had not all settled"), "{pending:?}");
    assert!(pending.output.contains("initial") && pending.output.contains("draining"), "{pending:?}");
    let waiting = context.waiting(&["apply", "web", "--file", &path, "--wait"]).await;
    context.aws().advance(Duration::from_mins(10));
    let made = waiting.end().await.with(0);
    assert!(made.output.contains("healthy") && !made.output.contains("draining"), "{made:?}");
    context.stop().await;
}

#[tokio::test]
async fn what_was_expected_before_the_change_is_not_expected_of_its_wait() {
    let context = Context::start(2).await;
    let listed = reqwest::get(format!("{}/elb/web", context.url())).await.expect("an answer");
    let version = listed.headers()["membership-version"].to_str().expect("text").to_owned();
    let item = format!("{{action: attach, instanceId: {}}}", context.spare());
    let path = file(&context, &format!("items: [{item}]\nexpectedMembership: {version}\n"));
    let waiting = context.waiting(&["apply", "web", "-f", &path, "--wait"]).await;
    context.aws().advance(Duration::from_mins(10));
    waiting.end().await.with(0);
    context.stop().await;
}

#[tokio::test]
async fn what_is_refused_is_told_item_by_item() {
    let context = Context::start(1).await;
    let spare = context.spare();
    let text = format!("items: [{{action: attach, instanceId: {spare}}}, {{action: attach, instanceId: i-12345678}}]");
    let refused = context.run(&["apply", "web", "-f", &file(&context, &text)]).await.with(5);
    assert!(refused.output.contains("done") && refused.output.contains("EC2 does not know i-12345678"), "{refused:?}");
    assert!(refused.errors.contains("1 of 2 changes were refused"), "{refused:?}");

    context.aws().advance(Duration::from_mins(10));
    let all = [&context.machines[0], &context.machines[1]].map(|one| format!("{{action: detach, instanceId: {one}}}"));
    let text = format!("items: [{}]", all.join(", "));
    let guarded = context.run(&["apply", "web", "-f", &file(&context, &text), "--dry-run"]).await.with(4);
    assert!(guarded.output.contains("refused"), "{guarded:?}");
    let stale = format!("items: [{}]\nexpectedMembership: 0123456789abcdef", all[0]);
    let refused = context.run(&["apply", "web", "-f", &file(&context, &stale), "--output", "json"]).await.with(5);
    assert!(refused.errors.contains("membership"), "{refused:?}");
    context.stop().await;
}

#[tokio::test]
async fn a_file_that_is_not_well_formed_is_told_with_its_place() {
    let context = Context::start(1).await;
    for (text, place, word) in [
        ("items:\n  - {action: attach}\n", "line 2", "instanceId"),
        ("items:\n  - {action: eat, instanceId: i-12345678}\n", "line 2", "eat"),
        ("items: []\nmore: 1\n", "line 2", "more"),
        ("items: [\n", "line", ""),
    ] {
        let refused = context.run(&["apply", "web", "-f", &file(&context, text)]).await.with(2);
        assert!(refused.errors.contains(place) && refused.errors.contains(word), "{text}: {refused:?}");
    }
    let missing = context.run(&["apply", "web", "-f", "/nonexistent"]).await.with(2);
    assert!(missing.errors.contains("cannot read /nonexistent"), "{missing:?}");
    assert_eq!(context.aws().count(Elbv2::DescribeTargetHealth), 0);
    context.stop().await;
}
