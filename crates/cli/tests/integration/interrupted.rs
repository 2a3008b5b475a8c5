//! Ctrl-C and SIGTERM: the truth about what has been changed.

use std::time::Duration;

use elbm_simulator::{Elbv2, Fault, Times};

use crate::support::{Context, ended, send};

#[tokio::test]
async fn a_wait_that_is_interrupted_tells_what_is_done() {
    for (signal, word) in [("-INT", "attach"), ("-TERM", "detach")] {
        let context = Context::start(2).await;
        let machine = if word == "attach" { context.spare() } else { &context.machines[0] }.to_owned();
        let waiting = context.waiting(&[word, "web", &machine, "--wait", "--output", "json"]).await;
        waiting.signal(signal).await;
        let ended = waiting.end().await.with(130);
        assert!(ended.errors.contains(&format!("{machine} is {word}ed, and had not settled")), "{ended:?}");
        assert_eq!((&ended.json()[0]["outcome"], &ended.json()[0]["changed"]), (&"pending".into(), &true.into()));
        context.stop().await;
    }
}

#[tokio::test]
async fn a_change_that_is_interrupted_before_its_answer_is_not_called_done() {
    let context = Context::start(1).await;
    let spare = context.spare().to_owned();
    context.aws().inject(Elbv2::RegisterTargets, Times::All, Fault::Delayed(Duration::from_secs(5)));
    let running = context.command(&["attach", "web", &spare]).spawn().expect("it starts");
    while context.aws().count(Elbv2::DescribeTargetHealth) < 1 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    send(&running, "-INT").await;
    let ended = ended(running).await.with(130);
    assert!(ended.errors.contains(&format!("{spare}: the service was asked and may go on with it")), "{ended:?}");
    assert!(ended.output.contains("unknown"), "{ended:?}");
    context.stop().await;
}
