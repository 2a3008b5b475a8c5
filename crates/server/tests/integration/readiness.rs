//! Whether the service can do its work.

use elbm_simulator::{Ec2, Elb, Elbv2, Fault, Times};
use reqwest::Method;
use serde_json::json;

use crate::backend::{Backend, World};
use crate::context::{Answer, PATIENCE, Service, service_on};
use crate::lease_table::{LeaseTable, TableFault};

async fn get(service: &Service, path: &str) -> Answer {
    service.send(Method::GET, path, |request| request).await
}

/// Asks until it is not ready for this reason.
async fn is_not_ready_because(service: &Service, reason: &str) {
    let told = async {
        loop {
            let answer = get(service, "/readyz").await;
            if answer.refused(503, "NotReady") == format!("not ready yet: {reason}") {
                assert_eq!(answer.headers["x-request-id"], *answer.body["requestId"].as_str().expect("an id"));
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, told).await.unwrap_or_else(|_| panic!("it is not told that {reason}"));
}

#[tokio::test]
async fn it_is_ready_once_aws_lets_it_read_and_stays_so() {
    let aws = Backend::start(World::simple(2)).await;
    let simulator = aws.simulator().clone();
    simulator.go_away(None);
    let service = Service::start(service_on(aws.endpoint())).await;
    is_not_ready_because(&service, "AWS could not be reached").await;
    simulator.inject(Ec2::DescribeInstances, Times::All, Fault::AccessDenied);
    simulator.come_back();
    is_not_ready_because(&service, "AWS does not let this service call ec2:DescribeInstances").await;
    assert_eq!(get(&service, "/healthcheck").await.status, 200, "it is up all the same");

    simulator.clear_faults();
    service.ready().await;
    assert_eq!(get(&service, "/readyz").await.body, json!({"status": "OK"}));
    get(&service, "/readyz?x=1").await.refused(400, "ValidationError");

    simulator.go_away(None);
    get(&service, "/elb/web").await.refused(502, "AwsUnreachable");
    assert_eq!(get(&service, "/readyz").await.status, 200, "an outage does not take it back");
    service.stop().await;
    aws.stop().await;
}

#[tokio::test]
async fn each_api_that_it_needs_has_to_answer() {
    let aws = Backend::start(World::simple(2)).await;
    let simulator = aws.simulator().clone();
    let (v2, classic) = (Elbv2::DescribeLoadBalancers, Elb::DescribeLoadBalancers);
    simulator.inject(v2, Times::All, Fault::AccessDenied);
    let service = Service::start(service_on(aws.endpoint())).await;
    let reason = "AWS does not let this service call elasticloadbalancing:DescribeLoadBalancers";
    is_not_ready_because(&service, reason).await;
    simulator.inject(classic, Times::All, Fault::ExpiredToken);
    simulator.clear_faults();
    simulator.inject(classic, Times::All, Fault::ExpiredToken);
    is_not_ready_because(&service, "AWS does not take the credentials of this service, or it has none; renew them")
        .await;
    service.stop().await;
    aws.stop().await;
}

#[tokio::test]
async fn where_replicas_take_turns_the_lease_table_has_to_be_writable() {
    let aws = Backend::start(World::simple(2)).await;
    let table = LeaseTable::start().await;
    table.fails(Some(TableFault::Denied));
    let mut command = service_on(aws.endpoint());
    table.used_by(&mut command);
    let service = Service::start(command).await;
    is_not_ready_because(&service, "AWS does not let this service call dynamodb:PutItem").await;
    table.fails(Some(TableFault::NotFound));
    let missing = "the lease table 'leases' is not there, without which replicas cannot take turns; make it, or name another \
                   one by --lease-table";
    is_not_ready_because(&service, missing).await;
    table.fails(None);
    service.ready().await;
    table.fails(Some(TableFault::Broken));
    assert_eq!(get(&service, "/readyz").await.status, 200, "an outage does not take it back");
    service.stop().await;

    // What another replica has written there is no reason to doubt it.
    table.fails(None);
    let mut command = service_on(aws.endpoint());
    table.used_by(&mut command);
    let second = Service::start(command).await;
    second.ready().await;
    second.stop().await;

    let mut command = service_on(aws.endpoint());
    command.env("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9").env("ELB_MANAGER_LEASE_TABLE", "leases");
    let alone = Service::start(command).await;
    is_not_ready_because(&alone, "AWS could not be reached").await;
    alone.stop().await;
    aws.stop().await;
}
