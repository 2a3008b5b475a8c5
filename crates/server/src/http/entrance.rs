//! The way of a request to who answers it.

use openapi_poem_runtime::BodyTimeout;
use poem::{Endpoint, IntoResponse as _, Request, Response, Route};

use super::{Exchange, Gate, body, documents, head, operations, origin, page};

/// What a request has to pass, and who answers it then. One future for all of it, and a small one, as it is made for every request:
/// what is large in it is on the heap.
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

    /// No large heads; no changes from foreign pages; who calls; the web page, the API or its documents.
    pub(super) async fn answer(&self, exchange: &Exchange, mut request: Box<Request>) -> poem::Result<Response> {
        head::is_small(&request)?;
        origin::is_own(&request)?;
        self.gate.identify(exchange, &mut request).await?;
        if let Some(page) = page::served(&request)? {
            return Ok(page);
        }
        if exchange.described().is_some() || operations::are_at(exchange.path()) {
            body::bound(exchange, &mut request, self.body_timeout);
            return Ok(Box::pin(self.api.call(*request)).await?.into_response());
        }
        Box::pin(self.documents.call(*request)).await
    }
}
