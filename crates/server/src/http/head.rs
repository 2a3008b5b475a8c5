//! How large the head of a request may be.

use std::sync::Arc;

use poem::{Endpoint, IntoResponse as _, Request, Response};

use crate::problem::Problem;

/// The most headers; a head with more is not read.
pub(super) const HEADERS: usize = 100;

/// The most bytes of names and values together: what Application Load Balancers let through, less their request line.
const BYTES: usize = 60 * 1024;

/// Refuses a request with more bytes in its head.
pub(super) async fn small<E: Endpoint>(next: Arc<E>, request: Request) -> poem::Result<Response> {
    let headers = request.headers();
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if bytes > BYTES {
        return Err(too_large().into());
    }
    Ok(next.call(request).await?.into_response())
}

/// The refusal of a larger head.
pub(super) fn too_large() -> Problem {
    Problem::LargeHead { headers: HEADERS, bytes: BYTES }
}
