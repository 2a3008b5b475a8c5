//! What is shown, to people and to programs.

use std::process::Stdio;

use crate::support::{Context, end, ended};

#[tokio::test]
async fn load_balancers_machines_and_targets_are_shown() {
    let context = Context::start(2).await;
    let listed = context.run(&["ls"]).await.with(0).output;
    let lines: Vec<Vec<&str>> = listed.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0][..3], ["NAME", "KIND", "SCHEME"], "{listed}");
    assert_eq!((lines.len(), &lines[1][..2], lines[1].last()), (2, &["web", "application"][..], Some(&"web-tg")));

    let counted = context.run(&["ls", "--counts"]).await.with(0).output;
    assert!(counted.lines().next().expect("a header").ends_with("HEALTHY  UNHEALTHY  OTHER"), "{counted}");
    let counts: Vec<_> = counted.lines().last().expect("a line").split_whitespace().rev().take(3).collect();
    assert_eq!(counts, ["0", "0", "2"], "{counted}");

    let shown = context.run(&["show", "web"]).await.with(0).output;
    assert_eq!(shown.lines().count(), 3, "{shown}");
    for machine in &context.machines[..2] {
        let line = shown.lines().find(|line| line.starts_with(machine.as_str())).expect("it is shown");
        let words: Vec<_> = line.split_whitespace().collect();
        assert!(line.contains("running") && words.ends_with(&["web-tg", "80", "healthy", "-"]), "{line}");
    }

    let targets = context.run(&["targets", "web"]).await.with(0).output;
    assert!(targets.starts_with("web-tg: HTTP:80, targets by instance, in use, drains 300 s\n"), "{targets}");
    assert_eq!(targets.matches(" healthy ").count(), 2, "{targets}");
    context.stop().await;
}

#[tokio::test]
async fn programs_get_what_the_service_says() {
    let context = Context::start(2).await;
    for (arguments, path) in
        [(&["ls"][..], "/elb"), (&["show", "web"][..], "/elb/web"), (&["targets", "web"][..], "/elb/web/targets")]
    {
        let shown = context.run(&[arguments, &["--output", "json"][..]].concat()).await.with(0).json();
        let said: serde_json::Value =
            reqwest::get(format!("{}{path}", context.url())).await.expect("an answer").json().await.expect("JSON");
        assert_eq!(shown, said, "{path}");
    }
    assert_eq!(
        context.run(&["ls", "--kind", "classic", "--output", "json"]).await.with(0).json(),
        serde_json::json!([])
    );
    context.stop().await;
}

#[tokio::test]
async fn states_are_coloured_where_somebody_sees_it() {
    let context = Context::start(1).await;
    assert!(!context.run(&["show", "web"]).await.output.contains('\u{1b}'));
    for (variables, coloured) in
        [(&[("CLICOLOR_FORCE", "1")][..], true), (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")][..], false)]
    {
        let mut command = context.command(&["show", "web"]);
        command.envs(variables.iter().copied());
        assert_eq!(end(command).await.with(0).output.contains('\u{1b}'), coloured, "{variables:?}");
    }
    context.stop().await;
}

#[tokio::test]
async fn a_closed_pipe_is_no_failure() {
    let context = Context::start(2).await;
    for arguments in [&["ls"][..], &["show", "web", "--output", "json"], &["completions", "bash"], &["man"]] {
        let mut process = context.command(arguments).stdout(Stdio::piped()).spawn().expect("it starts");
        drop(process.stdout.take());
        let ended = ended(process).await.with(0);
        assert_eq!(ended.errors, "", "{arguments:?}");
    }
    // Nor does it end a change.
    let mut process = context.command(&["attach", "web", context.spare()]).spawn().expect("it starts");
    drop(process.stdout.take());
    ended(process).await.with(0);
    assert_eq!(context.members().len(), 3);
    context.stop().await;
}
