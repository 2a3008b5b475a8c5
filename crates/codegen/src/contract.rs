//! Reading a contract.

use serde_json::Value;

use crate::{allow, error::Error, examples, model::Api, references, round_trip};

/// A contract that the generator understands to the last key.
#[derive(Clone, Debug)]
pub struct Contract {
    document: Value,
    api: Api,
}

impl Contract {
    /// Reads a contract in YAML.
    ///
    /// # Errors
    /// The first fault, with its JSON pointer.
    pub fn read(text: &str) -> Result<Self, Error> {
        let document = document(text)?;
        allow::check(&document)?;
        references::check(&document)?;
        examples::check(&document)?;
        let typed = round_trip::typed(&document)?;
        let api = Api::build(&typed)?;
        Ok(Self { document, api })
    }

    /// The document as it was read.
    #[must_use]
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// The document for tools that read `OpenAPI` 3.0: only its version line differs.
    #[must_use]
    pub fn for_older_tools(&self) -> Value {
        let mut document = self.document.clone();
        document["openapi"] = Value::from("3.0.3");
        document
    }

    /// What is generated from it.
    #[must_use]
    pub fn api(&self) -> &Api {
        &self.api
    }
}

/// YAML's own value first: it refuses duplicate keys, of which JSON's would keep the last.
fn document(text: &str) -> Result<Value, Error> {
    let yaml: serde_norway::Value = serde_norway::from_str(text).map_err(|error| Error::Yaml(error.to_string()))?;
    serde_json::to_value(yaml).map_err(|error| Error::Yaml(error.to_string()))
}
