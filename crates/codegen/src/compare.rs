//! Two documents, place by place.

use std::fmt;

use serde_json::Value;

use crate::pointer::join;

/// A place where two documents differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The JSON pointer of the place.
    pub pointer: String,
    /// What the first document has there.
    pub first: Option<Value>,
    /// What the second document has there.
    pub second: Option<Value>,
}

impl Difference {
    pub(crate) fn left(&self) -> String {
        show(self.first.as_ref())
    }

    pub(crate) fn right(&self) -> String {
        show(self.second.as_ref())
    }
}

fn show(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), ToString::to_string)
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: the contract has {}, the running code {}", self.pointer, self.left(), self.right())
    }
}

/// Where the documents differ, in the order of the first, the deepest places. The order of an object's keys does not count.
#[must_use]
pub fn differences(first: &Value, second: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk(String::new(), Some(first), Some(second), &mut found);
    found
}

fn walk(pointer: String, first: Option<&Value>, second: Option<&Value>, found: &mut Vec<Difference>) {
    match (first, second) {
        (Some(Value::Object(one)), Some(Value::Object(two))) => {
            for (key, value) in one {
                walk(join(&pointer, key), Some(value), two.get(key), found);
            }
            for (key, value) in two.iter().filter(|(key, _)| !one.contains_key(*key)) {
                walk(join(&pointer, key), None, Some(value), found);
            }
        }
        (Some(Value::Array(one)), Some(Value::Array(two))) => {
            for index in 0..one.len().max(two.len()) {
                walk(format!("{pointer}/{index}"), one.get(index), two.get(index), found);
            }
        }
        (first, second) if first == second => {}
        (first, second) => found.push(Difference { pointer, first: first.cloned(), second: second.cloned() }),
    }
}
