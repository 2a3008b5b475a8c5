//! How long a body may be.

use std::sync::Arc;

use openapi_poem_runtime::BodyLimit;
use poem::{Endpoint, IntoResponse as _, Request, Response};

use super::{Exchange, operations};

/// A change set of 1,000 items with the longest names and spaces between them has 180 KB; every other body is one id.
const CHANGE_SET: BodyLimit = BodyLimit(256 * 1024);

/// Lets a change set be longer than other bodies.
pub(super) async fn bounded<E: Endpoint>(next: Arc<E>, mut request: Request) -> poem::Result<Response> {
    if Exchange::is_for(&request, operations::is_change_set) {
        request.set_data(CHANGE_SET);
    }
    Ok(next.call(request).await?.into_response())
}
