//! From the contract's names to Rust's.

use std::collections::BTreeMap;

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Ident, Span};

use crate::error::Error;

/// A name in the contract and in Rust.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Name {
    /// As the contract has it.
    pub contract: String,
    /// As Rust has it; a valid identifier.
    pub rust: String,
}

/// What generated code calls by these names, so that no type of a contract can be called so.
const TAKEN: &[&str] = &[
    "Adapters",
    "ApiResponse",
    "ApiTag",
    "Authenticated",
    "BoundedVec",
    "DateTime",
    "Deserialize",
    "Enum",
    "EventStream",
    "Failure",
    "FromFailure",
    "Future",
    "Header",
    "HttpScheme",
    "IntegerScalar",
    "Json",
    "JsonList",
    "KnownQuery",
    "LazyLock",
    "LicenseObject",
    "Nobody",
    "Object",
    "OpenApi",
    "OpenApiService",
    "Operation",
    "OperationType",
    "Option",
    "Path",
    "PlainText",
    "Query",
    "Regex",
    "Result",
    "SecurityAlternatives",
    "Self",
    "Send",
    "Serialize",
    "ServerSentEvent",
    "String",
    "StringScalar",
    "Sync",
    "Tags",
    "Utc",
    "Vec",
    "Vocabulary",
];

/// The files of a generated crate that are no tag's.
const MODULES: &[&str] = &["document", "lib", "operations", "scalars", "security", "tags", "types"];

impl Name {
    /// The name as a type, a trait or a variant.
    pub(crate) fn camel(contract: &str, pointer: &str) -> Result<Self, Error> {
        Self::checked(contract, contract.to_upper_camel_case(), pointer)
    }

    /// The name as a module and a file; no keyword, which would be another name as a file.
    pub(crate) fn module(contract: &str, pointer: &str) -> Result<Self, Error> {
        Self::checked(contract, contract.to_snake_case(), pointer)
    }

    /// The name as a function, an argument or a field.
    pub(crate) fn snake(contract: &str, pointer: &str) -> Result<Self, Error> {
        let rust = contract.to_snake_case();
        let raw = if syn::parse_str::<Ident>(&rust).is_ok() { rust } else { format!("r#{rust}") };
        Self::checked(contract, raw, pointer)
    }

    fn checked(contract: &str, rust: String, pointer: &str) -> Result<Self, Error> {
        match syn::parse_str::<Ident>(&rust) {
            Ok(_) if contract.is_ascii() => Ok(Self { contract: contract.to_owned(), rust }),
            _ => {
                Err(Error::Name { pointer: pointer.to_owned(), sentence: format!("`{contract}` has no name in Rust") })
            }
        }
    }

    /// The name in Rust.
    pub(crate) fn ident(&self) -> Ident {
        ident(&self.rust)
    }
}

/// The identifier; a raw one where it begins with `r#`.
pub(crate) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(keyword) => Ident::new_raw(keyword, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// Names of one scope, each of which must be there once.
#[derive(Default)]
pub(crate) struct Scope(BTreeMap<String, String>);

impl Scope {
    /// The scope of the types of a generated crate.
    pub(crate) fn of_types() -> Self {
        Self(TAKEN.iter().map(|name| ((*name).to_owned(), "the generated code".to_owned())).collect())
    }

    /// The scope of the modules of a generated crate.
    pub(crate) fn of_modules() -> Self {
        Self(MODULES.iter().map(|name| ((*name).to_owned(), "the generated code".to_owned())).collect())
    }

    pub(crate) fn add(&mut self, rust: &str, pointer: &str) -> Result<(), Error> {
        match self.0.insert(rust.to_owned(), pointer.to_owned()) {
            None => Ok(()),
            Some(other) => Err(Error::Name {
                pointer: pointer.to_owned(),
                sentence: format!("`{rust}` in Rust is the name of {other} too"),
            }),
        }
    }
}
