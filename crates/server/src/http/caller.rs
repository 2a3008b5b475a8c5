//! Who calls.

use std::net::IpAddr;
use std::sync::Arc;

use poem::http::header::{AUTHORIZATION, HOST};
use poem::http::uri::Authority;
use poem::{Endpoint, IntoResponse as _, Request, Response};

use super::RequestId;
use crate::auth::{Credentials, Principal};

/// The caller of an operation.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The id of the request.
    pub(crate) request: RequestId,
    /// Who it is.
    pub(crate) principal: Arc<Principal>,
}

/// Puts the caller into the request; without one, an operation that is not public refuses it. An `Authorization` header
/// that nobody can check is never taken for nothing, so that a service without credentials takes none; it takes requests for
/// loopback names only.
pub(super) async fn identified<E: Endpoint>(
    credentials: Option<Arc<Credentials>>,
    next: Arc<E>,
    mut request: Request,
) -> poem::Result<Response> {
    let principal = principal(credentials.as_deref(), &request).await;
    if let Some(principal) = principal.clone() {
        let caller = Caller { request: RequestId::of(&request), principal };
        request.set_data(caller);
    }
    let mut answer = next.call(request).await?.into_response();
    if let Some(principal) = principal {
        // For the log line.
        answer.set_data(principal);
    }
    Ok(answer)
}

async fn principal(credentials: Option<&Credentials>, request: &Request) -> Option<Arc<Principal>> {
    let mut headers = request.headers().get_all(AUTHORIZATION).iter();
    match (credentials, headers.next(), headers.next()) {
        (None, None, None) if is_loopback(request) => Some(Arc::new(Principal::anonymous())),
        (Some(credentials), Some(header), None) => credentials.principal(header).await,
        _ => None,
    }
}

/// Whether the request is for a loopback name or address. A page whose name was turned to this machine is its own origin to
/// the browser, but still asks for its own name.
fn is_loopback(request: &Request) -> bool {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let name = host.and_then(|host| host.parse::<Authority>().ok());
    name.is_some_and(|name| {
        let name = name.host().trim_start_matches('[').trim_end_matches(']');
        name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}
