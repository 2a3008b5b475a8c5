//! Waiting until machines have settled.

use std::time::Duration;

use elbm_simulator::{Elbv2, Fault, Times};

use crate::support::Context;

#[tokio::test]
async fn an_attach_is_waited_for_until_the_machine_is_healthy() {
    let context = Context::start(1).await;
    let waiting = context.waiting(&["attach", "web", context.spare(), "--wait"]).await;
    context.aws().advance(Duration::from_mins(10));
    let attached = waiting.end().await.with(0);
    assert!(attached.output.contains("healthy"), "{attached:?}");
    let line = format!("{}: initial (Elb.", context.spare());
    assert!(attached.errors.contains(&line) && attached.errors.contains(" s left"), "{attached:?}");
    context.stop().await;
}

#[tokio::test]
async fn a_detach_is_waited_for_until_the_machine_is_gone() {
    let context = Context::start(3).await;
    let [first, second] = [0, 1].map(|machine| context.machines[machine].clone());
    let arguments = ["detach", "web", &first, &second, "--target-group", "web-tg", "--wait", "--output", "json"];
    let waiting = context.waiting(&arguments).await;
    context.aws().advance(Duration::from_secs(301));
    let detached = waiting.end().await;
    for entry in detached.with(0).json().as_array().expect("an array") {
        assert_eq!(
            (&entry["outcome"], &entry["changed"], &entry["settled"]),
            (&"done".into(), &true.into(), &true.into())
        );
        assert_eq!(entry["machine"]["targets"], serde_json::json!([]));
    }
    assert_eq!(context.members().len(), 1);
    context.stop().await;
}

#[tokio::test]
async fn what_has_not_settled_in_time_is_told_with_what_is_done() {
    let context = Context::start(1).await;
    let spare = context.spare().to_owned();
    let attached = context.run(&["attach", "web", &spare, "--wait=1", "--output", "json"]).await.with(3);
    assert!(attached.errors.contains(&format!("{spare} is attached, and had not settled")), "{attached:?}");
    let entry = &attached.json()[0];
    assert_eq!(
        (&entry["outcome"], &entry["changed"], &entry["settled"]),
        (&"pending".into(), &true.into(), &false.into())
    );
    assert_eq!(context.members().len(), 2);
    context.stop().await;
}

#[tokio::test]
async fn what_cannot_become_healthy_is_not_waited_for() {
    let context = Context::start(1).await;
    let spare = context.spare().to_owned();
    let waiting = context.waiting(&["attach", "web", &spare, "--wait"]).await;
    context.aws().stop(&spare).expect("it runs");
    let attached = waiting.end().await.with(1);
    // It is seen by the wait, or before the next one.
    let why = attached.errors.split_once(&format!("{spare} is attached, but: ")).expect("it is told").1;
    assert!(why.contains("Target.InvalidState") || why.contains("is stopped"), "{attached:?}");
    context.stop().await;
}

#[tokio::test]
async fn a_short_outage_does_not_end_a_wait() {
    let context = Context::start(1).await;
    let waiting = context.waiting(&["attach", "web", context.spare(), "--wait"]).await;
    context.aws().inject(Elbv2::DescribeTargetHealth, Times::Next(20), Fault::Throttled);
    context.aws().advance(Duration::from_mins(10));
    let attached = waiting.end().await.with(0);
    assert!(attached.errors.contains("; trying again"), "{attached:?}");
    context.stop().await;
}

#[tokio::test]
async fn a_service_that_goes_away_is_told_with_what_is_done() {
    let mut context = Context::start(1).await;
    let spare = context.spare().to_owned();
    let waiting = context.waiting(&["attach", "web", &spare, "--wait=4"]).await;
    context.kill_service().await;
    let attached = waiting.end().await.with(3);
    let last = attached.errors.lines().last().expect("a sentence");
    assert!(last.starts_with(&format!("{spare} is attached, but: http://")), "{attached:?}");
    assert!(last.contains("cannot be reached"), "{attached:?}");
    context.stop().await;
}
