//! Waiting until machines have settled.

use std::time::Duration;

use elbm_simulator::{Elbv2, Fault, Times};

use crate::support::Context;

#[tokio::test]
async fn an_attach_is_waited_for_until_the_machine_is_healthy() {
    let context = Context::start(1).await;
    let time = context.pass_after(3, Duration::from_mins(10));
    let attached = context.run(&["attach", "web", context.spare(), "--wait"]).await.with(0);
    time.await.expect("time passed");
    assert!(attached.output.contains("healthy"), "{attached:?}");
    let line = format!("{}: initial (Elb.", context.spare());
    assert!(attached.errors.contains(&line) && attached.errors.contains(" s left"), "{attached:?}");
    context.stop().await;
}

#[tokio::test]
async fn a_detach_is_waited_for_until_the_machine_is_gone() {
    let context = Context::start(3).await;
    let [first, second] = [0, 1].map(|machine| context.machines[machine].clone());
    let time = context.pass_after(5, Duration::from_secs(301));
    let detached = context
        .run(&["detach", "web", &first, &second, "--target-group", "web-tg", "--wait", "--output", "json"])
        .await;
    time.await.expect("time passed");
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
    let aws = context.aws();
    let stopping = spare.clone();
    let time = tokio::spawn(async move {
        // Once the service polls for it: after the plan and the read that shows it, and one for the repeated request.
        while aws.count(Elbv2::DescribeTargetHealth) < 4 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        aws.stop(&stopping).expect("it runs");
    });
    let attached = context.run(&["attach", "web", &spare, "--wait"]).await.with(1);
    time.await.expect("it was stopped");
    assert!(attached.errors.contains(&format!("{spare} is attached, but: ")), "{attached:?}");
    assert!(attached.errors.contains("Target.InvalidState") && attached.errors.contains("Start"), "{attached:?}");
    context.stop().await;
}

#[tokio::test]
async fn a_short_outage_does_not_end_a_wait() {
    let context = Context::start(1).await;
    let aws = context.aws();
    let time = tokio::spawn(async move {
        // After the change: one to plan, one that shows it.
        while aws.count(Elbv2::RegisterTargets) < 1 || aws.count(Elbv2::DescribeTargetHealth) < 3 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        aws.inject(Elbv2::DescribeTargetHealth, Times::Next(20), Fault::Throttled);
        aws.advance(Duration::from_mins(10));
    });
    let attached = context.run(&["attach", "web", context.spare(), "--wait"]).await.with(0);
    time.await.expect("time passed");
    assert!(attached.errors.contains("; trying again"), "{attached:?}");
    context.stop().await;
}

#[tokio::test]
async fn a_service_that_goes_away_is_told_with_what_is_done() {
    let mut context = Context::start(1).await;
    let spare = context.spare().to_owned();
    let running = context.command(&["attach", "web", &spare, "--wait=4"]).spawn().expect("it starts");
    while context.aws().count(Elbv2::DescribeTargetHealth) < 3 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    context.kill_service().await;
    let attached = crate::support::ended(running).await.with(3);
    let last = attached.errors.lines().last().expect("a sentence");
    assert!(last.starts_with(&format!("{spare} is attached, but: http://")), "{attached:?}");
    assert!(last.contains("cannot be reached"), "{attached:?}");
    context.stop().await;
}
