//! The normalisations.

use serde_json::{Map, Value, json};

use crate::pointer;

/// A difference in form between a contract and what poem-openapi emits.
#[derive(Clone, Copy, Debug)]
pub struct Normalisation {
    /// Its name.
    pub name: &'static str,
    /// Why poem-openapi cannot emit what the contract says.
    pub reason: &'static str,
    side: Side,
}

/// Which document is brought to the other's form.
#[derive(Clone, Copy, Debug)]
enum Side {
    Contract(fn(&mut Value)),
    Emitted(fn(&mut Value)),
}

impl Normalisation {
    const fn of_contract(name: &'static str, reason: &'static str, change: fn(&mut Value)) -> Self {
        Self { name, reason, side: Side::Contract(change) }
    }

    const fn of_emitted(name: &'static str, reason: &'static str, change: fn(&mut Value)) -> Self {
        Self { name, reason, side: Side::Emitted(change) }
    }

    /// Brings one document to the other's form.
    pub fn apply(&self, contract: &mut Value, emitted: &mut Value) {
        match self.side {
            Side::Contract(change) => change(contract),
            Side::Emitted(change) => change(emitted),
        }
    }
}

/// Every normalisation, in the order in which they are applied.
pub const ALL: &[Normalisation] = &[
    Normalisation::of_contract("version", "poem-openapi always says 3.0.0", version),
    Normalisation::of_contract("shared-parameters", "poem-openapi emits no shared parameters", shared_parameters),
    Normalisation::of_contract("shared-request-bodies", "poem-openapi emits no shared bodies", shared_request_bodies),
    Normalisation::of_contract("shared-responses", "poem-openapi emits no shared responses", shared_responses),
    Normalisation::of_contract(
        "media-type-examples",
        "poem-openapi's media types have a schema only; the examples are held against it when the contract is read",
        media_type_examples,
    ),
    Normalisation::of_contract(
        "closed-objects",
        "poem-openapi does not say that an object is closed; the generated types refuse unknown fields all the same",
        closed_objects,
    ),
    Normalisation::of_contract("header-case", "poem-openapi writes response headers in capitals", header_case),
    Normalisation::of_contract("open-security", "poem-openapi leaves an empty list of alternatives out", open_security),
    Normalisation::of_contract("tag-order", "poem-openapi sorts the tags", tag_order),
    Normalisation::of_emitted("empty-sections", "poem-openapi writes sections that are empty", empty_sections),
    Normalisation::of_emitted(
        "not-deprecated",
        "poem-openapi writes `deprecated: false` on parameters and headers",
        not_deprecated,
    ),
    Normalisation::of_emitted("exploded", "poem-openapi writes the default `explode: true` on parameters", exploded),
    Normalisation::of_emitted("object-title", "poem-openapi gives each object its name as title", object_title),
    Normalisation::of_emitted("float-bounds", "poem-openapi holds bounds as floating point numbers", float_bounds),
];

fn version(contract: &mut Value) {
    contract["openapi"] = "3.0.0".into();
}

fn shared_parameters(contract: &mut Value) {
    inline(contract, "parameters");
}

fn shared_request_bodies(contract: &mut Value) {
    inline(contract, "requestBodies");
}

fn shared_responses(contract: &mut Value) {
    inline(contract, "responses");
}

/// Puts the components of the section in the place of the references to them.
fn inline(document: &mut Value, section: &str) {
    let sections = document.get_mut("components").and_then(Value::as_object_mut);
    let Some(components) = sections.and_then(|sections| sections.remove(section)) else { return };
    if let Some(paths) = document.get_mut("paths") {
        substitute(paths, &pointer::join("/components", section), &components);
    }
}

fn substitute(value: &mut Value, prefix: &str, components: &Value) {
    let target = value.get("$ref").and_then(Value::as_str).and_then(pointer::of_reference);
    if let Some(component) = target.and_then(|target| components.pointer(target.strip_prefix(prefix)?)) {
        *value = component.clone();
        return;
    }
    match value {
        Value::Object(object) => object.values_mut().for_each(|child| substitute(child, prefix, components)),
        Value::Array(items) => items.iter_mut().for_each(|item| substitute(item, prefix, components)),
        _ => {}
    }
}

fn media_type_examples(contract: &mut Value) {
    operations(contract, |operation| {
        let body = operation.get_mut("requestBody").and_then(|body| body.get_mut("content"));
        let media = body.into_iter().filter_map(Value::as_object_mut).flat_map(Map::values_mut);
        media.filter_map(Value::as_object_mut).for_each(|media| drop(media.remove("examples")));
    });
    responses(contract, |response| {
        let media = response.get_mut("content").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut);
        media.filter_map(Value::as_object_mut).for_each(|media| drop(media.remove("examples")));
    });
}

fn closed_objects(contract: &mut Value) {
    let schemas = contract.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    for schema in schemas.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
        drop_if(schema, "additionalProperties", &Value::Bool(false));
    }
}

fn header_case(contract: &mut Value) {
    responses(contract, |response| {
        if let Some(headers) = response.get_mut("headers").and_then(Value::as_object_mut) {
            *headers =
                std::mem::take(headers).into_iter().map(|(name, header)| (name.to_uppercase(), header)).collect();
        }
    });
}

fn open_security(contract: &mut Value) {
    operations(contract, |operation| {
        if operation.get("security").is_some_and(|security| security.as_array().is_some_and(Vec::is_empty)) {
            operation.remove("security");
        }
    });
}

fn tag_order(contract: &mut Value) {
    if let Some(tags) = contract.get_mut("tags").and_then(Value::as_array_mut) {
        tags.sort_by_key(|tag| tag["name"].as_str().map(str::to_owned));
    }
}

fn empty_sections(emitted: &mut Value) {
    let Some(document) = emitted.as_object_mut() else { return };
    drop_if(document, "servers", &json!([]));
    drop_if(document, "components", &json!({ "schemas": {} }));
}

fn not_deprecated(emitted: &mut Value) {
    parameters_and_headers(emitted, |object| drop_if(object, "deprecated", &Value::Bool(false)));
}

fn exploded(emitted: &mut Value) {
    parameters_and_headers(emitted, |object| drop_if(object, "explode", &Value::Bool(true)));
}

fn object_title(emitted: &mut Value) {
    let schemas = emitted.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    for (name, schema) in schemas.into_iter().flatten() {
        schema.as_object_mut().into_iter().for_each(|schema| drop_if(schema, "title", &Value::String(name.clone())));
    }
}

fn float_bounds(emitted: &mut Value) {
    // Bounds are integers of 53 bits at most, which a floating point number holds exactly.
    #[allow(clippy::cast_possible_truncation, reason = "the fraction is zero and the number within 53 bits")]
    let integer = |bound: f64| (bound.fract() == 0.0 && bound.abs() <= 9_007_199_254_740_992.0).then_some(bound as i64);
    visit(emitted, &mut |object| {
        for bound in ["minimum", "maximum"] {
            if let Some(value) = object.get_mut(bound).filter(|value| value.is_f64())
                && let Some(number) = value.as_f64().and_then(integer)
            {
                *value = number.into();
            }
        }
    });
}

fn drop_if(object: &mut Map<String, Value>, key: &str, value: &Value) {
    if object.get(key) == Some(value) {
        object.remove(key);
    }
}

/// Every operation.
fn operations(document: &mut Value, mut change: impl FnMut(&mut Map<String, Value>)) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut);
    let operations = paths.filter_map(Value::as_object_mut).flat_map(Map::values_mut);
    operations.filter_map(Value::as_object_mut).for_each(&mut change);
}

/// Every response of every operation.
fn responses(document: &mut Value, mut change: impl FnMut(&mut Map<String, Value>)) {
    operations(document, |operation| {
        let responses =
            operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut);
        responses.filter_map(Value::as_object_mut).for_each(&mut change);
    });
}

/// Every parameter and response header of every operation.
fn parameters_and_headers(document: &mut Value, mut change: impl FnMut(&mut Map<String, Value>)) {
    operations(document, |operation| {
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten();
        parameters.filter_map(Value::as_object_mut).for_each(&mut change);
    });
    responses(document, |response| {
        let headers = response.get_mut("headers").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut);
        headers.filter_map(Value::as_object_mut).for_each(&mut change);
    });
}

/// Every object of the document, the outer before the inner.
fn visit(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            change(object);
            object.values_mut().for_each(|child| visit(child, change));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| visit(item, change)),
        _ => {}
    }
}
