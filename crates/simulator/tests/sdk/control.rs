//! The control endpoint, as a program in another language meets it.

use elbm_simulator::{ClassicLoadBalancerSpec, Control, Fleet, OPERATIONS};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::bench::{Bench, LOOSE, refusal, target};

struct Program {
    control: Control,
    client: Client,
}

impl Program {
    async fn start(bench: &Bench) -> Self {
        let control = Control::start(([127, 0, 0, 1], 0).into(), bench.handle.clone()).await.unwrap();
        Self { control, client: Client::new() }
    }

    fn url(&self) -> String {
        format!("http://{}/", self.control.address())
    }

    /// The answer to a body, which must be JSON.
    async fn post(&self, body: String) -> (StatusCode, Value) {
        let request = self.client.post(self.url()).header(CONTENT_TYPE, "application/json").body(body);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers()[CONTENT_TYPE], "application/json");
        (answer.status(), answer.json().await.unwrap())
    }

    async fn ask(&self, operation: Value) -> Value {
        let (status, answer) = self.post(operation.to_string()).await;
        assert_eq!(status, StatusCode::OK, "{operation}: {answer}");
        answer
    }
}

#[tokio::test]
async fn a_program_reads_what_was_called_and_what_came_of_it() {
    let bench = Bench::seeded().await;
    let program = Program::start(&bench).await;
    let arn = bench.group("default-tg").await;
    program.ask(json!({"resetCalls": {}})).await;
    program.ask(json!({"setThrottling": {"buckets": "elbv2:registration=1/1"}})).await;
    let register = || bench.elb.register_targets().target_group_arn(&arn).targets(target(LOOSE));
    register().send().await.unwrap();
    assert_eq!(refusal!(register()).0.as_deref(), Some("Throttling"));
    program.ask(json!({"advance": {"by": "1s"}})).await;
    program.ask(json!({"inject": {"action": "elbv2:RegisterTargets", "fault": "accessDenied", "times": 1}})).await;
    assert_eq!(refusal!(register()).0.as_deref(), Some("AccessDenied"));

    let counts = program.ask(json!({"counts": {}})).await;
    let expected = json!({"elbv2:RegisterTargets": {"answered": 1, "throttled": 1, "AccessDenied": 1}});
    assert_eq!(counts, expected);
    let journal = program.ask(json!({"journal": {"last": 2}})).await;
    let outcomes: Vec<_> = journal["calls"].as_array().unwrap().iter().map(|call| &call["outcome"]).collect();
    assert_eq!(outcomes, ["throttled", "AccessDenied"]);
    let parameters = json!({"TargetGroupArn": arn, "Targets.member.1.Id": LOOSE});
    assert_eq!(journal["calls"][0]["parameters"], parameters);
    let now = program.ask(json!({"now": {}})).await;
    assert_eq!(journal["calls"][1]["at"], now["now"]);
    let members = program.ask(json!({"membership": {"targetGroup": "default-tg"}})).await;
    let added = members["targets"].as_array().unwrap().iter().find(|member| member["id"] == LOOSE).unwrap();
    assert_eq!((&added["state"], &added["reason"]), (&json!("initial"), &json!("Elb.RegistrationInProgress")));
    program.control.shutdown().await;
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn a_program_turns_the_world() {
    let bench = Bench::seeded().await;
    let program = Program::start(&bench).await;
    let state = async || {
        let found = bench.ec2.describe_instances().instance_ids(LOOSE).send().await.unwrap();
        found.reservations()[0].instances()[0].state().unwrap().name().unwrap().as_str().to_owned()
    };
    for (operation, expected) in [("stop", "stopped"), ("start", "running"), ("terminate", "terminated")] {
        program.ask(json!({operation: {"instance": LOOSE}})).await;
        assert_eq!(state().await, expected);
    }
    program.ask(json!({"goAway": {"lasting": "30s"}})).await;
    bench.elb.describe_load_balancers().send().await.unwrap_err();
    program.ask(json!({"comeBack": {}})).await;
    program.ask(json!({"setErrorRates": {"rates": [{"share": 1, "fault": "internalFailure"}]}})).await;
    assert_eq!(refusal!(bench.elb.describe_load_balancers()).0.as_deref(), Some("InternalFailure"));
    program.ask(json!({"setErrorRates": {}})).await;
    bench.elb.describe_load_balancers().send().await.unwrap();
    program.ask(json!({"forget": {"instance": LOOSE}})).await;
    let gone = refusal!(bench.ec2.describe_instances().instance_ids(LOOSE));
    assert_eq!(gone.0.as_deref(), Some("InvalidInstanceID.NotFound"));
    program.ask(json!({"reset": {}})).await;
    assert_eq!(state().await, "running");
    program.control.shutdown().await;
    bench.simulator.shutdown().await;
}

/// The seeded fleet, and the Classic load balancer `default-clb` of the loose instance.
async fn with_classic() -> Bench {
    let mut fleet = Fleet::seeded();
    fleet.classic_load_balancer(ClassicLoadBalancerSpec {
        name: "default-clb".to_owned(),
        instances: vec![LOOSE.to_owned()],
        ..ClassicLoadBalancerSpec::default()
    });
    Bench::start(fleet).await
}

#[tokio::test]
async fn a_program_reads_who_is_registered_with_a_classic_load_balancer() {
    let bench = with_classic().await;
    let program = Program::start(&bench).await;
    let members = program.ask(json!({"classicMembership": {"loadBalancer": "default-clb"}})).await;
    assert_eq!(members, json!({"instances": [LOOSE]}));
    program.control.shutdown().await;
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn a_program_turns_the_health_of_targets() {
    let bench = Bench::seeded().await;
    let program = Program::start(&bench).await;
    let arn = bench.group("default-tg").await;
    let id = bench.handle.membership("default-tg").unwrap().remove(0).id;
    let own = async || {
        let ask = bench.elb.describe_target_health().target_group_arn(&arn).targets(target(&id));
        let answer = ask.include("All".into()).send().await.unwrap();
        let found = &answer.target_health_descriptions()[0];
        let anomaly = found.anomaly_detection().unwrap();
        let shift = found.administrative_override().unwrap().state().unwrap();
        let health = found.target_health().unwrap().state().unwrap();
        [health.as_str(), anomaly.mitigation_in_effect().unwrap().as_str(), shift.as_str()].join(" ")
    };
    program.ask(json!({"failChecks": {"target": id, "failure": "timeout"}})).await;
    program.ask(json!({"setAnomaly": {"target": id, "port": 80, "anomaly": "mitigated"}})).await;
    let zone = bench.ec2.describe_instances().instance_ids(&id).send().await.unwrap();
    let zone = zone.reservations()[0].instances()[0].placement().unwrap().availability_zone().unwrap().to_owned();
    let shift = |state: &str| json!({"overrideZone": {"loadBalancer": "default-alb", "zone": zone, "state": state}});
    program.ask(shift("zonal_shift_active")).await;
    program.ask(json!({"advance": {"by": "1m"}})).await;
    assert_eq!(own().await, "unhealthy yes zonal_shift_active");
    program.ask(json!({"passChecks": {"target": id, "port": 80}})).await;
    program.ask(json!({"setAnomaly": {"target": id, "port": 80, "anomaly": "normal"}})).await;
    program.ask(shift("no_override")).await;
    program.ask(json!({"advance": {"by": "3m"}})).await;
    assert_eq!(own().await, "healthy no no_override");
    program.control.shutdown().await;
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn each_operation_of_the_list_can_be_done() {
    let bench = with_classic().await;
    let program = Program::start(&bench).await;
    for (example, _) in OPERATIONS {
        // An instance that is not stopped is not started.
        let stopped = if example.contains("\"start\"") { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        program.ask(json!({"reset": {}})).await;
        assert_eq!(program.post((*example).to_owned()).await.0, stopped, "{example}");
    }
    program.control.shutdown().await;
    bench.simulator.shutdown().await;
}

#[tokio::test]
async fn what_is_no_operation_is_refused_and_changes_nothing() {
    let bench = Bench::seeded().await;
    let program = Program::start(&bench).await;
    let before = bench.handle.now();
    let table = [
        (
            json!({"stop": {"instance": "i-0123456789abcdef0"}}).to_string(),
            "there is no instance 'i-0123456789abcdef0'",
        ),
        (json!({"start": {"instance": LOOSE}}).to_string(), "is not stopped"),
        (json!({"membership": {"targetGroup": "absent"}}).to_string(), "there is no target group 'absent'"),
        (json!({"advance": {"by": "1s", "twice": true}}).to_string(), "unknown field `twice`"),
        ("{\"advance\":".to_owned(), "EOF"),
        ("\u{0}".to_owned(), "expected"),
        (format!("{{\"advance\":{{\"by\":\"{}\"}}}}", "9".repeat(1_100_000)), "length limit exceeded"),
    ];
    for (body, sentence) in table {
        let (status, answer) = program.post(body).await;
        let error = answer["error"].as_str().unwrap();
        assert!(status == StatusCode::BAD_REQUEST && error.contains(sentence), "{status} {error}");
    }
    assert_eq!(bench.handle.now(), before);

    let operation = json!({"advance": {"by": "1s"}}).to_string();
    let request = |method, path: &str| program.client.request(method, program.url() + path).body(operation.clone());
    let json = "application/json";
    let table = [
        (request(Method::GET, "").header(CONTENT_TYPE, json), StatusCode::METHOD_NOT_ALLOWED),
        (request(Method::POST, "advance").header(CONTENT_TYPE, json), StatusCode::NOT_FOUND),
        (request(Method::POST, ""), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        // What a page in a browser may send.
        (request(Method::POST, "").header(CONTENT_TYPE, "text/plain"), StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ];
    for (request, expected) in table {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), expected);
        assert!(answer.json::<Value>().await.unwrap()["error"].is_string());
    }
    assert_eq!(bench.handle.now(), before);
    program.control.shutdown().await;
    bench.simulator.shutdown().await;
}
