//! How large the head of a request may be.

use poem::Request;

use crate::problem::Problem;

/// The most headers; a head with more is not read. That is hyper's own limit: one that it is told, the same too, would have it
/// keep them on the heap.
pub(super) const HEADERS: usize = 100;

/// The most bytes of names and values together: what Application Load Balancers let through, less their request line.
const BYTES: usize = 60 * 1024;

/// Refuses a request with more bytes in its head.
pub(super) fn is_small(request: &Request) -> Result<(), Problem> {
    let headers = request.headers();
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if bytes > BYTES { Err(too_large()) } else { Ok(()) }
}

/// The refusal of a larger head.
pub(super) fn too_large() -> Problem {
    Problem::LargeHead { headers: HEADERS, bytes: BYTES }
}
