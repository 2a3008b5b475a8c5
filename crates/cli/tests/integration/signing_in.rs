//! `elbm login`, and what a token opens.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::support::{Context, Ended, answer, elbm, end, ended, stranger};

const OPERATOR: &str = "elbm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const VIEWER: &str = "elbm_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA";

/// A service with an operator and a viewer.
async fn start() -> Context {
    let hash = |token: &str| format!("sha256:{}", hex::encode(Sha256::digest(token)));
    let principals = json!({"principals": [
        {"name": "olga", "role": "operator", "loadBalancers": ["*"], "token": hash(OPERATOR)},
        {"name": "vic", "role": "viewer", "loadBalancers": ["*"], "token": hash(VIEWER)},
    ]});
    Context::start_with(1, &["--credentials-json", &principals.to_string()]).await
}

/// Runs it, these lines on its standard input.
async fn typed(mut command: Command, lines: &str) -> Ended {
    let mut process = command.stdin(Stdio::piped()).spawn().expect("it starts");
    process.stdin.take().expect("a pipe").write_all(lines.as_bytes()).await.expect("it reads");
    ended(process).await
}

#[tokio::test]
async fn server_and_token_are_kept_where_nobody_else_reads_them() {
    let context = start().await;
    let login = elbm(&context.home, &["login", &format!("{}/", context.url())]);
    let kept = typed(login, &format!("{OPERATOR}\nmore\n")).await.with(0);
    assert!(!kept.errors.contains(OPERATOR) && kept.output.is_empty(), "{kept:?}");
    let file = context.home.path().join("config/elbm/login.json");
    assert!(kept.errors.contains(file.to_str().expect("text")), "{kept:?}");
    assert_eq!(file.metadata().expect("it is there").permissions().mode() & 0o777, 0o600);
    let said: Value = serde_json::from_slice(&std::fs::read(&file).expect("readable")).expect("JSON");
    assert_eq!(said, json!({"server": context.url(), "token": OPERATOR}));

    end(elbm(&context.home, &["ls"])).await.with(0);
    end(elbm(&context.home, &["attach", "web", context.spare()])).await.with(0);
    // A later one takes its place.
    typed(elbm(&context.home, &["login", context.url()]), VIEWER).await.with(0);
    let refused = end(elbm(&context.home, &["detach", "web", context.spare()])).await.with(7);
    assert!(refused.errors.contains("'vic' is a viewer"), "{refused:?}");
    context.stop().await;
}

#[tokio::test]
async fn a_wrong_token_is_not_kept() {
    let context = start().await;
    for token in ["elbm_wrong", ""] {
        let refused = typed(elbm(&context.home, &["login", context.url()]), &format!("{token}\n")).await.with(7);
        assert!(refused.errors.contains("no credentials of this service"), "{refused:?}");
    }
    typed(elbm(&context.home, &["login", "http://127.0.0.1:1"]), OPERATOR).await.with(8);
    let html = stranger(|_| answer("200 OK", "content-type: text/html\r\n", "<h1>Hello</h1>")).await;
    typed(elbm(&context.home, &["login", &html]), OPERATOR).await.with(1);
    assert!(!context.home.path().join("config/elbm/login.json").exists());
    context.stop().await;
}

#[tokio::test]
async fn the_environment_comes_before_what_is_kept() {
    let context = start().await;
    end(context.command(&["ls"])).await.with(7);
    typed(elbm(&context.home, &["login", context.url()]), VIEWER).await.with(0);
    let mut command = elbm(&context.home, &["attach", "web", context.spare()]);
    command.env("ELBM_TOKEN", OPERATOR);
    end(command).await.with(0);
    let mut command = elbm(&context.home, &["ls"]);
    command.env("ELBM_TOKEN", "elbm_expired");
    end(command).await.with(7);
    context.stop().await;
}

#[tokio::test]
async fn a_kept_token_goes_to_no_other_server() {
    let context = start().await;
    typed(elbm(&context.home, &["login", context.url()]), OPERATOR).await.with(0);
    let other = stranger(|head| {
        let body = if head.to_lowercase().contains("authorization") { "leaked" } else { "[]" };
        answer("200 OK", "content-type: application/json\r\n", body)
    })
    .await;
    end(elbm(&context.home, &["ls", "--server", &other])).await.with(0);
    context.stop().await;
}

#[tokio::test]
async fn a_service_manager_gives_no_home() {
    let context = start().await;
    let mut command = context.command(&["ls"]);
    command.env_remove("HOME").env_remove("XDG_CONFIG_HOME").env("ELBM_TOKEN", VIEWER);
    end(command).await.with(0);
    context.stop().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_told() {
    let context = Context::start(1).await;
    let folder = context.home.path().join("config/elbm");
    std::fs::create_dir_all(&folder).expect("made");
    std::fs::write(folder.join("login.json"), "{").expect("written");
    let refused = end(elbm(&context.home, &["ls"])).await.with(1);
    assert!(
        refused.errors.contains("login.json") && refused.errors.contains("`elbm login` writes it anew"),
        "{refused:?}"
    );
    context.stop().await;
}
