//! Every example fits its schema. Objects are closed here as the generated types are: an unknown property does not fit.

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::{allow::Node, error::Error};

/// Checks the examples of media types and of schema components, and the defaults.
pub(crate) fn check(document: &Value) -> Result<(), Error> {
    let components = closed(document.get("components").cloned().unwrap_or_else(|| json!({})));
    walk(&Node::root(document), &components)
}

fn walk(node: &Node<'_>, components: &Value) -> Result<(), Error> {
    if let (Some(schema), Some(examples)) = (node.child("schema"), node.child("examples")) {
        let validator = validator(&schema, components)?;
        for (_, example) in examples.entries()? {
            fits(&validator, &example.need("an example", "value")?)?;
        }
    }
    if node.value.get("type").is_some_and(Value::is_string) {
        for example in ["example", "default"].into_iter().filter_map(|key| node.child(key)) {
            fits(&validator(node, components)?, &example)?;
        }
    }
    node.inner()?.iter().try_for_each(|child| walk(child, components))
}

fn validator(schema: &Node<'_>, components: &Value) -> Result<Validator, Error> {
    let document = json!({ "allOf": [schema.value], "components": components });
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&document)
        .map_err(|error| Error::unsupported(&schema.pointer, format!("this is not a JSON schema: {error}")))
}

fn fits(validator: &Validator, example: &Node<'_>) -> Result<(), Error> {
    validator.validate(example.value).map_err(|error| Error::Example {
        pointer: format!("{}{}", example.pointer, error.instance_path()),
        sentence: error.to_string(),
    })
}

/// The components with every object closed.
fn closed(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut object: Map<_, _> = object.into_iter().map(|(key, value)| (key, closed(value))).collect();
            if object.get("type").is_some_and(|category| category == "object") {
                object.insert("additionalProperties".to_owned(), false.into());
            }
            Value::Object(object)
        }
        Value::Array(items) => items.into_iter().map(closed).collect(),
        other => other,
    }
}
