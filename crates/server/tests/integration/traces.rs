//! Traces, as an OpenTelemetry collector receives them: this one decodes them by OpenTelemetry's own types.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use elbm_simulator::{Elbv2, Fault, Times};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use reqwest::Method;
use tokio::net::TcpListener;

use crate::backend::World;
use crate::context::TestContext;

/// A collector.
struct Collector {
    url: String,
    spans: Arc<Mutex<Vec<Span>>>,
}

impl Collector {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let spans: Arc<Mutex<Vec<Span>>> = Arc::default();
        let received = Arc::clone(&spans);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                let received = Arc::clone(&received);
                let service = service_fn(move |request: hyper::Request<Incoming>| {
                    let received = Arc::clone(&received);
                    async move {
                        assert_eq!(request.uri().path(), "/v1/traces");
                        assert_eq!(request.headers()["content-type"], "application/x-protobuf");
                        let body = request.into_body().collect().await.expect("a body").to_bytes();
                        let told = ExportTraceServiceRequest::decode(body).expect("OTLP");
                        let scopes = told.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
                        received.lock().expect("it holds").extend(scopes.flat_map(|scope| scope.spans));
                        Ok::<_, Infallible>(hyper::Response::new(Full::new(Bytes::new())))
                    }
                });
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        Self { url, spans }
    }

    fn spans(&self) -> Vec<Span> {
        self.spans.lock().expect("it holds").clone()
    }
}

fn attributes(span: &Span) -> BTreeMap<String, String> {
    let text = |value: &Value| match value {
        Value::StringValue(text) => text.clone(),
        Value::IntValue(number) => number.to_string(),
        other => format!("{other:?}"),
    };
    let value = |attribute: &opentelemetry_proto::tonic::common::v1::KeyValue| {
        attribute.value.as_ref().and_then(|value| value.value.as_ref()).map(text).unwrap_or_default()
    };
    span.attributes.iter().map(|attribute| (attribute.key.clone(), value(attribute))).collect()
}

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

#[tokio::test]
async fn a_change_is_one_trace_of_its_caller_down_to_each_attempt_of_each_call() {
    let collector = Collector::start().await;
    let context = TestContext::start_with(World::simple(3), &["--otlp-endpoint", &collector.url]).await;
    let simulator = context.aws.simulator().clone();
    simulator.inject(Elbv2::RegisterTargets, Times::Next(1), Fault::Throttled);
    let path = format!("/elb/web/instances/{}", context.aws.machine(2));
    let traceparent = format!("00-{TRACE}-{CALLER}-01");
    let attached = context.send(Method::PUT, &path, |request| request.header("traceparent", traceparent)).await;
    assert_eq!(attached.status, 201, "{attached:?}");
    let (id, calls) = (attached.headers["x-request-id"].to_str().expect("text").to_owned(), simulator.calls());
    // What is left is sent before it ends.
    context.stop().await;

    let spans = collector.spans();
    let own: Vec<_> = spans.iter().filter(|span| hex::encode(&span.trace_id) == TRACE).collect();
    let root = own.iter().find(|span| hex::encode(&span.parent_span_id) == CALLER).expect("the request");
    let told = attributes(root);
    assert_eq!((root.name.as_str(), told["http.response.status_code"].as_str()), ("putMember", "201"), "{told:?}");
    assert_eq!((&told["elbm.request_id"], told["enduser.id"].as_str()), (&id, "anonymous"), "{told:?}");
    assert_eq!(told["http.route"], "/elb/{elbName}/instances/{instanceId}");
    for span in &own {
        let known = own.iter().any(|other| other.span_id == span.parent_span_id);
        assert!(known || span.parent_span_id == root.parent_span_id, "{} has an unknown parent", span.name);
    }
    let names: Vec<_> = own.iter().map(|span| span.name.as_str()).collect();
    for step in ["change", "write"] {
        assert!(names.contains(&step), "{names:?}");
    }
    let mut attempts: Vec<_> = own
        .iter()
        .filter(|span| span.name == "elasticloadbalancing:RegisterTargets")
        .map(|span| attributes(span))
        .collect();
    attempts.sort_by_key(|attempt| attempt["elbm.attempt"].clone());
    let writes: Vec<_> = calls.iter().filter(|call| call.action == Elbv2::RegisterTargets.into()).collect();
    assert_eq!((attempts.len(), writes.len()), (2, 2), "{names:?}");
    for (attempt, call) in attempts.iter().zip(&writes) {
        assert_eq!(attempt["aws.request_id"], call.request_id);
        assert_eq!(
            (attempt["rpc.service"].as_str(), attempt["elbm.lane"].as_str()),
            ("elasticloadbalancingv2", "write")
        );
    }
    assert_eq!((attempts[0]["error.type"].as_str(), attempts[1].get("error.type")), ("throttled", None));
    // Every call of the change, reads too.
    let aws = own.iter().filter(|span| attributes(span).contains_key("aws.request_id")).count();
    assert_eq!(aws, calls.len(), "{names:?}");
}

#[tokio::test]
async fn without_a_caller_each_request_is_a_trace_and_failures_are_marked() {
    let collector = Collector::start().await;
    let context = TestContext::start_with(World::simple(3), &["--otlp-endpoint", &collector.url]).await;
    context.aws.simulator().inject(Elbv2::DescribeLoadBalancers, Times::All, Fault::AccessDenied);
    context.get("/elb/web").await.refused(500, "AwsAccessDenied");
    context.stop().await;
    let spans = collector.spans();
    let root = spans.iter().find(|span| span.name == "listMachinesElb").expect("the request");
    assert!(root.parent_span_id.is_empty(), "{root:?}");
    assert_eq!(attributes(root)["error.type"], "AwsAccessDenied");
    assert_eq!(root.status.as_ref().map(|status| status.code), Some(2), "an error");
}

#[tokio::test]
async fn a_collector_that_is_away_or_never_answers_keeps_nobody_waiting() {
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let away = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
    for address in [away, silent.local_addr().expect("an address")] {
        let url = format!("http://{address}");
        let context = TestContext::start_with(World::simple(3), &["--otlp-endpoint", &url]).await;
        for _ in 0..5 {
            assert_eq!(context.get("/elb/web").await.status, 200);
        }
        context.attach("web", context.aws.machine(2)).await;
        // It ends in time all the same.
        tokio::time::timeout(Duration::from_secs(30), context.stop()).await.expect("it ends");
    }
}
