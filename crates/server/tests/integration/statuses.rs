//! What every operation of the contract answers alike: one table, so that a new operation is held to it from its first day.

use std::time::Duration;

use elbm_simulator::{Elbv2, Fault, Times};
use futures_util::future::join_all;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::backend::World;
use crate::context::{Answer, PATIENCE, TestContext};
use crate::contract::{self, Described};

/// Every operation that asks AWS about the load balancer `web`, or about all.
fn operations() -> Vec<Described> {
    let all: Vec<_> = contract::described().into_iter().filter(|operation| operation.protected).collect();
    assert!(all.len() > 4, "{all:?}");
    all
}

/// Sends a request of the operation about this load balancer and the machine that it does not have yet, or, to detach, about
/// one that it has.
async fn ask(context: &TestContext, operation: &Described, load_balancer: &str, query: &str) -> Answer {
    ask_as(context, operation, load_balancer, query, None).await
}

async fn ask_as(
    context: &TestContext,
    operation: &Described,
    load_balancer: &str,
    query: &str,
    token: Option<&str>,
) -> Answer {
    let machine = context.aws.machine(if operation.method == Method::DELETE { 0 } else { 2 }).to_owned();
    let path = operation.path.replace("{elbName}", load_balancer).replace("{instanceId}", &machine);
    let query = with_required(operation, query);
    context
        .send(operation.method.clone(), &format!("{path}{query}"), |mut request| {
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            if !operation.takes_body {
                return request;
            }
            request.header(CONTENT_TYPE, "application/json").body(body(operation, &machine).to_string())
        })
        .await
}

/// The query, with what the operation cannot do without.
fn with_required(operation: &Described, query: &str) -> String {
    match (operation.id.as_str(), query) {
        ("listInstances", "") => "?drained=true".to_owned(),
        ("listInstances", query) => format!("{query}&drained=true"),
        (_, query) => query.to_owned(),
    }
}

/// A body that the operation takes.
pub(crate) fn body(operation: &Described, machine: &str) -> Value {
    match operation.id.as_str() {
        "changeMembers" => json!({"items": [{"action": "attach", "instanceId": machine}]}),
        _ => json!({"instanceId": machine}),
    }
}

#[tokio::test]
async fn an_unknown_parameter_is_400() {
    let context = TestContext::start(World::simple(3)).await;
    for operation in operations() {
        assert!(ask(&context, &operation, "web", "?x=1").await.refused(400, "ValidationError").contains("'x'"));
    }
    assert_eq!(context.aws.simulator().calls().len(), 0, "AWS was asked");
    context.stop().await;
}

pub(crate) const TOKEN: &str = "elbm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Options for credentials of one viewer of `api-*`, who may send a request a second, and the folder that holds them.
pub(crate) fn one_viewer() -> (TempDir, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("credentials.json");
    let hash = format!("sha256:{}", hex::encode(Sha256::digest(TOKEN)));
    let text = json!({"principals": [{"name": "vic", "role": "viewer", "loadBalancers": ["api-*"], "token": hash}]});
    std::fs::write(&path, text.to_string()).expect("written");
    let options = ["--credentials", path.to_str().expect("text"), "--rate-limit", "1"].map(str::to_owned).to_vec();
    (folder, options)
}

#[tokio::test]
async fn who_is_not_known_may_not_or_too_often_is_told_so() {
    let (_folder, options) = one_viewer();
    let options: Vec<_> = options.iter().map(String::as_str).collect();
    let context = TestContext::start_with(World::simple(3), &options).await;
    for operation in operations() {
        ask(&context, &operation, "web", "").await.refused(401, "Unauthorized");
        // What is not about one load balancer shows the caller's own.
        let own = !operation.is_of_one();
        let both = async {
            let (mut often, mut decided) = (false, false);
            while !(often && decided) {
                let answer = ask_as(&context, &operation, "web", "", Some(TOKEN)).await;
                match answer.status {
                    429 => often |= !answer.refused(429, "TooManyRequests").is_empty(),
                    200 if own => decided = true,
                    _ => decided |= !answer.refused(403, "Forbidden").is_empty(),
                }
            }
        };
        tokio::time::timeout(PATIENCE, both)
            .await
            .unwrap_or_else(|_| panic!("{operation:?} has no rate, or is permitted"));
    }
    assert_eq!(context.aws.simulator().count(Elbv2::DescribeTargetHealth), 0, "AWS was asked about it");
    context.stop().await;
}

#[tokio::test]
async fn a_large_head_is_431() {
    let context = TestContext::start(World::simple(3)).await;
    for operation in contract::described() {
        let path = operation.path.replace("{elbName}", "web").replace("{instanceId}", context.aws.machine(0));
        let long = "b".repeat(70_000);
        let answer = context.send(operation.method, &path, |request| request.header("x-long", long)).await;
        answer.refused(431, "RequestHeaderFieldsTooLarge");
    }
    assert_eq!(context.aws.simulator().calls().len(), 0, "AWS was asked");
    context.stop().await;
}

#[tokio::test]
async fn an_unknown_load_balancer_is_404() {
    let context = TestContext::start(World::simple(3)).await;
    for operation in operations().iter().filter(|operation| operation.is_of_one()) {
        ask(&context, operation, "nowhere", "").await.refused(404, "LoadBalancerNotFound");
        ask(&context, operation, "web", "?kind=network").await.refused(404, "LoadBalancerNotFound");
    }
    context.stop().await;
}

#[tokio::test]
async fn what_aws_fails_at_is_told_with_its_own_status() {
    let impatient = ["--aws-timeout", "1"];
    let context = TestContext::start_with(World::simple(3), &impatient).await;
    let simulator = context.aws.simulator();
    for (fault, status, code) in [
        (Fault::AccessDenied, 500, "AwsAccessDenied"),
        (Fault::ExpiredToken, 500, "AwsCredentials"),
        (Fault::ConnectionDropped, 502, "AwsUnreachable"),
        (Fault::InternalFailure, 502, "AwsError"),
        (Fault::Throttled, 503, "AwsThrottled"),
        (Fault::Delayed(Duration::from_secs(30)), 504, "AwsTimeout"),
    ] {
        simulator.inject(Elbv2::DescribeLoadBalancers, Times::All, fault);
        // Those that the contract lets lack a permission; the metrics want none, and ask only who signs in with AWS.
        let operations: Vec<_> = operations().into_iter().filter(|one| one.statuses.contains(&500)).collect();
        for answer in join_all(operations.iter().map(|operation| ask(&context, operation, "web", ""))).await {
            answer.refused(status, code);
        }
        simulator.clear_faults();
    }
    context.stop().await;
}
