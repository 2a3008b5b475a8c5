//! The typed model must hold the whole contract: it is written out again and compared with what was read.

use serde_json::Value;
use utoipa::openapi::OpenApi;

use crate::{allow::EVENT_STREAM, compare, error::Error, pointer::join};

/// Reads the document into the typed model and proves that nothing was lost.
pub(crate) fn typed(document: &Value) -> Result<OpenApi, Error> {
    let typed: OpenApi = serde_json::from_value(document.clone()).map_err(|error| Error::Typed(error.to_string()))?;
    let again = serde_json::to_value(&typed).map_err(|error| Error::Typed(error.to_string()))?;
    // utoipa's arrays have no format. That of an event stream says no more than its media type, and is checked before.
    let format_of_events = format!("{}/schema/format", join("/content", EVENT_STREAM));
    let lost = |difference: &compare::Difference| !difference.pointer.ends_with(&format_of_events);
    match compare::differences(document, &again).into_iter().find(lost) {
        None => Ok(typed),
        Some(difference) => Err(Error::RoundTrip {
            contract: difference.left(),
            typed: difference.right(),
            pointer: difference.pointer,
        }),
    }
}
