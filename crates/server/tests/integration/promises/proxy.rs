//! haproxy in front of replicas: a proxy as people run it, that keeps connections for further requests and asks each replica
//! whether it is ready. One of our own would behave as we think that proxies do.

use std::net::{SocketAddr, TcpListener};
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::context::PATIENCE;

/// Names the program, where it is not on the `PATH`.
const HAPROXY: &str = "ELBM_TEST_HAPROXY";

pub(super) struct Proxy {
    process: Child,
    address: SocketAddr,
    statistics: SocketAddr,
    _folder: TempDir,
}

impl Proxy {
    /// In front of these replicas.
    pub(super) fn start(replicas: &[SocketAddr]) -> Self {
        let [address, statistics] = free();
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("haproxy.cfg");
        std::fs::write(&file, configuration(address, statistics, replicas)).expect("written");
        let program = std::env::var(HAPROXY).unwrap_or_else(|_| "haproxy".to_owned());
        let started = Command::new(&program).arg("-f").arg(&file).stdout(Stdio::null()).kill_on_drop(true).spawn();
        let process = started
            .unwrap_or_else(|error| panic!("{program}: {error}; apt-get install haproxy, or name it in {HAPROXY}"));
        Self { process, address, statistics, _folder: folder }
    }

    /// Where it listens.
    pub(super) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until it holds so many replicas for ready.
    pub(super) async fn sees(&self, ready: usize) {
        let url = format!("http://{}/;csv", self.statistics);
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let seen = async {
            loop {
                if let Ok(answer) = client.get(&url).send().await {
                    let table = answer.text().await.expect("text");
                    let is_up = |line: &&str| line.starts_with("service,replica-") && line.contains(",UP,");
                    if table.lines().filter(is_up).count() == ready {
                        return;
                    }
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, seen).await.expect("it sees them in time");
    }

    pub(super) async fn stop(mut self) {
        self.process.kill().await.expect("it ends");
    }
}

/// Nothing is tried twice, not even what never reached a replica.
fn configuration(address: SocketAddr, statistics: SocketAddr, replicas: &[SocketAddr]) -> String {
    let replicas = replicas.iter().enumerate();
    let servers = replicas
        .map(|(number, address)| format!("    server replica-{number} {address}\n"))
        .collect::<Vec<_>>()
        .concat();
    format!(
        "defaults
    mode http
    timeout connect 2s
    timeout client 60s
    timeout server 60s
    retries 0
frontend public
    bind {address}
    default_backend service
backend service
    option httpchk GET /readyz
    http-check expect status 200
    default-server check inter 100ms fall 1 rise 1
{servers}frontend statistics
    bind {statistics}
    stats enable
    stats uri /
"
    )
}

/// Addresses on which nobody listens.
pub(super) fn free<const N: usize>() -> [SocketAddr; N] {
    let listeners: [_; N] = std::array::from_fn(|_| TcpListener::bind("127.0.0.1:0").expect("a free port"));
    listeners.map(|listener| listener.local_addr().expect("its address"))
}
