//! The process: its command line, its ready line, its end.

use std::net::TcpListener;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::context::{Service, ready, service_command, service_on};

async fn fails(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let mut command = service_command();
    command.args(arguments).envs(environment.iter().copied());
    let output = command.output().await.expect("it runs");
    assert!(!output.status.success(), "{arguments:?} succeeded");
    String::from_utf8(output.stderr).expect("text")
}

/// The predecessor's calls, as its README prints them, on the seeded simulator.
#[tokio::test]
async fn the_seeded_simulator_takes_the_documented_calls() {
    let mut command = service_command();
    command.args(["--simulate"]);
    // A profile of a real account must not turn the simulator to it.
    command.env("AWS_ENDPOINT_URL", "http://127.0.0.1:9").env("AWS_PROFILE", "real").env("AWS_REGION", "eu-west-1");
    let service = Service::start(command).await;
    let body = json!({"instanceId": "i-06060a1e235609999"});
    let change = |method| service.send(method, "/elb/default-alb", |request| request.json(&body));

    let healthy = service.send(Method::GET, "/healthcheck", |request| request).await;
    assert_eq!((healthy.status, healthy.body), (200, json!({"status": "OK"})));
    let listed = service.send(Method::GET, "/elb/default-alb", |request| request).await;
    assert!(listed.status == 200 && listed.body.as_array().is_some_and(|machines| machines.len() >= 2), "{listed:?}");
    assert!(listed.body.as_array().expect("machines").iter().all(|machine| machine["health"] == "healthy"));
    assert_eq!(change(Method::POST).await.status, 201);
    change(Method::POST).await.refused(409, "AlreadyAttached");
    assert_eq!(change(Method::DELETE).await.status, 201);
    change(Method::DELETE).await.refused(409, "Draining");
    service.stop().await;
}

#[tokio::test]
async fn the_simulators_clock_can_be_sped_up() {
    let mut command = service_command();
    command.args(["--simulate", "--time-scale", "10000"]);
    let service = Service::start(command).await;
    let body = json!({"instanceId": "i-06060a1e235609999"});
    let attached = service.send(Method::POST, "/elb/default-alb", |request| request.json(&body)).await;
    assert_eq!(attached.status, 201);
    loop {
        let listed = service.send(Method::GET, "/elb/default-alb", |request| request).await;
        let machines = listed.body.as_array().expect("machines").clone();
        let machine = machines.iter().find(|machine| machine["instanceId"] == body["instanceId"]).expect("listed");
        if machine["health"] == "healthy" {
            break;
        }
    }
    service.stop().await;
}

#[tokio::test]
async fn the_simulator_runs_alone_and_serves_a_service() {
    let mut command = service_command();
    command.args(["simulate", "--listen", "127.0.0.1:0"]);
    let mut simulator = command.spawn().expect("it starts");
    let endpoint = ready(&mut simulator).await;
    let service = Service::start(service_on(&endpoint)).await;
    let listed = service.send(Method::GET, "/elb", |request| request).await;
    assert_eq!(listed.body[0]["name"], "default-alb", "{listed:?}");
    service.stop().await;
    simulator.kill().await.expect("it ends");
}

/// The example of a fleet file, on the embedded simulator and, by its variable, on one alone.
#[tokio::test]
async fn a_fleet_comes_from_a_file() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../simulator/examples/fleet.yaml");
    let mut command = service_command();
    command.args(["--simulate", "--fleet", example]);
    let service = Service::start(command).await;
    let listed = service.send(Method::GET, "/elb/shop", |request| request).await;
    let machines = listed.body.as_array().unwrap_or_else(|| panic!("{listed:?}"));
    let find = |id| machines.iter().find(|machine| machine["instanceId"] == id).unwrap_or_else(|| panic!("{listed:?}"));
    assert_eq!(find("i-0fee0000000000001")["health"], "healthy");
    assert_eq!(find("i-0fee0000000000002")["health"], "unhealthy");
    service.stop().await;

    let mut command = service_command();
    command.args(["simulate", "--listen", "127.0.0.1:0"]).env("ELB_MANAGER_FLEET", "2x1x3");
    let mut simulator = command.spawn().expect("it starts");
    let endpoint = ready(&mut simulator).await;
    let service = Service::start(service_on(&endpoint)).await;
    let listed = service.send(Method::GET, "/elb/load-balancer-2", |request| request).await;
    assert_eq!(listed.body.as_array().map(Vec::len), Some(3), "{listed:?}");
    service.stop().await;
    simulator.kill().await.expect("it ends");
}

#[tokio::test]
async fn a_wrong_fleet_file_names_the_place() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("fleet.yaml");
    std::fs::write(&path, "region: us-east-1\nregistrations:\n  - {targetGroup: web, id: i-0123456789abcdef0}\n")
        .expect("writable");
    let path = path.to_str().expect("text");
    let sentence = format!("{path}:3:5: there is no target group 'web'");
    for arguments in
        [["simulate", "--listen=127.0.0.1:0", "--fleet", path], ["--simulate", "--listen=127.0.0.1:0", "--fleet", path]]
    {
        let error = fails(&arguments, &[]).await;
        assert!(error.contains(&sentence), "{error}");
    }
}

/// Asks the control endpoint of a simulator.
async fn turn(control: &str, operation: Value) -> Value {
    let answer = reqwest::Client::new().post(control).json(&operation).send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "{operation}");
    answer.json().await.expect("JSON")
}

#[tokio::test]
async fn the_simulator_alone_is_turned_by_options_and_by_its_control_endpoint() {
    let mut command = service_command();
    command.args([
        "simulate",
        "--listen",
        "127.0.0.1:0",
        "--throttle",
        "documented,elbv2:registration=1/0",
        "--seed",
        "1",
    ]);
    command.envs([
        ("ELB_MANAGER_SIMULATOR_CONTROL", "127.0.0.1:0"),
        ("ELB_MANAGER_SIMULATOR_LATENCY", "1ms,ec2:DescribeInstances=1ms..2ms"),
        (
            "ELB_MANAGER_SIMULATOR_ERROR_RATE",
            "0,elbv2:DescribeLoadBalancers=0.5:accessDenied,elbv2:DescribeLoadBalancers=0.5:accessDenied",
        ),
    ]);
    let mut simulator = command.spawn().expect("it starts");
    let mut lines = BufReader::new(simulator.stdout.take().expect("a pipe")).lines();
    let mut line = async |name| {
        let line = lines.next_line().await.expect("readable").expect("a line");
        line.strip_prefix(name).unwrap_or_else(|| panic!("not '{name}': {line}")).to_owned()
    };
    let (endpoint, control) = (line("listening on ").await, line("control on ").await);
    let service = Service::start(service_on(&endpoint)).await;
    service.send(Method::GET, "/elb", |request| request).await.refused(500, "AwsAccessDenied");
    let counts = turn(&control, json!({"counts": {}})).await;
    let denied = &counts["elbv2:DescribeLoadBalancers"]["AccessDenied"];
    assert!(denied.as_u64().is_some_and(|calls| calls >= 1), "{counts}");
    turn(&control, json!({"setErrorRates": {"action": "elbv2:DescribeLoadBalancers"}})).await;
    let listed = service.send(Method::GET, "/elb", |request| request).await;
    assert_eq!(listed.body[0]["name"], "default-alb", "{listed:?}");

    let body = json!({"instanceId": "i-06060a1e235609999"});
    let attached = service.send(Method::POST, "/elb/default-alb", |request| request.json(&body)).await;
    assert_eq!(attached.status, 201, "{attached:?}");
    service.send(Method::DELETE, "/elb/default-alb", |request| request.json(&body)).await.refused(503, "AwsThrottled");
    service.stop().await;
    simulator.kill().await.expect("it ends");
}

#[tokio::test]
async fn the_simulators_options_are_checked() {
    for (option, value, sentence) in [
        ("--throttle", "on", "is not a throttling"),
        ("--latency", "fast", "is not a latency"),
        ("--latency", "RegisterTargets=1s", "there is no action 'RegisterTargets'"),
        ("--error-rate", "2", "from 0 to 1"),
        ("--error-rate", "0.6,0.6:throttled", "more than all calls"),
        ("--seed", "-", "invalid digit"),
        ("--control", "0.0.0.0:1", "not a loopback address"),
    ] {
        let errors = fails(&["simulate", "--listen", "127.0.0.1:0", &format!("{option}={value}")], &[]).await;
        assert!(errors.contains(sentence), "{option} {value}: {errors}");
    }
}

#[tokio::test]
async fn what_cannot_be_served_is_said() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("its address").to_string();
    let errors = fails(&["--simulate", "--listen", &address], &[]).await;
    assert!(errors.contains("cannot listen on") && errors.contains(&address), "{errors}");
    let errors = fails(&["--listen", "0.0.0.0:0", "--simulate"], &[]).await;
    assert!(errors.contains("loopback"), "{errors}");
    let errors = fails(&[], &[]).await;
    assert!(errors.contains("AWS_REGION"), "{errors}");
}

#[tokio::test]
async fn the_binary_checks_the_health_of_a_service() {
    let mut command = service_command();
    command.args(["--simulate"]);
    let service = Service::start(command).await;
    let address = service.base().trim_start_matches("http://").to_owned();
    let mut check = service_command();
    let output = check.args(["healthcheck", "--listen", &address]).output().await.expect("it runs");
    assert!(output.status.success(), "{output:?}");
    service.stop().await;
    let errors = fails(&["healthcheck", "--listen", &address], &[]).await;
    assert!(errors.contains("no answer from") && errors.contains(&address), "{errors}");
}

#[tokio::test]
async fn without_aws_credentials_the_answer_says_so() {
    let mut command = service_command();
    command.envs([("AWS_REGION", "us-east-1"), ("HOME", "/nonexistent")]);
    let service = Service::start(command).await;
    let listed = service.send(Method::GET, "/elb", |request| request).await;
    listed.refused(500, "AwsCredentials");
    service.stop().await;
}

#[tokio::test]
async fn the_log_tells_each_request_but_probes_that_find_it_well() {
    for (level, told) in [("info", false), ("debug", true)] {
        let mut command = service_command();
        command.args(["--simulate"]).env("RUST_LOG", level);
        let service = Service::start(command).await;
        service.ready().await;
        for path in ["/healthcheck", "/readyz", "/healthcheck?x=1", "/nowhere"] {
            service.send(Method::GET, path, |request| request).await;
        }
        let logged: Vec<Value> = service.logged(&["/nowhere"]).await.iter().map(|line| read(line)).collect();
        let is_there =
            |path: &str, status: u16| logged.iter().any(|line| line["path"] == path && line["status"] == status);
        assert_eq!(is_there("/readyz", 200), told, "{level}");
        let checks = logged.iter().filter(|line| line["path"] == "/healthcheck");
        let checks: Vec<_> = checks.map(|line| (line["level"].clone(), line["status"].clone())).collect();
        let well = told.then(|| (json!("DEBUG"), json!(200)));
        let expected: Vec<_> = well.into_iter().chain([(json!("INFO"), json!(400))]).collect();
        assert_eq!(checks, expected, "{level}");
        assert!(is_there("/nowhere", 404), "{level}");
        service.stop().await;
    }
}

fn read(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("no JSON: {error}: {line}"))
}
