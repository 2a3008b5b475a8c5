//! Nothing can be written where the service logs to.

use std::net::TcpListener;
use std::process::Stdio;
use std::time::Duration;

use reqwest::Method;

use crate::backend::{Backend, World};
use crate::context::{PATIENCE, Service, TestContext, service_on};
use crate::rounds::seen::Seen;

pub(super) async fn is_full() -> Seen {
    let aws = Backend::start(World::simple(3)).await;
    let machine = aws.machine(2).to_owned();
    // It cannot say where it listens.
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("its address");
    let full = || Stdio::from(std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it"));
    let mut command = service_on(aws.endpoint());
    command.args(["--listen", &free.to_string()]).stdout(full()).stderr(full()).env("RUST_LOG", "debug");
    let service = Service::start_at(command, format!("http://{free}"));
    let listens = async {
        let ready = || service.caller().try_send(Method::GET, "/readyz", |request| request);
        while !ready().await.is_ok_and(|answer| answer.status == 200) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, listens).await.expect("it listens in time");
    let context = TestContext::with(aws, service);
    let mut seen = Seen::default();
    let (alone, own) = (format!("/elb/web/instances/{machine}"), "/elb/web/instances/i-1");
    for _ in 0..20 {
        for (method, path, status) in [
            (Method::GET, "/elb/web", 200),
            (Method::PUT, alone.as_str(), 201),
            (Method::DELETE, alone.as_str(), 200),
            (Method::DELETE, own, 400),
            (Method::GET, "/elb/nowhere", 404),
        ] {
            let answer = context.send(method, path, |request| request).await;
            assert_eq!(answer.status, status, "{answer:?}");
            seen.note(&answer);
        }
    }
    context.aws.simulator().go_away(None);
    let failed = context.get("/elb/web").await;
    failed.refused(502, "AwsUnreachable");
    seen.note(&failed);
    context.stop().await;
    seen
}
