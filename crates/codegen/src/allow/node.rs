//! A place in the raw document.

use serde_json::{Map, Value};

use crate::{error::Error, pointer::join};

/// A value of the raw document and its JSON pointer.
#[derive(Clone)]
pub(crate) struct Node<'a> {
    pub(crate) value: &'a Value,
    pub(crate) pointer: String,
}

impl<'a> Node<'a> {
    pub(crate) fn root(value: &'a Value) -> Self {
        Self { value, pointer: String::new() }
    }

    /// A refusal of this node.
    pub(crate) fn refuse<T>(&self, sentence: impl Into<String>) -> Result<T, Error> {
        Err(Error::unsupported(&self.pointer, sentence))
    }

    pub(crate) fn object(&self) -> Result<&'a Map<String, Value>, Error> {
        self.value.as_object().ok_or_else(|| Error::unsupported(&self.pointer, "this must be an object"))
    }

    pub(crate) fn text(&self) -> Result<&'a str, Error> {
        self.value.as_str().ok_or_else(|| Error::unsupported(&self.pointer, "this must be a string"))
    }

    pub(crate) fn boolean(&self) -> Result<bool, Error> {
        self.value.as_bool().ok_or_else(|| Error::unsupported(&self.pointer, "this must be true or false"))
    }

    /// The elements of an array.
    pub(crate) fn items(&self) -> Result<Vec<Node<'a>>, Error> {
        let items = self.value.as_array().ok_or_else(|| Error::unsupported(&self.pointer, "this must be an array"))?;
        let node = |(index, value)| Node { value, pointer: format!("{}/{index}", self.pointer) };
        Ok(items.iter().enumerate().map(node).collect())
    }

    /// The children of an object with their keys.
    pub(crate) fn entries(&self) -> Result<Vec<(&'a str, Node<'a>)>, Error> {
        let node =
            |(key, value): (&'a String, &'a Value)| (key.as_str(), Node { value, pointer: join(&self.pointer, key) });
        Ok(self.object()?.iter().map(node).collect())
    }

    /// The children that are part of the contract: an example's or a default's value is data, whatever its keys are. Below
    /// `properties` such a key is a property's name.
    pub(crate) fn inner(&self) -> Result<Vec<Node<'a>>, Error> {
        match self.value {
            Value::Array(_) => self.items(),
            Value::Object(_) => {
                let names = self.pointer.ends_with("/properties");
                let data = |key: &str| !names && ["example", "examples", "default"].contains(&key);
                Ok(self.entries()?.into_iter().filter(|(key, _)| !data(key)).map(|(_, node)| node).collect())
            }
            _ => Ok(Vec::new()),
        }
    }

    pub(crate) fn child(&self, key: &str) -> Option<Node<'a>> {
        self.value.get(key).map(|value| Node { value, pointer: join(&self.pointer, key) })
    }

    /// The child without which this kind of node cannot be.
    pub(crate) fn need(&self, kind: &'static str, key: &'static str) -> Result<Node<'a>, Error> {
        self.child(key).ok_or_else(|| Error::Missing { pointer: self.pointer.clone(), key, kind })
    }

    /// The text of a child without which this kind of node cannot be.
    pub(crate) fn need_text(&self, kind: &'static str, key: &'static str) -> Result<&'a str, Error> {
        self.need(kind, key)?.text()
    }

    /// Refuses every key but these.
    pub(crate) fn keys(&self, kind: &'static str, allowed: &[&str]) -> Result<(), Error> {
        for (key, node) in self.entries()? {
            if !allowed.contains(&key) {
                return match kept_out(key) {
                    Some(sentence) => node.refuse(sentence),
                    None => Err(Error::Unknown { pointer: node.pointer, kind }),
                };
            }
        }
        Ok(())
    }

    /// Whether this is a reference, which then has nothing beside it.
    pub(crate) fn is_reference(&self) -> Result<bool, Error> {
        let Some(reference) = self.child("$ref") else { return Ok(false) };
        reference.text()?;
        match self.entries()?.into_iter().find(|(key, _)| *key != "$ref") {
            Some((_, sibling)) => sibling.refuse("OpenAPI 3.0 tools ignore what stands beside a `$ref`"),
            None => Ok(true),
        }
    }

    /// Whether this is a reference to a component of the section.
    pub(crate) fn is_reference_to(&self, section: &str) -> Result<bool, Error> {
        if !self.is_reference()? {
            return Ok(false);
        }
        let reference = self.need("a reference", "$ref")?;
        match reference.text()?.strip_prefix(&format!("#/components/{section}/")) {
            Some(name) if !name.contains('/') => Ok(true),
            _ => reference.refuse(format!("only a component of #/components/{section} can stand here")),
        }
    }
}

/// Constructs that are known and kept out, and why.
fn kept_out(key: &str) -> Option<&'static str> {
    Some(match key {
        "oneOf" | "anyOf" | "allOf" | "not" | "discriminator" => {
            "compositions are not generated: write one object with optional properties"
        }
        "exclusiveMinimum" | "exclusiveMaximum" => {
            "this is a number in OpenAPI 3.1 and a boolean in 3.0: write the inclusive bound"
        }
        "examples" => "only a media type has `examples`; a schema has one `example`, which 3.0 tools know too",
        "explode" | "style" => {
            "parameters are written in the default style: an absent `explode: false` one would panic"
        }
        "parameters" => "write the parameters on each operation",
        "servers" => "the address is the deployment's, not the contract's",
        "nullable" => "leave an optional property out instead of sending null",
        "$ref" => "a reference cannot stand here",
        _ => return None,
    })
}
