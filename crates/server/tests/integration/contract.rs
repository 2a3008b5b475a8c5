//! Every answer is held against the contract: operation, status, headers, body, unknown fields refused.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jsonschema::Validator;
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::{audited, coverage};

static CONTRACT: LazyLock<Contract> = LazyLock::new(Contract::read);

struct Contract {
    document: Value,
    schemas: Value,
    /// Those that were built so far, by the text of their schema.
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// Panics where the answer is not what the contract says, and notes that it was seen; returns the body, `null` where it is
/// not JSON.
pub(crate) fn hold(method: &str, path: &str, status: u16, headers: &HeaderMap, body: &[u8]) -> Value {
    let body = check(method, path, status, headers, body);
    if let Some(operation) = CONTRACT.operation(method, path) {
        let id = operation["operationId"].as_str().expect("an operationId");
        coverage::record(id, status);
        // What is no HTTP is refused before there is a request; its answers lack what is for pages.
        if headers.contains_key("content-security-policy") {
            audited::answered(method, id, headers["x-request-id"].to_str().expect("text"), status, &body);
        }
    }
    body
}

/// The same, of an answer that is a stream: its head. The schema of its events is answered.
pub(crate) fn hold_stream(method: &str, path: &str, status: u16, headers: &HeaderMap) -> &'static Value {
    let operation = CONTRACT.operation(method, path).expect("an operation");
    let (media_type, content) = head(operation, status, headers, &format!("{method} {path} → {status}"));
    assert_eq!(media_type, "text/event-stream", "{method} {path}");
    coverage::record(operation["operationId"].as_str().expect("an operationId"), status);
    &content["schema"]["items"]
}

/// The same, of an event of a stream.
pub(crate) fn hold_event(schema: &Value, event: &str) -> Value {
    CONTRACT.fits(schema, event.as_bytes(), event)
}

fn check(method: &str, path: &str, status: u16, headers: &HeaderMap, body: &[u8]) -> Value {
    let told = || format!("{method} {path} → {status} {}", String::from_utf8_lossy(body));
    assert!(headers.contains_key("x-request-id"), "no request id: {}", told());
    let Some(operation) = CONTRACT.operation(method, path) else {
        if status < 400 {
            return Value::Null;
        }
        return CONTRACT.fits(&json!({"$ref": "#/components/schemas/Error"}), body, &told());
    };
    let (media_type, content) = head(operation, status, headers, &told());
    if media_type.starts_with("text/") {
        return Value::String(String::from_utf8(body.to_vec()).expect("text"));
    }
    CONTRACT.fits(&content["schema"], body, &told())
}

/// Holds status and headers against the contract; media type and description of the body.
fn head<'a>(operation: &'a Value, status: u16, headers: &HeaderMap, told: &str) -> (&'a str, &'a Value) {
    let response = &operation["responses"][status.to_string()];
    assert!(response.is_object(), "the contract lacks this status: {told}");
    let response = CONTRACT.resolved(response);
    for (name, _) in response["headers"].as_object().into_iter().flatten() {
        assert!(headers.contains_key(name), "no header {name}: {told}");
    }
    let (media_type, content) =
        response["content"].as_object().and_then(|content| content.iter().next()).expect("every response has a body");
    assert_eq!(headers["content-type"].to_str().expect("text"), media_type, "{told}");
    assert_eq!(headers["cache-control"], "private, no-store", "{told}");
    assert_eq!(headers["x-content-type-options"], "nosniff", "{told}");
    (media_type, content)
}

/// An operation, as the contract describes it.
#[derive(Debug, Clone)]
pub(crate) struct Described {
    pub(crate) id: String,
    pub(crate) method: Method,
    /// With its parameters in braces.
    pub(crate) path: String,
    pub(crate) takes_body: bool,
    /// Whether it answers with a stream of events.
    pub(crate) streams: bool,
    /// Whether it wants credentials.
    pub(crate) protected: bool,
    /// Those that the contract documents.
    pub(crate) statuses: Vec<u16>,
}

impl Described {
    /// Whether it is about one load balancer.
    pub(crate) fn is_of_one(&self) -> bool {
        self.path.contains("{elbName}")
    }
}

/// The words of a closed list, in its order.
pub(crate) fn words(name: &str) -> Vec<String> {
    let words = CONTRACT.document["components"]["schemas"][name]["enum"].as_array().expect("a list");
    words.iter().map(|word| word.as_str().expect("a word").to_owned()).collect()
}

/// Every operation of the contract.
pub(crate) fn described() -> Vec<Described> {
    let paths = CONTRACT.document["paths"].as_object().expect("paths");
    paths
        .iter()
        .flat_map(|(path, operations)| operations.as_object().expect("operations").iter().map(move |one| (path, one)))
        .map(|(path, (method, operation))| Described {
            id: operation["operationId"].as_str().expect("an operationId").to_owned(),
            method: method.to_uppercase().parse().expect("a method"),
            path: path.clone(),
            takes_body: operation.get("requestBody").is_some(),
            streams: operation["responses"]["200"]["content"].get("text/event-stream").is_some(),
            protected: operation["security"].as_array().is_some_and(|schemes| !schemes.is_empty()),
            statuses: {
                let statuses = operation["responses"].as_object().expect("responses").keys();
                statuses.map(|status| status.parse().expect("a status")).collect()
            },
        })
        .collect()
}

impl Contract {
    fn read() -> Self {
        let yaml = include_str!("../../../../openapi/swagger-file.yaml");
        let document: Value = serde_norway::from_str(yaml).expect("the contract is YAML");
        let mut schemas = document["components"]["schemas"].clone();
        for (_, schema) in schemas.as_object_mut().expect("schemas") {
            if schema["type"] == "object" {
                schema["additionalProperties"] = Value::Bool(false);
            }
        }
        Self { document, schemas, validators: Mutex::default() }
    }

    /// The operation that takes the request.
    fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        let path = path.split('?').next().unwrap_or(path);
        let paths = self.document["paths"].as_object().expect("paths");
        let (_, item) = paths.iter().find(|(template, _)| matches(template, path))?;
        item.get(method.to_lowercase())
    }

    fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => self.document.pointer(&reference[1..]).expect("a known reference"),
            None => value,
        }
    }

    fn fits(&self, schema: &Value, body: &[u8], told: &str) -> Value {
        let body: Value = serde_json::from_slice(body).unwrap_or_else(|error| panic!("not JSON, {error}: {told}"));
        let errors: Vec<_> = self.validator(schema).iter_errors(&body).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}: {told}");
        body
    }

    fn validator(&self, schema: &Value) -> Arc<Validator> {
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        let build = || {
            let mut whole = schema.clone();
            whole["components"] = json!({"schemas": self.schemas});
            Arc::new(jsonschema::options().should_validate_formats(true).build(&whole).expect("a valid schema"))
        };
        Arc::clone(validators.entry(schema.to_string()).or_insert_with(build))
    }
}

/// Whether the path is one of the template's: the same segments but for those in braces.
fn matches(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template.iter().zip(path).all(|(expected, segment)| {
            if expected.starts_with('{') { !segment.is_empty() } else { *expected == segment }
        })
}

/// What holds every answer is held itself: it must bite.
mod bites {
    use super::*;

    fn held(method: &str, path: &str, status: u16, body: &Value) -> bool {
        let pairs = [
            ("content-type", "application/json"),
            ("x-request-id", "1"),
            ("cache-control", "private, no-store"),
            ("x-content-type-options", "nosniff"),
        ];
        let headers: HashMap<String, String> =
            pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let headers = HeaderMap::try_from(&headers).expect("headers");
        let body = body.to_string();
        std::panic::catch_unwind(|| check(method, path, status, &headers, body.as_bytes())).is_ok()
    }

    #[test]
    fn the_contract_check_refuses_what_the_contract_does_not_say() {
        let machine = json!({"instanceId": "i-0a1b2c3d", "targets": []});
        let error = json!({"error": "NotAttached", "message": "…", "requestId": "1"});
        assert!(held("POST", "/elb/a", 201, &machine));
        assert!(!held("POST", "/elb/a", 200, &machine), "another status");
        assert!(!held("POST", "/elb/a", 201, &json!({"instanceId": "i-0a1b2c3d"})), "a missing field");
        assert!(!held("POST", "/elb/a", 201, &json!({"instanceId": "i-0a1b2c3d", "targets": [], "x": 1})), "one more");
        assert!(
            !held("POST", "/elb/a", 201, &json!({"instanceId": "i-0a1b2c3d", "targets": [], "launchDate": "today"})),
            "not a date"
        );
        assert!(held("DELETE", "/elb/a", 409, &error));
        assert!(!held("DELETE", "/elb/a", 503, &error), "without Retry-After");
        assert!(
            !held("DELETE", "/elb/a", 409, &json!({"error": "Oops", "message": "…", "requestId": "1"})),
            "an unknown code"
        );
        assert!(held("PUT", "/nowhere", 404, &error) && !held("PUT", "/nowhere", 404, &machine), "no error body");
    }
}
