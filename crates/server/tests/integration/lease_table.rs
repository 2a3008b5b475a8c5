//! A lease table that can fail as `DynamoDB` documents it: the very table of the engine's model, over HTTP.

#[path = "../../../engine/tests/model/table.rs"]
mod table;

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::process::Command;
use uuid::Uuid;

use table::{PUT_ITEM, Table};

/// How a table fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TableFault {
    /// The role lacks the permission.
    Denied,
    /// The table is not there.
    NotFound,
    /// The capacity of the table is used up.
    Capacity,
    /// Calls come too fast.
    Throttled,
    /// The account's limit is reached.
    AccountLimit,
    /// It fails by its own account.
    Broken,
    /// Somebody has deleted the items.
    Emptied,
}

impl TableFault {
    /// Status, type and sentence of the answer; <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html>.
    fn answer(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::Denied => {
                let sentence = "User: arn:aws:sts::123456789012:assumed-role/elbm/i-1 is not authorized to perform: \
                                dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:123456789012:table/leases";
                (400, "com.amazon.coral.service#AccessDeniedException", sentence)
            }
            Self::NotFound => {
                (400, "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "Requested resource not found")
            }
            Self::Capacity => {
                let sentence = "The level of configured provisioned throughput for the table was exceeded";
                (400, "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException", sentence)
            }
            Self::Throttled => (400, "com.amazon.coral.availability#ThrottlingException", "Rate of requests exceeds"),
            Self::AccountLimit => (
                400,
                "com.amazonaws.dynamodb.v20120810#RequestLimitExceeded",
                "Throughput exceeds the current limit of your account",
            ),
            Self::Broken => (500, "com.amazonaws.dynamodb.v20120810#InternalServerError", "Internal server error"),
            Self::Emptied => {
                let name = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
                (400, name, "The conditional request failed")
            }
        }
    }
}

/// A lease table on a port of its own.
#[derive(Debug, Clone, Default)]
pub(crate) struct LeaseTable {
    endpoint: String,
    items: Table,
    fault: Arc<Mutex<Option<TableFault>>>,
    ids: Arc<Mutex<Vec<String>>>,
}

impl LeaseTable {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let table = Self { endpoint, ..Self::default() };
        let serving = table.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                let serving = serving.clone();
                let service = service_fn(move |request| {
                    let serving = serving.clone();
                    async move { Ok::<_, Infallible>(serving.answer(request).await) }
                });
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        table
    }

    async fn answer(&self, request: hyper::Request<Incoming>) -> hyper::Response<Full<Bytes>> {
        assert_eq!(request.headers()["x-amz-target"], PUT_ITEM);
        let body = request.into_body().collect().await.expect("a body").to_bytes();
        let (status, answer) = match *self.fault.lock().unwrap_or_else(PoisonError::into_inner) {
            None => self.items.answer(&body),
            Some(fault) => {
                let (status, name, message) = fault.answer();
                (status, json!({ "__type": name, "message": message }))
            }
        };
        let id = Uuid::new_v4().simple().to_string().to_uppercase();
        let response = hyper::Response::builder()
            .status(status)
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amzn-requestid", &id);
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).push(id);
        response.body(Full::new(answer.to_string().into())).expect("well formed")
    }

    /// From now on each call fails so, or none.
    pub(crate) fn fails(&self, fault: Option<TableFault>) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    /// Whether a call was answered with this id.
    pub(crate) fn has_answered(&self, id: &Value) -> bool {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|own| *id == own.as_str())
    }

    /// Lets a service take its leases here.
    pub(crate) fn used_by(&self, command: &mut Command) {
        command.env("AWS_ENDPOINT_URL_DYNAMODB", &self.endpoint).env("ELB_MANAGER_LEASE_TABLE", "leases");
    }
}
