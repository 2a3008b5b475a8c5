//! The allow-list: which keys each kind of node may have. Whatever it does not know is an error, so that nothing in a
//! contract is silently without effect.

mod node;
mod operation;
mod schema;

use std::collections::BTreeSet;

pub(crate) use node::Node;
pub(crate) use operation::{EVENT_STREAM, JSON};
use serde_json::Value;

use crate::error::Error;

/// Walks over the raw document.
pub(crate) fn check(document: &Value) -> Result<(), Error> {
    let root = Node::root(document);
    let kind = "the document";
    root.keys(kind, &["openapi", "info", "tags", "paths", "components"])?;
    let version = root.need(kind, "openapi")?;
    if version.text()? != "3.1.0" {
        return version.refuse("the version must be 3.1.0");
    }
    info(&root.need(kind, "info")?)?;
    let tags = root.need(kind, "tags")?;
    if tags.items()?.is_empty() {
        return tags.refuse("a contract has an operation, and so a tag, at least");
    }
    for tag in tags.items()? {
        tag.keys("a tag", &["name", "description"])?;
        tag.need_text("a tag", "name")?;
        tag.need_text("a tag", "description")?;
    }
    paths(&root.need(kind, "paths")?)?;
    root.child("components").map_or(Ok(()), |node| components(&node))
}

fn info(node: &Node<'_>) -> Result<(), Error> {
    node.keys("info", &["title", "version", "description", "license"])?;
    for key in ["title", "version", "description"] {
        node.need_text("info", key)?;
    }
    if let Some(license) = node.child("license") {
        license.keys("a license", &["name", "identifier", "url"])?;
        license.need_text("a license", "name")?;
    }
    Ok(())
}

fn paths(node: &Node<'_>) -> Result<(), Error> {
    for (path, item) in node.entries()? {
        item.keys("a path", &["get", "put", "post", "delete", "patch"])?;
        template(&item, path)?;
        let mut first = None;
        for (_, operation) in item.entries()? {
            let tag = operation::check(&operation)?;
            if *first.get_or_insert(tag) != tag {
                return operation.refuse("the operations of a path must have one tag: poem would emit the path twice");
            }
        }
    }
    Ok(())
}

/// A parameter is a whole segment of a path, and stands there once.
fn template(item: &Node<'_>, path: &str) -> Result<(), Error> {
    let Some(segments) = path.strip_prefix('/') else { return item.refuse("a path begins with /") };
    let mut names = BTreeSet::new();
    for segment in segments.split('/') {
        let name = segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}'));
        if name.unwrap_or(segment).contains(['{', '}', ':', '*', '<']) {
            return item.refuse("a parameter is a whole segment in braces, and no segment has any other of {}:*<");
        }
        if name.is_some_and(|name| !names.insert(name)) {
            return item.refuse("a parameter stands in a path once");
        }
    }
    Ok(())
}

fn components(node: &Node<'_>) -> Result<(), Error> {
    node.keys("components", &["securitySchemes", "parameters", "requestBodies", "responses", "schemas"])?;
    each(node, "securitySchemes", security_scheme)?;
    each(node, "parameters", |parameter| operation::parameter(parameter).map(drop))?;
    each(node, "requestBodies", operation::request_body)?;
    each(node, "responses", operation::response)?;
    each(node, "schemas", schema::component)
}

fn each(node: &Node<'_>, section: &str, check: impl Fn(&Node<'_>) -> Result<(), Error>) -> Result<(), Error> {
    for (name, component) in node.child(section).map_or(Ok(Vec::new()), |section| section.entries())? {
        if !name.chars().all(|character| character.is_ascii_alphanumeric() || "._-".contains(character)) {
            return component.refuse("the name of a component has letters, digits and ._- only");
        }
        check(&component)?;
    }
    Ok(())
}

fn security_scheme(node: &Node<'_>) -> Result<(), Error> {
    let kind = "a security scheme";
    node.keys(kind, &["type", "scheme", "description"])?;
    let category = node.need(kind, "type")?;
    if category.text()? != "http" {
        return category.refuse("security schemes are of type http");
    }
    let scheme = node.need(kind, "scheme")?;
    if !["basic", "bearer"].contains(&scheme.text()?) {
        return scheme.refuse("the scheme is basic or bearer");
    }
    Ok(())
}
