//! Every operation on a load balancer × every status that the contract documents × every kind. The contract drives the
//! table: a new operation, or a new status of one, is demanded from its first day.

use std::collections::BTreeSet;
use std::time::Duration;

use elbm_simulator::{Action, AutoScalingGroupSpec, Elb, Elbv2, Fault, Times};
use futures_util::future::join_all;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::backend::{KINDS, Kind, World};
use crate::connections::{connection, held, rest};
use crate::context::{Answer, PATIENCE, TestContext};
use crate::contract::{self, Described};
use crate::coverage;
use crate::statuses::{TOKEN, body, one_viewer};

/// Of the machines 0 to 2, the last one is not registered.
const NEW: usize = 2;

/// What leads to a status that depends on what is asked: requests of this operation, of which the last one is answered so.
struct Row {
    operation: &'static str,
    status: u16,
    /// The machine that each request is about.
    machines: &'static [usize],
    query: &'static str,
    /// What stands in the body beside what the operation needs.
    more: Option<(&'static str, &'static str)>,
}

impl Row {
    const fn new(operation: &'static str, status: u16, machine: &'static [usize]) -> Self {
        Self { operation, status, machines: machine, query: "", more: None }
    }

    const fn with(self, query: &'static str) -> Self {
        Self { query, ..self }
    }
}

/// What is answered where nothing is wrong, or where what is asked and what there is do not go together.
const ROWS: &[Row] = &[
    Row::new("listMachinesElb", 200, &[NEW]),
    Row::new("listTargets", 200, &[NEW]),
    Row::new("attachInstance", 201, &[NEW]),
    Row::new("attachInstance", 202, &[NEW]).with("&wait=1"),
    Row::new("attachInstance", 409, &[0]),
    Row::new("detachInstance", 201, &[0]),
    Row::new("detachInstance", 202, &[0]).with("&wait=1"),
    Row::new("detachInstance", 409, &[NEW]),
    Row::new("getMember", 200, &[0]),
    Row::new("getMember", 202, &[0]).with("&until=detached&wait=1"),
    Row::new("putMember", 200, &[0]),
    Row::new("putMember", 201, &[NEW]),
    Row::new("putMember", 202, &[NEW]).with("&wait=1"),
    Row::new("deleteMember", 200, &[0]),
    Row::new("deleteMember", 202, &[0]).with("&wait=1"),
    // The last healthy machine.
    Row::new("deleteMember", 409, &[0, 1]),
    Row::new("changeMembers", 200, &[NEW]),
    Row::new("changeMembers", 202, &[NEW]).with("&wait=1"),
    // EC2 does not know it.
    Row::new("changeMembers", 409, &[UNKNOWN]),
    Row { more: Some(("expectedMembership", "0123456789abcdef")), ..Row::new("changeMembers", 412, &[NEW]) },
];

/// A machine that is not there.
const UNKNOWN: usize = usize::MAX;

/// The operations on one kind of load balancer, and what is still to be seen of them.
struct Table {
    name: &'static str,
    kind: Kind,
    operations: Vec<Described>,
    unseen: BTreeSet<(String, u16)>,
}

impl Table {
    fn of(kind: Kind) -> Self {
        let (name, ..) = KINDS.into_iter().find(|(_, own, _)| *own == kind).expect("each kind has one");
        let operations: Vec<_> = contract::described().into_iter().filter(Described::is_of_one).collect();
        let all = operations.iter().flat_map(|one| one.statuses.iter().map(|status| (one.id.clone(), *status)));
        let unseen = all.collect();
        Self { name, kind, operations, unseen }
    }

    /// A request about a machine of the load balancer of this name.
    async fn ask(
        &self,
        context: &TestContext,
        operation: &Described,
        (name, machine, query): (&str, usize, &str),
        with: impl FnOnce(RequestBuilder, Value) -> RequestBuilder,
    ) -> Answer {
        let machine = if machine == UNKNOWN { "i-0123456789abcdef0" } else { context.aws.machine(machine) };
        let path = operation.path.replace("{elbName}", name).replace("{instanceId}", machine);
        let path = format!("{path}?kind={}{query}", self.kind.word());
        context.send(operation.method.clone(), &path, |request| with(request, body(operation, machine))).await
    }

    fn saw(&mut self, operation: &Described, answer: &Answer, expected: u16) {
        assert_eq!(answer.status, expected, "{} {}: {answer:?}", operation.id, self.kind.word());
        self.note(operation, expected);
    }

    fn note(&mut self, operation: &Described, status: u16) {
        coverage::record_of(self.kind.word(), &operation.id, status);
        self.unseen.remove(&(operation.id.clone(), status));
    }

    /// What all operations refuse alike before AWS is asked.
    async fn bad_requests(&mut self, context: &TestContext) {
        for operation in &self.operations.clone() {
            let whole = |request: RequestBuilder, body: Value| {
                if operation.takes_body { request.json(&body) } else { request }
            };
            let machine = usable(operation);
            let unknown = self.ask(context, operation, (self.name, machine, "&x=1"), whole).await;
            self.saw(operation, &unknown, 400);
            let long = "b".repeat(70_000);
            let ask = (self.name, machine, "");
            let large_head =
                self.ask(context, operation, ask, |request, body| whole(request, body).header("x-long", long)).await;
            self.saw(operation, &large_head, 431);
            if !operation.takes_body {
                continue;
            }
            let plain = self.ask(context, operation, ask, |request, body| {
                request.header("content-type", "text/plain").body(body.to_string())
            });
            self.saw(operation, &plain.await, 415);
            let large =
                self.ask(context, operation, ask, |request, _| request.json(&json!({"x": "y".repeat(300_000)})));
            self.saw(operation, &large.await, 413);
            let path = operation.path.replace("{elbName}", self.name);
            let path = format!("{path}?kind={}", self.kind.word());
            let head = "HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n{";
            let slow = rest(connection(context, &format!("{} {path} {head}", operation.method)).await).await;
            assert_eq!(held(operation.method.as_str(), &path, &slow).0, 408, "{slow}");
            self.note(operation, 408);
        }
        assert_eq!(context.aws.simulator().calls().len(), 0, "AWS was asked");
    }

    /// What AWS does not have, or fails at.
    async fn bad_aws(&mut self, context: &TestContext) {
        let action: Action = match self.kind {
            Kind::Classic => Elb::DescribeLoadBalancers.into(),
            Kind::Application | Kind::Network | Kind::Gateway => Elbv2::DescribeLoadBalancers.into(),
        };
        for (name, status, fault) in [
            ("nowhere", 404, None),
            (self.name, 500, Some(Fault::AccessDenied)),
            (self.name, 502, Some(Fault::ConnectionDropped)),
            (self.name, 503, Some(Fault::Throttled)),
            (self.name, 504, Some(Fault::Delayed(Duration::from_secs(30)))),
        ] {
            if let Some(fault) = fault {
                context.aws.simulator().inject(action, Times::All, fault);
            }
            let asked = self.operations.iter().map(|operation| {
                self.ask(context, operation, (name, usable(operation), ""), |request, body| {
                    if operation.takes_body { request.json(&body) } else { request }
                })
            });
            let answers = join_all(asked).await;
            for (operation, answer) in self.operations.clone().iter().zip(&answers) {
                self.saw(operation, answer, status);
            }
            context.aws.simulator().clear_faults();
        }
    }

    /// What does not end by itself.
    async fn streams(&mut self, context: &TestContext) {
        for operation in self.operations.clone().iter().filter(|operation| operation.streams) {
            let path = operation.path.replace("{elbName}", self.name);
            let path = format!("{path}?kind={}", self.kind.word());
            let mut following = context.try_follow(&path, |request| request).await.expect("a stream");
            following.expect("snapshot").await;
            self.note(operation, 200);
        }
    }

    /// What a service that leaves alone what others manage refuses about a machine of an Auto Scaling group.
    async fn managed(&mut self, context: &TestContext) {
        let instances = vec![context.aws.machine(NEW).to_owned()];
        let group = AutoScalingGroupSpec { name: "fleet".to_owned(), instances, ..AutoScalingGroupSpec::default() };
        context.aws.simulator().add_auto_scaling_group(group).expect("it fits");
        let operations = self.operations.clone();
        let operation = operations.iter().find(|one| one.id == "putMember").expect("the contract has it");
        let refused = self.ask(context, operation, (self.name, NEW, ""), |request, _| request).await;
        self.saw(operation, &refused, 409);
    }

    /// Who is not known, may not, or asks too often.
    async fn bad_callers(&mut self, context: &TestContext) {
        for operation in &self.operations.clone() {
            let ask = (self.name, usable(operation), "");
            let stranger = self.ask(context, operation, ask, |request, body| request.json(&body)).await;
            self.saw(operation, &stranger, 401);
            let both = async {
                let mut seen = BTreeSet::new();
                while seen.len() < 2 {
                    let known = |request: RequestBuilder, body: Value| {
                        let request = request.bearer_auth(TOKEN);
                        if operation.takes_body { request.json(&body) } else { request }
                    };
                    let answer = self.ask(context, operation, ask, known).await;
                    assert!([403, 429].contains(&answer.status), "{answer:?}");
                    seen.insert(answer.status);
                }
            };
            tokio::time::timeout(PATIENCE, both).await.expect("both are seen in time");
            self.note(operation, 403);
            self.note(operation, 429);
        }
    }

    /// What the rows say, each on a world of its own.
    async fn rows(&mut self, context: &TestContext) {
        for row in ROWS {
            let operations = self.operations.clone();
            let operation = operations.iter().find(|one| one.id == row.operation);
            let operation = operation.unwrap_or_else(|| panic!("the contract has no {}", row.operation));
            context.aws.simulator().reset();
            let mut last = None;
            for machine in row.machines {
                let asked = self.ask(context, operation, (self.name, *machine, row.query), |request, mut body| {
                    if let Some((field, value)) = row.more {
                        body[field] = value.into();
                    }
                    if operation.takes_body { request.json(&body) } else { request }
                });
                last = Some(asked.await);
            }
            self.saw(operation, &last.expect("a row has a request"), row.status);
        }
    }
}

/// A machine with which the operation would succeed.
fn usable(operation: &Described) -> usize {
    if operation.method == Method::DELETE { 0 } else { NEW }
}

async fn every_status_is_seen(kind: Kind) {
    let mut table = Table::of(kind);
    let options = ["--aws-timeout", "1", "--body-timeout", "1"];
    let context = TestContext::start_with(World::four_kinds(3), &options).await;
    table.bad_requests(&context).await;
    table.bad_aws(&context).await;
    table.rows(&context).await;
    table.streams(&context).await;
    context.stop().await;

    let context = TestContext::start_with(World::four_kinds(3), &["--managed", "refuse"]).await;
    table.managed(&context).await;
    context.stop().await;

    let (_folder, options) = one_viewer();
    let options: Vec<_> = options.iter().map(String::as_str).collect();
    let context = TestContext::start_with(World::four_kinds(3), &options).await;
    table.bad_callers(&context).await;
    context.stop().await;
    assert!(table.unseen.is_empty(), "no row of the table shows {:?} of {}", table.unseen, kind.word());
}

#[tokio::test]
async fn every_status_of_every_operation_is_seen_of_an_application_load_balancer() {
    every_status_is_seen(Kind::Application).await;
}

#[tokio::test]
async fn every_status_of_every_operation_is_seen_of_a_network_load_balancer() {
    every_status_is_seen(Kind::Network).await;
}

#[tokio::test]
async fn every_status_of_every_operation_is_seen_of_a_gateway_load_balancer() {
    every_status_is_seen(Kind::Gateway).await;
}

#[tokio::test]
async fn every_status_of_every_operation_is_seen_of_a_classic_load_balancer() {
    every_status_is_seen(Kind::Classic).await;
}
