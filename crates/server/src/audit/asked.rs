//! What a request asks.

use openapi_poem_runtime::{AcceptedBody, Operation};
use poem::Request;
use serde_json::{Map, Value};

/// The longest value that is recorded of a path, a query or a header, in characters.
const LONGEST: usize = 256;

/// What a request asks, as it was sent. Of the query only what the operation knows, of the body only what it has accepted, and
/// of the headers only the reason: what else there is may be secret.
#[derive(Debug)]
pub(crate) struct Asked {
    operation: &'static Operation,
    parameters: Map<String, Value>,
    reason: Option<String>,
    body: AcceptedBody,
}

impl Asked {
    /// What this request of this operation asks.
    pub(super) fn of(operation: &'static Operation, request: &mut Request) -> Self {
        let body = AcceptedBody::default();
        request.set_data(body.clone());
        let path = in_path(operation.path, request.uri().path());
        let query = in_query(operation.query, request.uri().query().unwrap_or_default());
        let parameters = path.chain(query).map(|(name, value)| (name.to_owned(), Value::String(cut(value))));
        let reason = request.headers().get("x-reason").map(|value| cut(&String::from_utf8_lossy(value.as_bytes())));
        Self { operation, parameters: parameters.collect(), reason, body }
    }

    /// Of which operation.
    pub(super) fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Why it is asked.
    pub(super) fn reason(&mut self) -> Option<String> {
        self.reason.take()
    }

    /// All of it.
    pub(super) fn whole(mut self) -> Map<String, Value> {
        // The operation has read it as JSON.
        if let Some(body) = self.body.bytes().and_then(|bytes| serde_json::from_slice(bytes).ok()) {
            self.parameters.insert("body".to_owned(), body);
        }
        self.parameters
    }
}

/// The parameters of a path by this template.
fn in_path<'a>(template: &'static str, path: &'a str) -> impl Iterator<Item = (&'static str, &'a str)> {
    let names = template.split('/').map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    names.zip(path.split('/')).filter_map(|(name, value)| Some((name?, value)))
}

/// The parameters of a query that have these names.
fn in_query<'a>(known: &'static [&'static str], query: &'a str) -> impl Iterator<Item = (&'static str, &'a str)> {
    query.split('&').filter_map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        known.iter().find(|known| **known == name).map(|known| (*known, value))
    })
}

fn cut(value: &str) -> String {
    value.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use elbm_api::OPERATIONS;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_operation_does_not_know_is_not_recorded() {
        let operation = OPERATIONS.iter().find(|operation| operation.id == "deleteMember").expect("it is there");
        let request = Request::builder()
            .uri_str("/elb/web/instances/i-0a1b2c3d?force=true&token=secret&port=80&wait")
            .header("x-reason", "a test")
            .header("authorization", "Bearer secret");
        let mut request = request.body("{\"password\": \"secret\"}");
        let mut asked = Asked::of(operation, &mut request);
        assert_eq!(asked.reason().as_deref(), Some("a test"));
        let expected = json!({
            "elbName": "web", "instanceId": "i-0a1b2c3d", "force": "true", "port": "80", "wait": "",
        });
        assert_eq!(Value::Object(asked.whole()), expected);
    }

    #[test]
    fn what_is_long_is_cut() {
        assert_eq!(cut(&"ä".repeat(300)).chars().count(), LONGEST);
    }
}
