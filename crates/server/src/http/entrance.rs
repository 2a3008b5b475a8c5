//! The way of a request to who answers it.

use openapi_poem_runtime::BodyTimeout;
use poem::{Endpoint, IntoResponse as _, Request, Response, Route};

use super::{Exchange, Gate, body, documents, head, operations, origin, page};

/// What a request has to pass, and who answers it then. One future for all of it: each of its own would be moved with the
/// request in it.
pub(super) struct Entrance<A> {
    gate: Gate,
    body_timeout: BodyTimeout,
    api: A,
    documents: Route,
}

impl<A: Endpoint> Entrance<A> {
    pub(super) fn new(gate: Gate, body_timeout: BodyTimeout, api: A) -> Self {
        Self { gate, body_timeout, api, documents: documents::routes() }
    }
}

impl<A: Endpoint> Endpoint for Entrance<A> {
    type Output = Response;

    /// No large heads; no changes from foreign pages; who calls; the web page, the API or its documents.
    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        head::is_small(&request)?;
        origin::is_own(&request)?;
        self.gate.identify(&mut request).await?;
        if let Some(page) = page::served(&request)? {
            return Ok(page);
        }
        if Exchange::is_for(&request, |_| true) || operations::are_at(request.uri().path()) {
            body::bound(&mut request, self.body_timeout);
            return Ok(self.api.call(request).await?.into_response());
        }
        self.documents.call(request).await
    }
}
