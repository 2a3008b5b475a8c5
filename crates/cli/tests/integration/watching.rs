//! `elbm watch`: what changes, as it changes.

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout};

use crate::support::{Context, PATIENCE, ended, send};

/// A running `elbm watch`.
struct Watch {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Watch {
    fn start(context: &Context, arguments: &[&str]) -> Self {
        let mut process = context.command(arguments).spawn().expect("it starts");
        let lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
        Self { process, lines }
    }

    async fn line(&mut self) -> String {
        let line = tokio::time::timeout(PATIENCE, self.lines.next_line()).await.expect("in time").expect("readable");
        line.expect("it goes on")
    }

    /// The next line, without its time.
    async fn change(&mut self) -> String {
        let line = self.line().await;
        line.split_once("  ").expect("a time").1.to_owned()
    }

    async fn event(&mut self) -> Value {
        serde_json::from_str(&self.line().await).expect("JSON")
    }
}

#[tokio::test]
async fn each_change_is_a_line() {
    let context = Context::start(1).await;
    let spare = context.spare().to_owned();
    let mut watch = Watch::start(&context, &["watch", "web"]);
    assert_eq!(watch.change().await, format!("{}  web-tg:80 healthy", context.machines[0]));
    context.run(&["attach", "web", &spare]).await.with(0);
    assert_eq!(watch.change().await, format!("{spare}  web-tg:80 initial (Elb.RegistrationInProgress)"));
    context.aws().advance(Duration::from_mins(10));
    assert_eq!(watch.change().await, format!("{spare}  web-tg:80 healthy"));
    context.run(&["detach", "web", &spare]).await.with(0);
    assert_eq!(watch.change().await, format!("{spare}  web-tg:80 draining (Target.DeregistrationInProgress)"));
    context.aws().advance(Duration::from_mins(10));
    assert_eq!(watch.change().await, format!("{spare}  gone"));
    send(&watch.process, "-INT").await;
    ended(watch.process).await.with(0);
    context.stop().await;
}

#[tokio::test]
async fn programs_get_the_events() {
    let context = Context::start(2).await;
    let mut watch = Watch::start(&context, &["watch", "web", "--output", "json"]);
    let snapshot = watch.event().await;
    assert_eq!((&snapshot["event"], snapshot["machines"].as_array().map(Vec::len)), (&"snapshot".into(), Some(2)));
    context.run(&["attach", "web", context.spare()]).await.with(0);
    let change = watch.event().await;
    assert_eq!((&change["event"], &change["machines"][0]["health"]), (&"change".into(), &"initial".into()));
    // Nobody reads any more.
    drop(watch.lines);
    context.run(&["detach", "web", context.spare()]).await.with(0);
    ended(watch.process).await.with(0);
    context.stop().await;
}

#[tokio::test]
async fn a_lost_connection_recovers_and_tells_what_was_missed() {
    let mut context = Context::start(2).await;
    let mut watch = Watch::start(&context, &["watch", "web"]);
    let first: Vec<String> = vec![watch.change().await, watch.change().await];
    assert!(first.iter().all(|line| line.ends_with("healthy")), "{first:?}");
    context.kill_service().await;
    context.aws().stop(&context.machines[0]).expect("it runs");
    context.restart_service().await;
    let stopped = format!("{}  web-tg:80 unused (Target.InvalidState)", context.machines[0]);
    assert_eq!(watch.change().await, stopped, "only what is new is told again");
    send(&watch.process, "-INT").await;
    let ended = ended(watch.process).await.with(0);
    assert!(ended.errors.contains("what is shown may be old"), "{ended:?}");
    context.stop().await;
}

#[tokio::test]
async fn what_cannot_be_watched_is_told() {
    let context = Context::start(1).await;
    context.run(&["watch", "nowhere"]).await.with(6);
    context.run(&["watch", "web", "--server", "http://127.0.0.1:1"]).await.with(8);
    context.stop().await;
}
