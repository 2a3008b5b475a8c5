//! Two replicas on one AWS, which take turns by the leases of a `DynamoDB` table: moto's, since the simulator has none.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType};
use elbm_simulator::{Elbv2, Fault, HealthState, Times};
use fastrand::Rng;
use futures_util::future::{join, join_all};
use reqwest::Method;
use uuid::Uuid;

use crate::backend::{Backend, Group, LoadBalancer, World};
use crate::context::{Answer, Service, service_on};

const ROUNDS: usize = 50;
const DETACHERS: usize = 64;
const MACHINES: usize = 8;
const MINIMUM: usize = 3;

/// How many rounds go side by side, each on a load balancer of its own.
const TOGETHER: usize = 10;

/// Nobody listens here.
const NOWHERE: &str = "http://127.0.0.1:9";

/// A `DynamoDB`, and a table of it.
struct Leases {
    endpoint: String,
    table: String,
}

impl Leases {
    /// A new table on moto.
    async fn new() -> Self {
        let endpoint = std::env::var("ELBM_TEST_LEASES").expect("ELBM_TEST_LEASES names moto");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&endpoint)
            .region(Region::from_static("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new("test", "test", None, None, "test")))
            .build();
        let table = format!("leases-{}", Uuid::new_v4().simple());
        let name = || "name".to_owned();
        let key = KeySchemaElement::builder().attribute_name(name()).key_type(KeyType::Hash).build().expect("whole");
        let attribute = AttributeDefinition::builder().attribute_name(name()).attribute_type(ScalarAttributeType::S);
        Client::new(&config)
            .create_table()
            .table_name(&table)
            .key_schema(key)
            .attribute_definitions(attribute.build().expect("whole"))
            .billing_mode(BillingMode::PayPerRequest)
            .send()
            .await
            .expect("a table");
        Self { endpoint, table }
    }
}

/// A replica on this AWS, with leases or without.
async fn replica(aws: &Backend, leases: Option<&Leases>, minimum: usize) -> Service {
    let service = started(aws, leases, minimum).await;
    service.ready().await;
    service
}

/// The same, whether it is ready or not.
async fn started(aws: &Backend, leases: Option<&Leases>, minimum: usize) -> Service {
    let mut command = service_on(aws.endpoint());
    command.env("ELB_MANAGER_MINIMUM_HEALTHY", minimum.to_string());
    if let Some(Leases { endpoint, table }) = leases {
        command.env("AWS_ENDPOINT_URL_DYNAMODB", endpoint);
        command.env("ELB_MANAGER_LEASE_TABLE", table).env("ELB_MANAGER_REPLICAS", "2");
    }
    Service::start(command).await
}

/// Load balancers `web-0` and so on, each with a group of its own that has all machines.
fn world(balancers: usize, machines: usize) -> World {
    let balancer = |number: usize| LoadBalancer {
        name: format!("web-{number}"),
        groups: vec![Group {
            name: format!("group-{number}"),
            port: 80,
            default: true,
            members: (0..machines).map(|machine| (machine, None)).collect(),
        }],
        ..LoadBalancer::default()
    };
    World { machines, load_balancers: (0..balancers).map(balancer).collect() }
}

/// Who is truly healthy in a group.
fn healthy(aws: &Backend, group: usize) -> BTreeSet<String> {
    let members = aws.simulator().membership(&format!("group-{group}")).expect("the group is there").into_iter();
    members.filter(|member| member.health.state == HealthState::Healthy).map(|member| member.id).collect()
}

async fn detach(service: &Service, balancer: usize, machine: &str) -> Answer {
    let path = format!("/elb/web-{balancer}/instances/{machine}");
    service.send(Method::DELETE, &path, |request| request).await
}

/// How many healthy machines each round has left.
async fn rounds(leases: Option<&Leases>) -> Vec<usize> {
    let aws = Backend::start(world(ROUNDS, MACHINES)).await;
    let replicas = [replica(&aws, leases, MINIMUM).await, replica(&aws, leases, MINIMUM).await];
    let numbers: Vec<_> = (0..ROUNDS).collect();
    for together in numbers.chunks(TOGETHER) {
        let round = async |number: usize| {
            let mut rng = Rng::with_seed(number as u64);
            let asked: Vec<_> = (0..DETACHERS).map(|_| (rng.usize(..2), rng.usize(..MACHINES))).collect();
            let (aws, replicas) = (&aws, &replicas);
            join_all(asked.into_iter().map(async |(replica, machine)| {
                let answer = detach(&replicas[replica], number, aws.machine(machine)).await;
                assert!(matches!(answer.status, 200 | 409 | 503), "round {number}: {answer:?}");
            }))
            .await;
        };
        join_all(together.iter().map(|number| round(*number))).await;
    }
    let left = (0..ROUNDS).map(|number| healthy(&aws, number).len()).collect();
    for replica in replicas {
        replica.stop().await;
    }
    aws.stop().await;
    left
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it needs moto's DynamoDB: `cargo xtask test` runs it in a step of its own"]
async fn two_replicas_leave_enough_in_fifty_rounds_and_without_leases_they_do_not() {
    let started = Instant::now();
    let with = rounds(Some(&Leases::new().await)).await;
    let took = started.elapsed().as_secs_f64();
    let without = rounds(None).await;
    let least = |left: &[usize]| left.iter().copied().min();
    let broken = without.iter().filter(|left| **left < MINIMUM).count();
    println!(
        "{ROUNDS} rounds of {DETACHERS} detachers on 2 replicas in {took:.0} s: {:?} left at least; without leases {:?}, and {broken} \
         rounds with too few",
        least(&with),
        least(&without)
    );
    assert!(with.iter().all(|left| *left >= MINIMUM), "{with:?}");
    assert!(with.iter().filter(|left| **left == MINIMUM).count() > ROUNDS / 2, "too little was detached: {with:?}");
    assert!(broken > 0, "the rounds show nothing: {without:?}");
}

#[tokio::test]
#[ignore = "it needs moto's DynamoDB: `cargo xtask test` runs it in a step of its own"]
async fn a_machine_that_two_replicas_drain_and_restore_at_once_is_where_it_was() {
    let leases = Leases::new().await;
    let aws = Backend::start(world(3, 3)).await;
    let (one, other) = (replica(&aws, Some(&leases), 1).await, replica(&aws, Some(&leases), 1).await);
    let machine = aws.machine(0);
    let registered = || (0..3).filter(|group| healthy(&aws, *group).contains(machine)).count();
    let ask = async |service: &Service, what: &str| {
        service.send(Method::POST, &format!("/instances/{machine}/{what}"), |request| request).await
    };
    for _ in 0..3 {
        let (first, second) = join(ask(&one, "drain"), ask(&other, "drain")).await;
        assert_eq!((first.status, second.status, registered()), (200, 200, 0), "{first:?} {second:?}");
        let changed = [&first, &second].into_iter().filter(|answer| answer.body["changed"] == true).count();
        assert_eq!(changed, 1, "{first:?} {second:?}");

        let (first, second) = join(ask(&one, "restore"), ask(&other, "restore")).await;
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{first:?} {second:?}");
        aws.simulator().advance(Duration::from_hours(1));
        assert_eq!(registered(), 3);
    }
    one.stop().await;
    other.stop().await;
    aws.stop().await;
}

#[tokio::test]
#[ignore = "it needs moto's DynamoDB: `cargo xtask test` runs it in a step of its own"]
async fn where_a_replica_is_killed_in_its_turn_the_other_goes_on_and_counts_its_detach() {
    let leases = Leases::new().await;
    let aws = Backend::start(world(1, 3)).await;
    let (killed, other) = (replica(&aws, Some(&leases), 1).await, replica(&aws, Some(&leases), 1).await);
    // Nobody is ever shown this detach: the first replica looks for it until it dies, and the second cannot see it.
    aws.simulator().inject(Elbv2::DeregisterTargets, Times::Next(1), Fault::EffectStale(Duration::from_hours(1)));
    let url = format!("{}/elb/web-0/instances/{}", killed.base(), aws.machine(0));
    let asked = tokio::spawn(reqwest::Client::new().delete(url).send());
    while aws.simulator().count(Elbv2::DeregisterTargets) == 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    killed.signal("-KILL").await;
    assert!(asked.await.expect("it ends").is_err(), "nobody answered");

    assert_eq!(detach(&other, 0, aws.machine(1)).await.status, 200);
    detach(&other, 0, aws.machine(2)).await.refused(409, "WouldBreachMinimumHealthy");
    assert_eq!(healthy(&aws, 0), [aws.machine(2).to_owned()].into());
    other.stop().await;
    aws.stop().await;
}

#[tokio::test]
#[ignore = "it needs moto's DynamoDB: `cargo xtask test` runs it in a step of its own"]
async fn a_table_that_is_not_there_is_named() {
    let mut leases = Leases::new().await;
    leases.table = "another".to_owned();
    let aws = Backend::start(world(1, 3)).await;
    let replica = started(&aws, Some(&leases), 1).await;
    let sentence = detach(&replica, 0, aws.machine(0)).await.refused(500, "LeaseTableNotFound");
    assert!(sentence.contains("'another'") && sentence.contains("--lease-table"), "{sentence}");
    assert_eq!(healthy(&aws, 0).len(), 3);
    replica.stop().await;
    aws.stop().await;
}

#[tokio::test]
async fn without_its_lease_nothing_is_taken_out_and_an_attach_needs_none() {
    let nowhere = Leases { endpoint: NOWHERE.to_owned(), table: "leases".to_owned() };
    let mut world = world(1, 3);
    world.machines += 1;
    let aws = Backend::start(world).await;
    let replica = started(&aws, Some(&nowhere), 1).await;
    detach(&replica, 0, aws.machine(0)).await.refused(502, "AwsUnreachable");
    let drain = format!("/instances/{}/drain", aws.machine(0));
    replica.send(Method::POST, &drain, |request| request).await.refused(502, "AwsUnreachable");
    assert_eq!(aws.simulator().count(Elbv2::DeregisterTargets), 0);
    let attach = format!("/elb/web-0/instances/{}", aws.machine(3));
    assert_eq!(replica.send(Method::PUT, &attach, |request| request).await.status, 201);
    replica.stop().await;
    aws.stop().await;
}
