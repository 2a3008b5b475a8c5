//! Clients that are slow, many or gone, and a service that is told to stop while it works.

use std::collections::HashMap;
use std::time::Duration;

use elbm_simulator::{Elbv2, Fault, Times};
use reqwest::header::HeaderMap;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::backend::World;
use crate::context::{PATIENCE, TestContext};
use crate::contract;

/// A raw connection on which this was sent.
pub(crate) async fn connection(context: &TestContext, sent: &str) -> TcpStream {
    let address = context.own_origin().replace("http://", "");
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(sent.as_bytes()).await.expect("sent");
    stream
}

/// What the service sends until it closes the connection.
pub(crate) async fn rest(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_string(&mut answer)).await;
    read.expect("closed in time").expect("closed in order");
    answer
}

/// Holds a raw answer against the contract: status and body.
pub(crate) fn held(method: &str, path: &str, answer: &str) -> (u16, Value) {
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).expect("a status");
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let headers = HeaderMap::try_from(&headers).expect("headers");
    (status, contract::hold(method, path, status, &headers, body.as_bytes()))
}

#[tokio::test]
async fn a_dripped_head_is_cut_off_and_others_are_served() {
    let context = TestContext::start_with(World::simple(2), &["--head-timeout", "1"]).await;
    let slow = connection(&context, "GET /healthcheck HTTP/1.1\r\nHost: loc").await;
    let idle = connection(&context, "").await;
    assert_eq!(context.get("/elb/web").await.status, 200);
    assert!(!rest(slow).await.contains(" 200 "));
    assert_eq!(rest(idle).await, "");
    context.stop().await;
}

#[tokio::test]
async fn a_dripped_body_is_cut_off_and_changes_nothing() {
    let context = TestContext::start_with(World::simple(2), &["--body-timeout", "1"]).await;
    let head = "/elb/web HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n{";
    for method in ["POST", "DELETE"] {
        let answer = rest(connection(&context, &format!("{method} {head}")).await).await;
        let (status, error) = held(method, "/elb/web", &answer);
        assert_eq!((status, &error["error"]), (408, &"RequestTimeout".into()), "{answer}");
    }
    assert_eq!(context.aws.simulator().calls().len(), 0, "AWS was asked");
    context.stop().await;
}

#[tokio::test]
async fn idle_connections_do_not_keep_others_out() {
    let context = TestContext::start_with(World::simple(2), &["--max-connections", "3", "--head-timeout", "1"]).await;
    let mut idle = Vec::new();
    for _ in 0..10 {
        idle.push(connection(&context, "").await);
    }
    assert_eq!(context.get("/elb/web").await.status, 200);
    context.stop().await;
}

#[tokio::test]
async fn an_accepted_request_is_answered_when_the_service_is_told_to_stop() {
    let context = TestContext::start(World::simple(2)).await;
    let simulator = context.aws.simulator().clone();
    simulator.inject(Elbv2::DescribeTargetGroups, Times::All, Fault::Delayed(Duration::from_millis(500)));
    let working = connection(&context, "GET /elb/web HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    let idle = connection(&context, "").await;
    while simulator.count(Elbv2::DescribeTargetGroups) == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    context.stop().await;
    let answer = rest(working).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!(rest(idle).await, "");
}

#[tokio::test]
async fn every_accepted_request_is_answered_when_the_service_is_told_to_stop_under_load() {
    let context = TestContext::start(World::simple(2)).await;
    let simulator = context.aws.simulator().clone();
    simulator.inject(Elbv2::DescribeLoadBalancers, Times::All, Fault::Delayed(Duration::from_millis(200)));
    let mut working = Vec::new();
    // Each about another load balancer, so that AWS tells how many requests were accepted.
    for number in 0..100 {
        working.push(connection(&context, &format!("GET /elb/web-{number} HTTP/1.1\r\nHost: localhost\r\n\r\n")).await);
    }
    while simulator.count(Elbv2::DescribeLoadBalancers) < 100 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    context.stop().await;
    for stream in working {
        let answer = rest(stream).await;
        let (status, error) = held("GET", "/elb/web", &answer);
        assert_eq!((status, &error["error"]), (404, &"LoadBalancerNotFound".into()), "{answer}");
    }
}

#[tokio::test]
async fn what_is_no_request_is_refused_with_a_body() {
    let context = TestContext::start(World::simple(2)).await;
    let long = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "a".repeat(70_000));
    for (sent, expected) in [
        ("\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{fc}\u{3}\u{3}\r\n\r\n", (400, "ValidationError")),
        ("GET /elb HTTP/1.1\r\nHost\r\n\r\n", (400, "ValidationError")),
        ("GET /elb HTTP/1.1\r\nContent-Length: -1\r\n\r\n", (400, "ValidationError")),
        ("GET  /elb  HTTP/9\r\n\r\n", (400, "ValidationError")),
        (&long, (431, "RequestHeaderFieldsTooLarge")),
    ] {
        let answer = rest(connection(&context, sent).await).await;
        let (status, error) = held("GET", "/elb", &answer);
        assert_eq!((status, error["error"].as_str()), (expected.0, Some(expected.1)), "{sent:.60}: {answer}");
    }
    assert_eq!(context.get("/elb/web").await.status, 200);
    assert_eq!(context.aws.simulator().count(Elbv2::RegisterTargets), 0);
    context.stop().await;
}

#[tokio::test]
async fn a_large_head_is_refused_with_a_body() {
    let context = TestContext::start(World::simple(2)).await;
    let many = "X-A: b\r\n".repeat(150);
    let long = format!("X-A: {}\r\n", "b".repeat(70_000));
    for headers in [many, long] {
        for (method, path) in [
            ("GET", "/healthcheck"),
            ("GET", "/elb"),
            ("GET", "/elb/web"),
            ("POST", "/elb/web"),
            ("DELETE", "/elb/web"),
        ] {
            let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
            let answer = rest(connection(&context, &format!("{head}{headers}\r\n")).await).await;
            let (status, error) = held(method, path, &answer);
            assert_eq!((status, &error["error"]), (431, &"RequestHeaderFieldsTooLarge".into()), "{answer}");
        }
    }
    assert_eq!(context.aws.simulator().calls().len(), 0, "AWS was asked");
    context.stop().await;
}
