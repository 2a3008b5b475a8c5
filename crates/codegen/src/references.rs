//! Every reference leads somewhere, and every component is referred to: what nothing uses, poem would not emit.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{allow::Node, error::Error, pointer};

/// Checks the references, tags and security schemes of the document.
pub(crate) fn check(document: &Value) -> Result<(), Error> {
    let root = Node::root(document);
    let mut used = BTreeSet::new();
    references(document, &root, &mut used)?;
    names(document, &root, &mut used)?;
    let sections = root.child("components").map_or(Ok(Vec::new()), |components| components.entries())?;
    for (_, section) in sections {
        for (_, component) in section.entries()? {
            if !used.contains(&component.pointer) {
                return Err(Error::Unused { pointer: component.pointer });
            }
        }
    }
    for tag in root.need("the document", "tags")?.items()? {
        if !used.contains(&tag.pointer) {
            return Err(Error::Unused { pointer: tag.pointer });
        }
    }
    Ok(())
}

/// Collects what `$ref`s point at.
fn references(document: &Value, node: &Node<'_>, used: &mut BTreeSet<String>) -> Result<(), Error> {
    if let Some(reference) = node.child("$ref").filter(|reference| reference.value.is_string()) {
        let text = reference.text()?;
        let target = pointer::of_reference(text).filter(|target| document.pointer(target).is_some());
        let target = target.ok_or_else(|| dangling(&reference, text))?;
        used.insert(target.to_owned());
    }
    node.inner()?.iter().try_for_each(|child| references(document, child, used))
}

/// Collects what operations name without a `$ref`: their tag and their security schemes.
fn names(document: &Value, root: &Node<'_>, used: &mut BTreeSet<String>) -> Result<(), Error> {
    let tags = root.need("the document", "tags")?.items()?;
    for (_, item) in root.need("the document", "paths")?.entries()? {
        for (_, operation) in item.entries()? {
            for name in operation.need("an operation", "tags")?.items()? {
                let tag = tags.iter().find(|tag| tag.value["name"] == *name.value);
                let tag = tag.ok_or_else(|| dangling(&name, &name.value.to_string()))?;
                used.insert(tag.pointer.clone());
            }
            for alternative in operation.need("an operation", "security")?.items()? {
                for (name, scheme) in alternative.entries()? {
                    let target = pointer::join("/components/securitySchemes", name);
                    if document.pointer(&target).is_none() {
                        return Err(dangling(&scheme, name));
                    }
                    used.insert(target);
                }
            }
        }
    }
    Ok(())
}

fn dangling(node: &Node<'_>, reference: &str) -> Error {
    Error::Dangling { pointer: node.pointer.clone(), reference: reference.to_owned() }
}
