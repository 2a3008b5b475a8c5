//! Grafana's dashboard and Prometheus's rules in `deployments/monitoring`, on a real Prometheus that scrapes running services.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use elbm_simulator::{Elbv2, Fault, Times};
use futures_util::future::join_all;
use regex::Regex;
use reqwest::{Client, Method};
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::backend::{Backend, World};
use crate::context::{PATIENCE, Service, TestContext, service_on};
use crate::lease_table::{LeaseTable, TableFault};
use crate::maintenance::{people, token};

/// What shows nothing while nothing is wrong, by the titles of its panels.
const NEED_A_FAULT: [&str; 2] = ["Errors", "Failed calls"];

/// A panel of the dashboard, or an alert, and what it asks Prometheus.
#[derive(Debug, Clone)]
struct Query {
    name: String,
    asks: String,
}

/// The queries of the dashboard.
fn dashboard() -> Vec<Query> {
    let text = include_str!("../../../../deployments/monitoring/dashboard.json");
    let dashboard: Value = serde_json::from_str(text).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels");
    let targets = |panel: &Value| panel["targets"].as_array().cloned().unwrap_or_default();
    let queries = panels.iter().flat_map(|panel| targets(panel).into_iter().map(|target| (panel.clone(), target)));
    queries
        .map(|(panel, target)| Query {
            name: panel["title"].as_str().expect("a title").to_owned(),
            asks: target["expr"].as_str().expect("a query").replace("$__rate_interval", "10s"),
        })
        .collect()
}

/// The queries of the alerts.
fn alerts() -> Vec<Query> {
    let text = include_str!("../../../../deployments/monitoring/rules.yaml");
    let rules: Value = serde_norway::from_str(text).expect("YAML");
    let rules = rules["groups"][0]["rules"].as_array().expect("rules").clone();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    rules.iter().map(|rule| Query { name: text(&rule["alert"]), asks: text(&rule["expr"]) }).collect()
}

/// A Prometheus that scrapes every second.
struct Prometheus {
    _process: Child,
    _folder: TempDir,
    address: SocketAddr,
    client: Client,
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port")
}

impl Prometheus {
    /// Configured as it is shipped, but for the addresses and the interval.
    fn start(targets: &[&str]) -> Self {
        let program = std::env::var("ELBM_TEST_PROMETHEUS").expect("ELBM_TEST_PROMETHEUS names the program");
        let folder = tempfile::tempdir().expect("a folder");
        let shipped = include_str!("../../../../deployments/monitoring/prometheus.yaml");
        let config = shipped.replace("15s", "1s").replace(r#"["127.0.0.1:5000"]"#, &format!("{targets:?}"));
        assert!(config.contains(targets[0]) && config.contains("1s"), "{config}");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
        write("prometheus.yaml", &config);
        write("rules.yaml", include_str!("../../../../deployments/monitoring/rules.yaml"));
        write("token", &token("vic"));
        let address = free_address();
        let process = Command::new(program)
            .arg(format!("--config.file={}", folder.path().join("prometheus.yaml").display()))
            .arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()))
            .arg(format!("--web.listen-address={address}"))
            .args(["--log.level=warn"])
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("it starts");
        let client = Client::builder().no_proxy().timeout(PATIENCE).build().expect("a client");
        Self { _process: process, _folder: folder, address, client }
    }

    /// The numbers that a query finds; none while Prometheus is not ready.
    async fn ask(&self, query: &str) -> Vec<f64> {
        let request = self.client.get(format!("http://{}/api/v1/query", self.address)).query(&[("query", query)]);
        let Ok(answer) = request.send().await else { return Vec::new() };
        if answer.status() == 503 {
            return Vec::new();
        }
        let answer: Value = answer.json().await.expect("JSON");
        assert_eq!(answer["status"], "success", "{query}: {answer}");
        let found = answer["data"]["result"].as_array().expect("a vector");
        let numbers = found.iter().map(|one| one["value"][1].as_str().and_then(|text| text.parse().ok()));
        numbers.map(|number| number.expect("a number")).collect()
    }

    /// Waits until a query finds a number.
    async fn until_found(&self, query: &Query) {
        let found = async {
            while !self.ask(&query.asks).await.iter().any(|number| number.is_finite()) {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        };
        tokio::time::timeout(PATIENCE, found).await.unwrap_or_else(|_| panic!("nothing is found: {query:?}"));
    }

    /// Waits until an alert has a reason.
    async fn until_alert(&self, name: &str, seen: &mut Vec<String>) {
        let alert = alerts().into_iter().find(|alert| alert.name == name).expect("it is there");
        self.until_found(&alert).await;
        seen.push(name.to_owned());
    }
}

async fn send(context: &TestContext, method: Method, path: &str) -> u16 {
    let sent = context.send(method, path, |request| request.bearer_auth(token("ann")).header("x-reason", "a test"));
    sent.await.status
}

/// What callers do every day.
async fn traffic(context: &TestContext) {
    let machine = context.aws.machine(7);
    let path = format!("/elb/web/instances/{machine}");
    loop {
        assert_eq!(send(context, Method::PUT, &path).await, 201);
        context.aws.simulator().advance(Duration::from_mins(10));
        assert_eq!(send(context, Method::GET, "/elb/web").await, 200);
        assert_eq!(send(context, Method::DELETE, &path).await, 200);
        context.aws.simulator().advance(Duration::from_mins(10));
        let settling = format!("{path}?wait=20");
        let time = async {
            loop {
                tokio::time::sleep(Duration::from_millis(300)).await;
                context.aws.simulator().advance(Duration::from_mins(10));
            }
        };
        let settled = tokio::select! {
            settled = send(context, Method::PUT, &settling) => settled,
            () = time => unreachable!("time goes on"),
        };
        assert_eq!(settled, 201);
        assert_eq!(send(context, Method::DELETE, &path).await, 200);
        context.aws.simulator().advance(Duration::from_mins(10));
    }
}

#[tokio::test]
#[ignore = "it needs Prometheus, which `cargo xtask test --full` installs"]
async fn every_query_of_dashboard_and_alerts_finds_what_it_is_for() {
    let (folder, credentials) = people();
    let options = ["--verify-timeout", "1", "--aws-patience", "1", "--aws-limits", "ec2-writes=0.01/0.01"];
    let options: Vec<_> = credentials.iter().map(String::as_str).chain(options).collect();
    let (aws, table) = (Backend::start(World::partly(9, 7)).await, LeaseTable::start().await);
    let mut command = service_on(aws.endpoint());
    command.args(options);
    table.used_by(&mut command);
    let context = TestContext::of(aws, command).await;
    let (first, second) = (context.own_origin().replace("http://", ""), free_address().to_string());
    let prometheus = Prometheus::start(&[&first]);

    // Nothing is wrong.
    let (all, alerts) = (dashboard(), alerts());
    let (quiet, loud): (Vec<_>, Vec<_>) = all.iter().partition(|query| !NEED_A_FAULT.contains(&query.name.as_str()));
    assert_eq!(loud.len(), NEED_A_FAULT.len());
    let seen = join_all(quiet.iter().map(|query| prometheus.until_found(query)));
    tokio::select! {
        _ = seen => {}
        () = traffic(&context) => {}
    }
    let names = Regex::new(r"\b(?:elbm|process)_[a-z_]+").expect("a pattern");
    for query in loud.iter().copied().chain(&alerts) {
        assert_eq!(prometheus.ask(&query.asks).await, [0.0; 0], "nothing is wrong: {query:?}");
        for name in names.find_iter(&query.asks) {
            let known = format!("count({})", name.as_str());
            assert!(!prometheus.ask(&known).await.is_empty(), "{query:?} asks for {}", name.as_str());
        }
    }
    drop(prometheus);

    // Everything is wrong, one after the other.
    let prometheus = Prometheus::start(&[&first, &second]);
    let mut told = Vec::new();
    let file = folder.path().join("credentials.json");
    let good = std::fs::read(&file).expect("the file");
    std::fs::write(&file, "{").expect("written");
    prometheus.until_alert("ElbmReloadFailed", &mut told).await;
    std::fs::write(&file, good).expect("written");
    leases(&context, &table, &prometheus, &mut told).await;
    faults(&context, &prometheus, &loud, &mut told).await;
    replicas(&context, &prometheus, &second, &credentials, &mut told).await;
    told.sort();
    let mut wanted: Vec<_> = alerts.iter().map(|alert| alert.name.clone()).collect();
    wanted.sort();
    assert_eq!(told, wanted);
    println!("{} queries of the dashboard, {} alerts", all.len(), alerts.len());
    context.stop().await;
}

/// What can be wrong with leases: one is lost, and then none can be taken.
async fn leases(context: &TestContext, table: &LeaseTable, prometheus: &Prometheus, told: &mut Vec<String>) {
    let simulator = context.aws.simulator();
    let path = format!("/elb/web/instances/{}", context.aws.machine(0));
    simulator.inject(Elbv2::DeregisterTargets, Times::Next(1), Fault::Delayed(Duration::from_secs(6)));
    let before = simulator.count(Elbv2::DeregisterTargets);
    let lost = async {
        while simulator.count(Elbv2::DeregisterTargets) == before {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        table.fails(Some(TableFault::Emptied));
    };
    tokio::join!(send(context, Method::DELETE, &path), lost);
    prometheus.until_alert("ElbmLeasesLost", told).await;
    table.fails(Some(TableFault::Broken));
    assert_eq!(send(context, Method::DELETE, &format!("/elb/web/instances/{}", context.aws.machine(1))).await, 502);
    prometheus.until_alert("ElbmLeasesNotTaken", told).await;
    table.fails(None);
}

/// What can be wrong with AWS and what it has.
async fn faults(context: &TestContext, prometheus: &Prometheus, loud: &[&Query], told: &mut Vec<String>) {
    let simulator = context.aws.simulator();
    let lists = || join_all((0..15).map(|_| send(context, Method::GET, "/elb")));
    for (fault, alerts) in [
        (Fault::InternalFailure, &["ElbmErrors", "ElbmAwsFails"][..]),
        (Fault::AccessDenied, &["ElbmAwsDenied"]),
        (Fault::ExpiredToken, &["ElbmAwsCredentials"]),
        (Fault::Throttled, &["ElbmAwsThrottled"]),
        (Fault::Delayed(Duration::from_secs(6)), &["ElbmSlow"]),
    ] {
        simulator.inject(Elbv2::DescribeLoadBalancers, Times::All, fault);
        for alert in alerts {
            let again = async {
                loop {
                    lists().await;
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
            };
            let seen = async {
                prometheus.until_alert(alert, told).await;
                if *alert == "ElbmErrors" {
                    join_all(loud.iter().map(|query| prometheus.until_found(query))).await;
                }
            };
            tokio::select! {
                () = seen => {}
                () = again => {}
            }
        }
        simulator.clear_faults();
    }
    simulator.inject(Elbv2::RegisterTargets, Times::Next(1), Fault::EffectLost);
    let path = format!("/elb/web/instances/{}", context.aws.machine(8));
    assert_eq!(send(context, Method::PUT, &path).await, 504);
    prometheus.until_alert("ElbmChangeNotWhole", told).await;

    let drains = (1..6).map(|machine| format!("/instances/{}/drain?force=true", context.aws.machine(machine)));
    join_all(drains.map(|path| async move { send(context, Method::POST, &path).await })).await;
    prometheus.until_alert("ElbmBudgetSpent", told).await;

    for machine in 0..9 {
        simulator.stop(context.aws.machine(machine)).expect("it runs");
    }
    assert_eq!(send(context, Method::GET, "/elb/web").await, 200);
    prometheus.until_alert("ElbmNoHealthyTarget", told).await;
}

/// What can be wrong with a replica: this one, and one at another address.
async fn replicas(
    context: &TestContext,
    prometheus: &Prometheus,
    address: &str,
    credentials: &[String],
    told: &mut Vec<String>,
) {
    // Nearly all of what may be open is.
    let process = context.process();
    let open = std::fs::read_dir(format!("/proc/{process}/fd")).expect("its files").count();
    limit_files(process, open + open / 6).await;
    prometheus.until_alert("ElbmFileDescriptors", told).await;
    limit_files(process, 1000).await;

    let start = async || {
        let mut command = service_on(context.aws.endpoint());
        command.args(["--listen", address]).args(credentials);
        Service::start(command).await
    };
    let seen = |service: usize| Query {
        name: format!("replica {service}"),
        asks: format!("changes(process_start_time_seconds{{instance=\"{address}\"}}[30m]) >= {service}"),
    };
    context.aws.simulator().inject(Elbv2::DescribeLoadBalancers, Times::All, Fault::AccessDenied);
    let service = start().await;
    prometheus.until_alert("ElbmNotReady", told).await;
    service.stop().await;
    context.aws.simulator().clear_faults();
    prometheus.until_alert("ElbmDown", told).await;
    for number in 1..4 {
        let service = start().await;
        prometheus.until_found(&seen(number)).await;
        service.stop().await;
    }
    prometheus.until_alert("ElbmRestarts", told).await;
}

async fn limit_files(process: u32, files: usize) {
    let (process, files) = (format!("--pid={process}"), format!("--nofile={files}:"));
    let limited = Command::new("prlimit").args([process, files]).status().await.expect("prlimit runs");
    assert!(limited.success());
}

#[test]
fn what_is_shipped_is_where_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deployments/monitoring");
    for file in ["dashboard.json", "rules.yaml", "rules.test.yaml", "prometheus.yaml"] {
        assert!(folder.join(file).is_file(), "{file}");
    }
    assert!(dashboard().len() > 20 && alerts().len() > 10);
}
