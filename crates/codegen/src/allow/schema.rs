//! Schemas. What has rules of its own (a pattern, bounds, a list of words, properties) is a component with a name, which
//! becomes a Rust type; everywhere else stand references, arrays, and plain strings, integers and booleans. The bounds of a
//! list stand at the property: they are part of its type.

use std::collections::BTreeSet;

use regex::Regex;

use super::Node;
use serde_json::Value;

use crate::error::Error;

const NAME_IT: &str = "what has rules of its own needs a name: put it into #/components/schemas";

/// A schema under `#/components/schemas`.
pub(super) fn component(node: &Node<'_>) -> Result<(), Error> {
    let kind = "a schema component";
    let category = category(node, kind)?;
    match category.text()? {
        "string" if node.child("enum").is_some() => {
            node.keys("an enum", &["type", "description", "enum"])?;
            words(&node.need("an enum", "enum")?)?;
        }
        "string" => {
            node.keys("a string component", &["type", "description", "pattern", "minLength", "maxLength", "example"])?;
            node.child("pattern").map_or(Ok(()), |node| pattern(&node))?;
        }
        "integer" => {
            let keys = ["type", "format", "description", "minimum", "maximum", "default", "example"];
            node.keys("an integer component", &keys)?;
            integer_format(node)?;
        }
        "object" => object(node)?,
        _ => return category.refuse("a schema component is a string, an integer or an object"),
    }
    node.need_text(kind, "description").map(drop)
}

/// The schema of a parameter.
pub(super) fn parameter(node: &Node<'_>) -> Result<(), Error> {
    if node.is_reference_to("schemas")? {
        return Ok(());
    }
    let category = category(node, "a parameter's schema")?;
    match category.text()? {
        "array" => category.refuse("a parameter is given once: arrays are not generated"),
        _ => plain(node, &["default"]),
    }
}

/// The schema of a response header: plain, because poem does not register what a header's schema refers to.
pub(super) fn header(node: &Node<'_>) -> Result<(), Error> {
    if node.is_reference_to("schemas")? {
        return node.refuse("poem does not register what a header refers to: write a plain type");
    }
    plain(node, &[])
}

/// The schema of a body.
pub(super) fn body(node: &Node<'_>) -> Result<(), Error> {
    if node.is_reference_to("schemas")? {
        return Ok(());
    }
    let category = category(node, "a body")?;
    if category.text()? != "array" {
        return category.refuse(NAME_IT);
    }
    array(node, &[])
}

/// The schema of server-sent events, as poem-openapi writes it: an array that never ends.
pub(super) fn events(node: &Node<'_>) -> Result<(), Error> {
    let kind = "an event stream";
    node.keys(kind, &["type", "format", "items"])?;
    for (key, value) in [("type", "array"), ("format", "event-stream")] {
        let child = node.need(kind, key)?;
        if child.text()? != value {
            return child.refuse(format!("the {key} of an event stream is {value}"));
        }
    }
    let items = node.need(kind, "items")?;
    if items.is_reference_to("schemas")? { Ok(()) } else { items.refuse(NAME_IT) }
}

/// The schema of a text.
pub(super) fn text(node: &Node<'_>) -> Result<(), Error> {
    node.keys("a text", &["type"])?;
    let category = node.need("a text", "type")?;
    if category.text()? == "string" { Ok(()) } else { category.refuse("a text is a string") }
}

fn object(node: &Node<'_>) -> Result<(), Error> {
    let kind = "an object";
    node.keys(kind, &["type", "description", "required", "additionalProperties", "properties"])?;
    if let Some(more) = node.child("additionalProperties").filter(|more| *more.value != Value::Bool(false)) {
        return more.refuse("maps are not generated: write `false`, or leave it out");
    }
    let properties = node.need(kind, "properties")?;
    for (_, property) in properties.entries()? {
        self::property(&property)?;
    }
    let Some(required) = node.child("required") else { return Ok(()) };
    let mut names = properties.object()?.keys();
    for item in required.items()? {
        let name = item.text()?;
        if !names.any(|property| property == name) {
            return item.refuse("`required` names properties, each once, in their order");
        }
    }
    Ok(())
}

fn property(node: &Node<'_>) -> Result<(), Error> {
    if node.is_reference_to("schemas")? {
        return Ok(());
    }
    let kind = "a property";
    match category(node, kind)?.text()? {
        "array" => {
            array(node, &["description", "minItems", "maxItems"])?;
            item_bounds(node)?;
        }
        _ => plain(node, &["description"])?,
    }
    node.need_text(kind, "description").map(drop)
}

fn array(node: &Node<'_>, more: &[&str]) -> Result<(), Error> {
    node.keys("an array", &[&["type", "items"], more].concat())?;
    let items = node.need("an array", "items")?;
    if items.is_reference_to("schemas")? {
        return Ok(());
    }
    plain(&items, &[])?;
    match items.child("format").filter(|format| format.value == "date-time") {
        Some(format) => format.refuse("an array of date-times is not generated"),
        None => Ok(()),
    }
}

/// The bounds of a list's length.
fn item_bounds(node: &Node<'_>) -> Result<(), Error> {
    let bound = |key| {
        let Some(bound) = node.child(key) else { return Ok(None) };
        match bound.value.as_u64() {
            Some(0) => bound.refuse("0 is no bound of a list: leave it out"),
            Some(number) if u32::try_from(number).is_ok() => Ok(Some(number)),
            _ => bound.refuse("this must be a number of items, of 32 bits"),
        }
    };
    match (bound("minItems")?, bound("maxItems")?) {
        (Some(least), Some(most)) if least > most => node.refuse("minItems is greater than maxItems"),
        _ => Ok(()),
    }
}

/// A string, an integer or a boolean without rules.
fn plain(node: &Node<'_>, more: &[&str]) -> Result<(), Error> {
    let kind = "a plain schema";
    let category = category(node, kind)?;
    for rule in ["enum", "pattern", "minLength", "maxLength", "minimum", "maximum", "properties"] {
        if let Some(rule) = node.child(rule) {
            return rule.refuse(NAME_IT);
        }
    }
    match category.text()? {
        "string" => {
            node.keys("a string", &[&["type", "format"], more].concat())?;
            match node.child("format") {
                Some(format) if format.text()? != "date-time" => format.refuse("the format of a string is date-time"),
                _ => Ok(()),
            }
        }
        "integer" => {
            node.keys("an integer", &[&["type", "format"], more].concat())?;
            integer_format(node)
        }
        "boolean" => node.keys("a boolean", &[&["type"], more].concat()),
        _ => category.refuse("a plain schema is a string, an integer or a boolean"),
    }
}

/// The `type` of a schema. Compositions have none, so they are refused here with their own sentence.
fn category<'a>(node: &Node<'a>, kind: &'static str) -> Result<Node<'a>, Error> {
    if node.child("type").is_none() {
        node.keys(kind, &[])?;
    }
    node.need(kind, "type")
}

/// The format of an integer, and its numbers, which must be of that format. The document holds bounds as floating point
/// numbers, which are exact to 53 bits.
fn integer_format(node: &Node<'_>) -> Result<(), Error> {
    let format = node.need("an integer", "format")?;
    let (limit, sentence) = match format.text()? {
        "int32" => (i64::from(i32::MAX), "this must be an integer of 32 bits"),
        "int64" => (1 << 53, "this must be an integer of 53 bits at most: a document holds no more"),
        _ => return format.refuse("the format is int32 or int64"),
    };
    for number in ["minimum", "maximum", "default", "example"].into_iter().filter_map(|key| node.child(key)) {
        if !number.value.as_i64().is_some_and(|value| (-limit..=limit).contains(&value)) {
            return number.refuse(sentence);
        }
    }
    Ok(())
}

fn words(node: &Node<'_>) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    for item in node.items()? {
        if item.text()?.contains(char::is_control) {
            return item.refuse("a word has no control characters");
        }
        if !seen.insert(item.text()?) {
            return item.refuse("this word is there twice");
        }
    }
    if seen.is_empty() { node.refuse("an enum has at least one word") } else { Ok(()) }
}

/// A pattern that means the same to Rust as to ECMAScript, by which JSON Schema reads it.
fn pattern(node: &Node<'_>) -> Result<(), Error> {
    let pattern = node.text()?;
    if let Some(class) =
        ["\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\b", "\\B"].iter().find(|class| pattern.contains(*class))
    {
        return node.refuse(format!("{class} is wider in Rust than in ECMAScript: write the characters out"));
    }
    match Regex::new(pattern) {
        Ok(_) => Ok(()),
        Err(_) => node.refuse("Rust's regex does not know this pattern"),
    }
}
