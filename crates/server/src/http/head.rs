//! How large the head of a request may be.

use std::sync::Arc;

use poem::{Endpoint, IntoResponse as _, Request, Response};

use crate::problem::Problem;

/// The most headers, and the most bytes of names and values together: what Application Load Balancers let through, less
/// their request line.
const HEADERS: usize = 100;
const BYTES: usize = 60 * 1024;

/// Refuses a request with a larger head.
pub(super) async fn small<E: Endpoint>(next: Arc<E>, request: Request) -> poem::Result<Response> {
    let headers = request.headers();
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if headers.len() > HEADERS || bytes > BYTES {
        return Err(Problem::LargeHead { headers: HEADERS, bytes: BYTES }.into());
    }
    Ok(next.call(request).await?.into_response())
}
