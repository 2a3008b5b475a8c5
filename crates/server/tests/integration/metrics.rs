//! What the service counts: as often as it happens, and explained in the documentation.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use elbm_simulator::{Action, Elb, Elbv2, Fault, Times};
use reqwest::Method;

use crate::backend::{World, group};
use crate::context::TestContext;

/// The series of a scrape with their values: `name{label="value",…}`, labels in order.
pub(crate) struct Scrape(BTreeMap<String, f64>);

impl Scrape {
    pub(crate) async fn of(context: &TestContext) -> Self {
        let answer = context.get("/metrics").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let text = answer.body.as_str().expect("text");
        let series = text.lines().filter(|line| !line.starts_with('#')).map(|line| {
            let (series, value) = line.rsplit_once(' ').expect("a value");
            (series.to_owned(), value.parse().expect("a number"))
        });
        Self(series.collect())
    }

    #[track_caller]
    pub(crate) fn get(&self, series: &str) -> f64 {
        *self.0.get(series).unwrap_or_else(|| panic!("no {series}: {:#?}", self.0.keys()))
    }

    /// How much a series has grown since then.
    #[track_caller]
    pub(crate) fn since(&self, before: &Self, series: &str) -> f64 {
        self.get(series) - before.get(series)
    }

    /// The series of a family.
    fn family(&self, name: &str) -> impl Iterator<Item = (&str, f64)> {
        let of_family = move |(series, _): &(&String, &f64)| series.split('{').next() == Some(name);
        self.0.iter().filter(of_family).map(|(series, value)| (series.as_str(), *value))
    }
}

#[track_caller]
pub(crate) fn is(found: f64, expected: u32, what: &str) {
    assert!((found - f64::from(expected)).abs() < 1e-9, "{what} is {found}, not {expected}");
}

#[tokio::test]
async fn requests_are_counted_by_operation_and_status() {
    let context = TestContext::start(World::simple(3)).await;
    let before = Scrape::of(&context).await;
    context.get("/elb/web").await;
    context.get("/elb/web").await;
    context.get("/elb/nowhere").await.refused(404, "LoadBalancerNotFound");
    context.attach("web", context.aws.machine(2)).await;
    context.attach("web", context.aws.machine(2)).await.refused(409, "AlreadyAttached");
    context.send(Method::PATCH, "/elb/web", |request| request).await.refused(405, "MethodNotAllowed");
    context.get("/no/such/path").await.refused(404, "NotFound");
    let after = Scrape::of(&context).await;
    for (operation, status, times) in [
        ("listMachinesElb", "200", 2),
        ("listMachinesElb", "404", 1),
        ("attachInstance", "201", 1),
        ("attachInstance", "409", 1),
        ("detachInstance", "201", 0),
        // The scrape before; this one is not answered yet.
        ("metrics", "200", 1),
    ] {
        let series = format!(r#"elbm_requests_total{{operation="{operation}",status="{status}"}}"#);
        is(after.since(&before, &series), times, &series);
    }
    for (status, times) in [("404", 1), ("405", 1)] {
        is(after.get(&format!(r#"elbm_requests_total{{operation="other",status="{status}"}}"#)), times, status);
    }
    for (code, times) in
        [("LoadBalancerNotFound", 1), ("AlreadyAttached", 1), ("MethodNotAllowed", 1), ("NotFound", 1), ("AwsError", 0)]
    {
        is(after.since(&before, &format!(r#"elbm_errors_total{{code="{code}"}}"#)), times, code);
    }
    let seconds = r#"elbm_request_duration_seconds_count{operation="listMachinesElb"}"#;
    is(after.since(&before, seconds), 3, seconds);
    is(after.get(r#"elbm_requests_in_flight{operation="metrics"}"#), 1, "this request");
    is(after.family("elbm_requests_in_flight").map(|(_, value)| value).sum(), 1, "all requests");
    context.stop().await;
}

#[tokio::test]
async fn who_leaves_before_the_answer_is_counted_too() {
    let context = TestContext::start(World::simple(3)).await;
    let simulator = context.aws.simulator();
    simulator.inject(Elbv2::DescribeLoadBalancers, Times::All, Fault::Delayed(Duration::from_secs(5)));
    let left = tokio::time::timeout(Duration::from_millis(300), context.get("/elb/web")).await;
    assert!(left.is_err(), "AWS is slow");
    let gone = r#"elbm_requests_total{operation="listMachinesElb",status="none"}"#;
    let seen = async { while Scrape::of(&context).await.get(gone) < 1.0 {} };
    tokio::time::timeout(crate::context::PATIENCE, seen).await.expect("it is seen that the caller has left");
    let scrape = Scrape::of(&context).await;
    is(scrape.get(r#"elbm_requests_in_flight{operation="listMachinesElb"}"#), 0, "nobody waits");
    context.stop().await;
}

/// The calls that AWS has seen, as the metrics name them.
fn named(action: Action) -> (&'static str, &'static str) {
    let service = match action {
        Action::Elbv2(_) => "elasticloadbalancingv2",
        Action::Elb(_) => "elasticloadbalancing",
        Action::Ec2(_) => "ec2",
        Action::AutoScaling(_) => "autoscaling",
        Action::Sts(_) => "sts",
    };
    (service, action.name())
}

#[tokio::test]
async fn aws_calls_are_counted_as_aws_sees_them() {
    let context = TestContext::start(World::four_kinds(3)).await;
    let before = Scrape::of(&context).await;
    let simulator = context.aws.simulator();
    simulator.inject(Elbv2::RegisterTargets, Times::Next(1), Fault::Throttled);
    simulator.inject(Elb::DescribeInstanceHealth, Times::Next(1), Fault::InternalFailure);
    for name in ["alb", "nlb", "gwlb", "clb"] {
        context.attach(name, context.aws.machine(2)).await;
        context.get(&format!("/elb/{name}")).await;
        context.get(&format!("/elb/{name}/targets")).await;
    }
    let drain = format!("/instances/{}/drain?force=true", context.aws.machine(1));
    let drained = context.send(Method::POST, &drain, |request| request.header("x-reason", "a test")).await;
    assert_eq!(drained.status, 200, "{drained:?}");
    context.get("/elb/nowhere").await;

    let (after, counts) = (Scrape::of(&context).await, simulator.counts());
    let mut seen: BTreeMap<(&str, &str), BTreeMap<&str, u32>> = BTreeMap::new();
    for (action, outcomes) in counts {
        for (outcome, times) in outcomes {
            let result = match outcome.to_string().as_str() {
                "answered" => "ok",
                "throttled" => "throttled",
                "InternalFailure" => "failed",
                _ => "rejected",
            };
            *seen.entry(named(action)).or_default().entry(result).or_default() += u32::try_from(times).expect("few");
        }
    }
    assert!(seen.len() > 10 && seen[&("elasticloadbalancingv2", "RegisterTargets")]["throttled"] == 1, "{seen:?}");
    let mut counted = 0.0;
    for ((service, action), results) in &seen {
        for (result, times) in results {
            let labels = format!(r#"{{action="{action}",result="{result}",service="{service}"}}"#);
            is(after.since(&before, &format!("elbm_aws_calls_total{labels}")), *times, &labels);
            counted += f64::from(*times);
        }
        let labels = format!(r#"{{action="{action}",service="{service}"}}"#);
        let all = results.values().sum();
        is(after.since(&before, &format!("elbm_aws_call_duration_seconds_count{labels}")), all, &labels);
    }
    let all = |scrape: &Scrape| scrape.family("elbm_aws_calls_total").map(|(_, value)| value).sum::<f64>();
    assert!((all(&after) - all(&before) - counted).abs() < 1e-9, "more was counted than AWS has seen");
    let waited: f64 = after.family("elbm_aws_budget_wait_seconds_count").map(|(_, value)| value).sum();
    assert!(waited >= counted, "each attempt has a turn");
    context.stop().await;
}

#[tokio::test]
async fn what_the_engine_does_is_counted() {
    let mut world = World::simple(4);
    world.load_balancers[0].groups.push(group("empty-tg"));
    let context = TestContext::start_with(world, &["--aws-limits", "elb-reads=500/0.01", "--aws-share", "1"]).await;
    let (web, machine) = ("web?targetGroup=web-tg", context.aws.machine(3).to_owned());
    // Three machines are healthy; the fourth is registered, and nobody makes it healthy.
    context.attach(&format!("{web}&wait=1"), &machine).await;
    context.get("/elb/web/targets").await;
    for number in 0..3 {
        context.detach("web", context.aws.machine(number)).await;
    }
    let following = context.follow("web/events").await;
    let scrape = Scrape::of(&context).await;
    is(scrape.get(r#"elbm_wait_seconds_count{result="timed_out"}"#), 1, "waits");
    is(scrape.get(r#"elbm_guard_refusals_total{reason="minimum_healthy"}"#), 1, "refusals");
    is(scrape.get(r#"elbm_write_batch_targets_count{change="register"}"#), 1, "registering calls");
    is(scrape.get(r#"elbm_write_batch_targets_sum{change="deregister"}"#), 2, "deregistered targets");
    is(scrape.get("elbm_event_streams"), 1, "streams");
    is(scrape.get("elbm_ready"), 1, "ready");
    is(scrape.get("elbm_target_groups"), 2, "groups");
    is(scrape.get("elbm_target_groups_without_healthy"), 0, "groups without healthy targets");
    for (state, number) in [("healthy", 1), ("initial", 1), ("draining", 2), ("unhealthy", 0)] {
        is(scrape.get(&format!(r#"elbm_targets{{state="{state}"}}"#)), number, state);
    }
    is(scrape.get(r#"elbm_aws_budget_burst{class="elb-reads"}"#), 500, "the budget");
    assert!(scrape.get(r#"elbm_aws_budget_left{class="elb-reads"}"#) < 500.0, "calls were made");
    assert!(scrape.get("elbm_connections") >= 2.0, "the stream has one, this request another");
    assert!(scrape.get("process_resident_memory_bytes") > 1e6);
    assert!(scrape.get("process_cpu_seconds_total") > 0.0);
    assert!(scrape.get("process_open_fds") > 3.0 && scrape.get("process_max_fds") > 3.0);
    let started = scrape.get("process_start_time_seconds");
    let now = chrono::Utc::now().timestamp();
    assert!(
        (started - f64::from(i32::try_from(now).expect("before 2038"))).abs() < 3600.0,
        "{started}, but it is {now}"
    );
    drop(following);
    let closed = async { while Scrape::of(&context).await.get("elbm_event_streams") > 0.0 {} };
    tokio::time::timeout(crate::context::PATIENCE, closed).await.expect("a stream that is closed is not counted");
    context.stop().await;
}

#[tokio::test]
async fn what_callers_send_makes_no_series() {
    let context = TestContext::start(World::simple(3)).await;
    context.get("/no/such/path").await;
    let before = Scrape::of(&context).await;
    for name in ["a", "b", "c"] {
        context.get(&format!("/elb/{name}?x={name}")).await;
        context.get(&format!("/elb/{name}")).await;
        context.get(&format!("/{name}/{name}")).await;
        context.attach(name, "i-0123456789abcdef0").await;
    }
    let after = Scrape::of(&context).await;
    let names = |scrape: &Scrape| scrape.0.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&before), names(&after));
    println!("{} series", after.0.len());
    assert!(after.0.len() < 2000, "{}", after.0.len());
    context.stop().await;
}

#[tokio::test]
async fn every_metric_is_explained() {
    let documentation = include_str!("../../../../docs/operations.md");
    let section = documentation.split("\n## ").find(|section| section.starts_with("Metrics\n")).expect("a section");
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let quoted = |cell: &str| {
        let words = cell.split('`').skip(1).step_by(2);
        words.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let explained: BTreeMap<_, _> = rows
        .flat_map(|row| {
            let cells: Vec<_> = row.split('|').map(str::trim).collect();
            let labels = quoted(cells[2]);
            quoted(cells[1]).into_iter().map(move |name| (name, labels.clone())).collect::<Vec<_>>()
        })
        .collect();

    let context = TestContext::start(World::simple(3)).await;
    let answer = context.get("/metrics").await;
    let text = answer.body.as_str().expect("text");
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut name = "";
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            name = rest.split(' ').next().expect("a name");
            found.entry(name.to_owned()).or_default();
        } else if let Some((_, rest)) = line.split_once('{') {
            let labels = rest.split('}').next().expect("an end");
            let labels = labels.split(',').filter_map(|label| label.split('=').next()).filter(|label| *label != "le");
            found.entry(name.to_owned()).or_default().extend(labels.map(str::to_owned));
        }
    }
    assert_eq!(explained, found);
    context.stop().await;
}

#[test]
fn every_error_code_is_explained() {
    let documentation = include_str!("../../../../docs/operations.md");
    let section = documentation.split("\n## ").find(|section| section.starts_with("Error codes\n")).expect("a section");
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let explained: Vec<_> = rows.map(|row| row.split('`').nth(1).expect("a code").to_owned()).collect();
    assert_eq!(explained, crate::contract::words("ErrorCode"));
}
