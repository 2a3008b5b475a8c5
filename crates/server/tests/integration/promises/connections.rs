//! As many connections as the service takes, all open at once.

use std::process::Stdio;
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::Command;

use crate::backend::{Backend, World};
use crate::connections::held;
use crate::context::{PATIENCE, Service, TestContext, service_on};
use crate::rounds::seen::Seen;

const CONNECTIONS: usize = 10_000;

/// How many are opened, or ask, side by side.
const SIDE_BY_SIDE: usize = 64;

/// The soft limit of open files that many systems have.
const SOFT_LIMIT: u64 = 1024;

const REQUEST: &[u8] = b"GET /healthcheck HTTP/1.1\r\nHost: localhost\r\n\r\n";

pub(super) async fn ten_thousand() -> Seen {
    let ours = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: ours.maximum, ..ours }).expect("up to the hard limit");
    let aws = Backend::start(World::simple(3)).await;
    let plain = service_on(aws.endpoint());
    let plain = plain.as_std();
    let mut command = Command::new("sh");
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command.args(["-c", &format!("ulimit -S -n {SOFT_LIMIT}; exec \"$0\" \"$@\"")]).arg(plain.get_program());
    command.env_clear().envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    // Nobody is cut off while the others come.
    command.args(["--head-timeout", "600"]);
    // It is asked by these connections only: one that a client keeps would take a place.
    let context = TestContext::with(aws, Service::start(command).await);
    let address = context.own_origin().replace("http://", "");
    let mut seen = Seen::default();

    let opened = stream::iter(0..CONNECTIONS).map(|_| async {
        let mut stream = TcpStream::connect(&address).await.expect("a connection");
        ask(&mut stream).await;
        stream
    });
    let mut opened: Vec<_> = opened.buffer_unordered(SIDE_BY_SIDE).collect().await;
    seen.note_many("200", opened.len());

    // They stay: each is answered once more, while one more waits for its place.
    let mut waiting = TcpStream::connect(&address).await.expect("it is in the system's queue");
    waiting.write_all(REQUEST).await.expect("sent");
    stream::iter(&mut opened).for_each_concurrent(SIDE_BY_SIDE, ask).await;
    seen.note_many("200", opened.len());
    let mut byte = [0];
    let early = tokio::time::timeout(Duration::from_millis(200), waiting.read(&mut byte)).await;
    assert!(early.is_err(), "it was answered before there was place");
    seen.tell(format!("{} MiB resident", resident(context.process()) / 1024));
    drop(opened.pop());
    answered(&mut waiting).await;
    seen.note_as("200");
    drop((opened, waiting));
    context.stop().await;
    seen
}

async fn ask(stream: &mut TcpStream) {
    stream.write_all(REQUEST).await.expect("sent");
    answered(stream).await;
}

/// Reads one answer.
async fn answered(stream: &mut TcpStream) {
    let mut answer = Vec::new();
    let whole = async {
        while !is_whole(&answer) {
            assert_ne!(stream.read_buf(&mut answer).await.expect("not broken"), 0, "closed without an answer");
        }
    };
    tokio::time::timeout(PATIENCE, whole).await.expect("answered in time");
    let (status, body) = held("GET", "/healthcheck", std::str::from_utf8(&answer).expect("text"));
    assert_eq!((status, body), (200, json!({"status": "OK"})));
}

fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    length.is_some_and(|length: usize| body.len() >= length)
}

/// The resident memory of a process, in KiB.
pub(crate) fn resident(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux tells it");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}
