//! The typed model must hold the whole contract: it is written out again and compared with what was read.

use serde_json::Value;
use utoipa::openapi::OpenApi;

use crate::{compare, error::Error};

/// Reads the document into the typed model and proves that nothing was lost.
pub(crate) fn typed(document: &Value) -> Result<OpenApi, Error> {
    let typed: OpenApi = serde_json::from_value(document.clone()).map_err(|error| Error::Typed(error.to_string()))?;
    let again = serde_json::to_value(&typed).map_err(|error| Error::Typed(error.to_string()))?;
    match compare::differences(document, &again).into_iter().next() {
        None => Ok(typed),
        Some(difference) => Err(Error::RoundTrip {
            contract: difference.left(),
            typed: difference.right(),
            pointer: difference.pointer,
        }),
    }
}
