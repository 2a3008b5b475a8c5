//! Who calls.

use poem::http::header::AUTHORIZATION;
use poem::{Endpoint, IntoResponse as _, Request, Response};

use super::RequestId;

/// The caller of an operation.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The id of the request.
    pub(crate) request: RequestId,
}

/// Puts the caller into the request. The service has no credentials yet: whoever reaches its loopback address may call,
/// but an `Authorization` header that nobody can check is never taken for nothing: such a request has no caller.
pub(super) async fn identified<E: Endpoint>(next: std::sync::Arc<E>, mut request: Request) -> poem::Result<Response> {
    if !request.headers().contains_key(AUTHORIZATION) {
        let caller = Caller { request: RequestId::of(&request) };
        request.set_data(caller);
    }
    Ok(next.call(request).await?.into_response())
}
