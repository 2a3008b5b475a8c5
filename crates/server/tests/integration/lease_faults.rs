//! A lease table that fails: nothing is taken out, the answer and the record say why, and the metrics count it.

use std::time::Duration;

use elbm_simulator::{Ec2, Elbv2, Fault, Times};
use reqwest::Method;

use crate::audited;
use crate::backend::{Backend, World};
use crate::context::{Answer, PATIENCE, TestContext, service_on};
use crate::lease_table::{LeaseTable, TableFault};
use crate::metrics::{Scrape, is};

const LOST: &str = "elbm_leases_lost_total";
const HELD: &str = "elbm_leases_held";

fn waits(result: &str) -> String {
    format!(r#"elbm_lease_wait_seconds_count{{result="{result}"}}"#)
}

fn calls(result: &str) -> String {
    format!(r#"elbm_aws_calls_total{{action="PutItem",result="{result}",service="dynamodb"}}"#)
}

async fn service(table: &LeaseTable, options: &[&str]) -> TestContext {
    let aws = Backend::start(World::partly(4, 3)).await;
    let mut command = service_on(aws.endpoint());
    command.args(options);
    table.used_by(&mut command);
    TestContext::of(aws, command).await
}

async fn ask(context: &TestContext, method: Method, path: &str) -> Answer {
    context.send(method, path, |request| request).await
}

#[tokio::test]
async fn a_lease_that_cannot_be_written_stops_what_takes_out() {
    let table = LeaseTable::start().await;
    let context = service(&table, &[]).await;
    let machine = context.aws.machine(0).to_owned();
    let (detach, drain) = (format!("/elb/web/instances/{machine}"), format!("/instances/{machine}/drain"));
    for (fault, status, code, result, attempts) in [
        (TableFault::Denied, 500, "AwsAccessDenied", "denied", 1),
        (TableFault::NotFound, 500, "LeaseTableNotFound", "rejected", 1),
        (TableFault::Capacity, 503, "AwsThrottled", "throttled", 3),
        (TableFault::Throttled, 503, "AwsThrottled", "throttled", 3),
        (TableFault::AccountLimit, 503, "AwsThrottled", "throttled", 3),
        (TableFault::Broken, 502, "AwsError", "failed", 3),
    ] {
        table.fails(Some(fault));
        for (method, path) in [(Method::DELETE, &detach), (Method::POST, &drain)] {
            let before = Scrape::of(&context).await;
            let answer = ask(&context, method, path).await;
            let sentence = answer.refused(status, code);
            assert_eq!(
                sentence.contains("dynamodb:PutItem"),
                matches!(code, "AwsAccessDenied" | "AwsError"),
                "{sentence}"
            );
            let after = Scrape::of(&context).await;
            is(after.since(&before, &calls(result)), attempts, &calls(result));
            is(after.since(&before, &waits("failed")), 1, "waits");

            let record = audited::event(|event| event["id"] == answer.body["requestId"]).await;
            assert_eq!((&record["outcome"], &record["registrations"]), (&"failed".into(), &serde_json::json!([])));
            let recorded = record["calls"].as_array().expect("calls");
            assert_eq!(recorded.len(), attempts as usize, "{record}");
            for call in recorded {
                assert_eq!(call["action"], "dynamodb:PutItem", "{record}");
                assert!(call["failure"].is_string() && table.has_answered(&call["requestId"]), "{record}");
            }
        }
    }
    let simulator = context.aws.simulator();
    assert_eq!((simulator.count(Elbv2::DeregisterTargets), simulator.count(Ec2::CreateTags)), (0, 0));
    let attach = format!("/elb/web/instances/{}", context.aws.machine(3));
    assert_eq!(ask(&context, Method::PUT, &attach).await.status, 201, "what adds needs no lease");

    table.fails(None);
    let answer = ask(&context, Method::DELETE, &detach).await;
    assert_eq!(answer.status, 200);
    let id = answer.headers["x-request-id"].to_str().expect("an id").to_owned();
    let record = audited::event(|event| event["id"] == id.as_str()).await;
    assert!(record["calls"].as_array().expect("calls").iter().all(|call| call["action"] != "dynamodb:PutItem"));
    let scrape = Scrape::of(&context).await;
    is(scrape.get(&waits("taken")), 1, "leases");
    is(scrape.get(LOST), 0, "lost leases");
    context.stop().await;
}

#[tokio::test]
async fn a_lease_that_is_lost_is_counted() {
    let table = LeaseTable::start().await;
    let context = service(&table, &["--verify-timeout", "9"]).await;
    let stale = Fault::EffectStale(Duration::from_hours(1));
    context.aws.simulator().inject(Elbv2::DeregisterTargets, Times::Next(1), stale);
    let path = format!("/elb/web/instances/{}", context.aws.machine(0));
    let looked = async {
        while context.aws.simulator().count(Elbv2::DeregisterTargets) == 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        is(Scrape::of(&context).await.get(HELD), 1, "leases that are held");
        table.fails(Some(TableFault::Emptied));
    };
    let (answer, ()) = tokio::join!(ask(&context, Method::DELETE, &path), looked);
    answer.refused(504, "EffectUnverified");
    let counted = async { while Scrape::of(&context).await.get(LOST) < 1.0 {} };
    tokio::time::timeout(PATIENCE, counted).await.expect("it is counted");
    let given_up = async { while Scrape::of(&context).await.get(HELD) > 0.0 {} };
    tokio::time::timeout(PATIENCE, given_up).await.expect("it is held no more");
    context.stop().await;
}
