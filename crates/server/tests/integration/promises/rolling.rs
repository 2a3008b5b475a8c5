//! A new version comes: two replicas behind a proxy are stopped and started, one after the other, while clients work.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use elbm_simulator::{Handle, HealthState};
use futures_util::future::join_all;
use reqwest::Method;

use super::proxy::{Proxy, free};
use crate::backend::{Backend, World};
use crate::context::{Caller, Service, service_on};
use crate::rounds::seen::Seen;

/// Each has a machine of its own, so that it knows what is to be answered.
const CLIENTS: usize = 16;

/// How often both replicas are restarted.
const RESTARTS: usize = 3;

pub(super) async fn restarts() -> Seen {
    let aws = Backend::start(World::partly(CLIENTS + 1, 1)).await;
    let addresses: [_; 2] = free();
    let mut replicas = join_all(addresses.map(|address| replica(&aws, address))).await;
    let proxy = Proxy::start(&addresses);
    proxy.sees(2).await;

    let done = Arc::new(AtomicBool::new(false));
    let clients = (1..=CLIENTS).map(|number| {
        let (caller, machine) = (Caller::of(proxy.base()), aws.machine(number).to_owned());
        tokio::spawn(work(caller, machine, aws.simulator().clone(), Arc::clone(&done)))
    });
    let clients: Vec<_> = clients.collect();
    for _ in 0..RESTARTS {
        for (number, address) in addresses.into_iter().enumerate() {
            let old = replicas.remove(number);
            old.stop().await;
            // The proxy has seen it go before it comes back.
            proxy.sees(1).await;
            replicas.insert(number, replica(&aws, address).await);
            proxy.sees(2).await;
        }
    }
    done.store(true, Ordering::Relaxed);
    let mut seen = Seen::default();
    for client in clients {
        seen.merge(client.await.expect("no request failed"));
    }
    seen.tell(format!("{} restarts", RESTARTS * addresses.len()));
    proxy.stop().await;
    for replica in replicas {
        replica.stop().await;
    }
    aws.stop().await;
    seen
}

async fn replica(aws: &Backend, address: SocketAddr) -> Service {
    let mut command = service_on(aws.endpoint());
    command.args(["--listen", &address.to_string(), "--linger", "1", "--minimum-healthy", "0"]);
    let service = Service::start(command).await;
    service.ready().await;
    service
}

/// Attaches a machine, looks, and detaches it, until it is enough.
async fn work(caller: Caller, machine: String, aws: Handle, done: Arc<AtomicBool>) -> Seen {
    let mut seen = Seen::default();
    let own = format!("/elb/web/instances/{machine}");
    while !done.load(Ordering::Relaxed) {
        for (method, path, status, registered) in [
            (Method::PUT, own.as_str(), 201, true),
            (Method::GET, own.as_str(), 200, true),
            (Method::GET, "/elb/web", 200, true),
            (Method::DELETE, own.as_str(), 200, false),
        ] {
            let answer = caller.send(method, path, |request| request).await;
            assert_eq!(answer.status, status, "{answer:?}");
            seen.note(&answer);
            let members = aws.membership("web-tg").expect("it is there");
            let mut live = members.iter().filter(|member| member.health.state != HealthState::Draining);
            assert_eq!(live.any(|member| member.id == machine), registered, "{answer:?}");
        }
    }
    seen
}
