//! A request while it is answered, for whoever has to know of it.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use elbm_api::{ErrorCode, OPERATIONS};
use openapi_poem_runtime::Operation;
use poem::Request;
use poem::http::{HeaderValue, Method, Uri};
use uuid::Uuid;

use super::{Client, operations};
use crate::auth::Principal;

/// The id of a request: in the `X-Request-Id` header of its answer, in error bodies and in the log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestId(Uuid);

/// What is known of a request, and found out on its way.
#[derive(Debug)]
pub(crate) struct Exchange {
    id: RequestId,
    client: Client,
    method: Method,
    uri: Uri,
    operation: Option<usize>,
    started: Instant,
    caller: OnceLock<Arc<Principal>>,
    code: OnceLock<ErrorCode>,
}

tokio::task_local! {
    /// The request that this task answers.
    static CURRENT: Arc<Exchange>;
}

impl RequestId {
    /// The id of the request that is being answered, for an operation that does not know its caller.
    pub(crate) fn current() -> Self {
        CURRENT.try_with(|exchange| exchange.id).unwrap_or_else(|_| Self::new())
    }

    pub(crate) fn new() -> Self {
        Self(Uuid::new_v4())
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<RequestId> for HeaderValue {
    fn from(id: RequestId) -> Self {
        let mut text = Uuid::encode_buffer();
        Self::from_str(id.0.hyphenated().encode_lower(&mut text)).expect("hexadecimal digits and hyphens")
    }
}

impl Exchange {
    /// A request, behind so many proxies of ours.
    pub(super) fn new(proxies: usize, request: &Request) -> Arc<Self> {
        Arc::new(Self {
            id: RequestId::new(),
            client: Client::behind(proxies, request),
            method: request.method().clone(),
            uri: request.uri().clone(),
            operation: operations::place(request.method().as_str(), request.uri().path()),
            started: Instant::now(),
            caller: OnceLock::new(),
            code: OnceLock::new(),
        })
    }

    pub(crate) fn id(&self) -> RequestId {
        self.id
    }

    /// From where it comes.
    pub(crate) fn client(&self) -> Client {
        self.client
    }

    pub(super) fn method(&self) -> &Method {
        &self.method
    }

    pub(super) fn path(&self) -> &str {
        self.uri.path()
    }

    /// Its operation, by its place in the contract; `None` where it is none of the contract's.
    pub(crate) fn operation(&self) -> Option<usize> {
        self.operation
    }

    /// What the contract says of its operation.
    pub(super) fn described(&self) -> Option<&'static Operation> {
        OPERATIONS.get(self.operation?)
    }

    /// Whether it is of such an operation. Which one it is was looked up when it arrived.
    pub(super) fn is_for(&self, such: impl FnOnce(&Operation) -> bool) -> bool {
        self.described().is_some_and(such)
    }

    /// When it arrived.
    pub(crate) fn started(&self) -> Instant {
        self.started
    }

    /// Answers it: until that is done it is the current one.
    pub(crate) async fn answered<T>(self: &Arc<Self>, answering: impl Future<Output = T>) -> T {
        CURRENT.scope(Arc::clone(self), answering).await
    }

    /// It is known who calls.
    pub(super) fn is_of(&self, caller: &Arc<Principal>) {
        let _ = self.caller.set(Arc::clone(caller));
    }

    /// Who calls, as far as it is known.
    pub(crate) fn caller(&self) -> Option<&Arc<Principal>> {
        self.caller.get()
    }

    /// The request that this task answers ends with this error.
    pub(crate) fn fails_with(code: ErrorCode) {
        // What is no HTTP is answered by no task of a request.
        let _ = CURRENT.try_with(|exchange| exchange.code.set(code));
    }

    /// The error that it ended with.
    pub(crate) fn code(&self) -> Option<ErrorCode> {
        self.code.get().copied()
    }
}
