//! How long a body may be, and how long it may take.

use openapi_poem_runtime::{BodyLimit, BodyTimeout};
use poem::Request;
use poem::http::Method;

use super::{Exchange, operations};

/// A change set of 1,000 items with the longest names and spaces between them has 180 KB; every other body is one id.
const CHANGE_SET: BodyLimit = BodyLimit(256 * 1024);

/// Bounds the body of a request, where it may have one. A change set may be longer than others.
pub(super) fn bound(exchange: &Exchange, request: &mut Request, timeout: BodyTimeout) {
    if *request.method() == Method::GET {
        return;
    }
    request.set_data(timeout);
    if exchange.is_for(operations::is_change_set) {
        request.set_data(CHANGE_SET);
    }
}
