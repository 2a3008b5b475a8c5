//! Operations and what they are made of.

use super::{Node, schema};
use crate::error::Error;

/// The media type of a body in JSON.
pub(crate) const JSON: &str = "application/json";
/// The media type of server-sent events.
pub(crate) const EVENT_STREAM: &str = "text/event-stream";

const MEDIA_TYPE: &str = "a media type";

/// Checks an operation; its tag.
pub(super) fn check<'a>(node: &Node<'a>) -> Result<&'a str, Error> {
    let kind = "an operation";
    node.keys(
        kind,
        &["operationId", "tags", "summary", "description", "security", "parameters", "requestBody", "responses"],
    )?;
    for key in ["operationId", "summary", "description"] {
        node.need_text(kind, key)?;
    }
    if node.need_text(kind, "summary")?.contains('\n') {
        return node.need(kind, "summary")?.refuse("a summary is one line");
    }
    let tags = node.need(kind, "tags")?;
    let [tag] = &tags.items()?[..] else { return tags.refuse("an operation has one tag") };
    security(&node.need(kind, "security")?)?;
    if let Some(parameters) = node.child("parameters") {
        for item in parameters.items()? {
            parameter(&item)?;
        }
    }
    if let Some(body) = node.child("requestBody") {
        request_body(&body)?;
    }
    responses(&node.need(kind, "responses")?)?;
    tag.text()
}

fn security(node: &Node<'_>) -> Result<(), Error> {
    for alternative in node.items()? {
        let [(_, scopes)] = &alternative.entries()?[..] else {
            return alternative.refuse("each alternative names one security scheme");
        };
        if !scopes.items()?.is_empty() {
            return scopes.refuse("the http schemes have no scopes");
        }
    }
    Ok(())
}

pub(super) fn parameter(node: &Node<'_>) -> Result<(), Error> {
    if node.is_reference_to("parameters")? {
        return Ok(());
    }
    let kind = "a parameter";
    node.keys(kind, &["name", "in", "required", "description", "schema"])?;
    node.need_text(kind, "name")?;
    node.need_text(kind, "description")?;
    let required = node.need(kind, "required")?;
    let location = node.need(kind, "in")?;
    match location.text()? {
        "path" if !required.boolean()? => return required.refuse("a parameter in the path is required"),
        "path" | "query" | "header" => {}
        _ => return location.refuse("a parameter is in path, query or header"),
    }
    let schema = node.need(kind, "schema")?;
    schema::parameter(&schema)?;
    match schema.child("default") {
        Some(default) if required.boolean()? => default.refuse("a required parameter has no default"),
        _ => Ok(()),
    }
}

pub(super) fn request_body(node: &Node<'_>) -> Result<(), Error> {
    if node.is_reference_to("requestBodies")? {
        return Ok(());
    }
    let kind = "a request body";
    node.keys(kind, &["required", "description", "content"])?;
    node.need_text(kind, "description")?;
    let required = node.need(kind, "required")?;
    if !required.boolean()? {
        return required.refuse("a request body is required where there is one");
    }
    let (name, media) = content(&node.need(kind, "content")?)?;
    if name != JSON {
        return media.refuse("a request body is application/json");
    }
    schema::body(&media.need(MEDIA_TYPE, "schema")?)
}

fn responses(node: &Node<'_>) -> Result<(), Error> {
    for (status, item) in node.entries()? {
        match status.parse::<u16>() {
            Ok(number) if status.len() == 3 && http::StatusCode::from_u16(number).is_ok() => response(&item)?,
            _ if status == "default" => return item.refuse("name each status: `default` breaks generated clients"),
            _ => return item.refuse("name each status: ranges break generated clients"),
        }
    }
    Ok(())
}

pub(super) fn response(node: &Node<'_>) -> Result<(), Error> {
    if node.is_reference_to("responses")? {
        return Ok(());
    }
    let kind = "a response";
    node.keys(kind, &["description", "headers", "content"])?;
    node.need_text(kind, "description")?;
    if let Some(headers) = node.child("headers") {
        for (_, header) in headers.entries()? {
            header.keys("a header", &["description", "schema"])?;
            header.need_text("a header", "description")?;
            schema::header(&header.need("a header", "schema")?)?;
        }
    }
    node.child("content").map_or(Ok(()), |node| response_body(&node))
}

fn response_body(node: &Node<'_>) -> Result<(), Error> {
    let (name, media) = content(node)?;
    let schema = media.need(MEDIA_TYPE, "schema")?;
    match name {
        JSON => schema::body(&schema),
        EVENT_STREAM => schema::events(&schema),
        name if is_text(name) => schema::text(&schema),
        _ => media.refuse("a response's body is application/json, text/event-stream or text/plain with charset=utf-8"),
    }
}

/// Whether this is plain text that says that it is in UTF-8, which a text without a charset need not be.
fn is_text(name: &str) -> bool {
    name.parse::<mime::Mime>().is_ok_and(|media| {
        media.essence_str() == mime::TEXT_PLAIN.essence_str()
            && media.get_param(mime::CHARSET).is_some_and(|charset| charset == mime::UTF_8)
    })
}

/// The one media type of a body.
fn content<'a>(node: &Node<'a>) -> Result<(&'a str, Node<'a>), Error> {
    let [(name, media)] = &node.entries()?[..] else { return node.refuse("a body has one media type") };
    media.keys(MEDIA_TYPE, &["schema", "examples"])?;
    if let Some(examples) = media.child("examples") {
        for (_, example) in examples.entries()? {
            example.keys("an example", &["summary", "value"])?;
            example.need("an example", "value")?;
        }
    }
    Ok((*name, media.clone()))
}
