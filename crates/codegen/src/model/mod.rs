//! What is generated, free of the detours of `OpenAPI`: references are resolved, names are Rust's.

mod operations;
mod types;

use utoipa::openapi::OpenApi;

use crate::{
    error::Error,
    names::{Name, Scope},
};

/// A contract.
#[derive(Clone, Debug)]
pub struct Api {
    /// Its title.
    pub title: String,
    /// Its version.
    pub version: String,
    /// What it says about itself.
    pub description: String,
    /// Its license.
    pub license: Option<License>,
    /// The types, in the order of their names.
    pub types: Vec<NamedType>,
    /// The tags with their operations, in the contract's order.
    pub tags: Vec<Tag>,
    /// The security schemes, in the order of their names.
    pub schemes: Vec<Scheme>,
}

/// The license of a contract.
#[derive(Clone, Debug)]
pub struct License {
    /// Its name.
    pub name: String,
    /// Its SPDX identifier.
    pub identifier: Option<String>,
    /// Where it can be read.
    pub url: Option<String>,
}

/// A security scheme of type http.
#[derive(Clone, Debug)]
pub struct Scheme {
    /// Its name in the contract.
    pub name: String,
    /// `basic` or `bearer`.
    pub scheme: String,
    /// What the contract says about it.
    pub description: Option<String>,
}

/// A tag: one module, one trait.
#[derive(Clone, Debug)]
pub struct Tag {
    /// Its name, as the name of the trait.
    pub name: Name,
    /// Its name, as the name of the module.
    pub module: Name,
    /// What the contract says about it.
    pub description: String,
    /// Its operations, in the contract's order.
    pub operations: Vec<Operation>,
}

/// An operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its id, as the name of a method.
    pub method_name: Name,
    /// Its id, as the name of a type.
    pub type_name: Name,
    /// Its method, in capitals.
    pub method: &'static str,
    /// Its path with the parameters in braces.
    pub path: String,
    /// Its summary: one line.
    pub summary: String,
    /// Its description.
    pub description: String,
    /// The names of the security schemes of which a caller needs one.
    pub security: Vec<String>,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// Its request body.
    pub body: Option<Body>,
    /// Its responses, in the order of the statuses.
    pub responses: Vec<Response>,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name, as the name of an argument.
    pub name: Name,
    /// Where it stands.
    pub location: Location,
    /// Whether it must be given.
    pub required: bool,
    /// What the contract says about it.
    pub description: String,
    /// Its type.
    pub schema: Schema,
    /// The value where it is not given.
    pub default: Default,
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Location {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
}

/// The value of a parameter that is not given.
#[derive(Clone, Debug, PartialEq)]
pub enum Default {
    /// There is none.
    None,
    /// It stands at the parameter.
    Value(serde_json::Value),
    /// It is that of the parameter's type.
    OfType,
}

/// A request body in JSON.
#[derive(Clone, Debug)]
pub struct Body {
    /// What the contract says about it.
    pub description: String,
    /// Its type.
    pub schema: Schema,
}

/// A response.
#[derive(Clone, Debug)]
pub struct Response {
    /// Its status.
    pub status: u16,
    /// The status, as the name of a variant.
    pub variant: String,
    /// What the contract says about it.
    pub description: String,
    /// Its headers.
    pub headers: Vec<Header>,
    /// Its body.
    pub body: Option<Content>,
}

/// The body of a response.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Content {
    /// JSON of this type.
    Json(Schema),
    /// Server-sent events, each of which is of this type.
    Events(Schema),
    /// Text of this media type.
    Text(String),
}

impl Content {
    /// The type of what is in it; text has none.
    #[must_use]
    pub fn schema(&self) -> Option<&Schema> {
        match self {
            Self::Json(schema) | Self::Events(schema) => Some(schema),
            Self::Text(_) => None,
        }
    }
}

/// A response header.
#[derive(Clone, Debug)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// What the contract says about it.
    pub description: String,
    /// Its type.
    pub plain: Plain,
}

/// The type of a value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Schema {
    /// A type of Rust's.
    Plain(Plain),
    /// A type of the contract, by its name.
    Named(String),
    /// A list.
    List(Box<Schema>, Bounds),
}

/// How many items a list has.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Bounds {
    /// The least number.
    pub min_items: Option<usize>,
    /// The greatest number.
    pub max_items: Option<usize>,
}

/// A type without rules of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Plain {
    /// Text.
    Text,
    /// An instant in RFC 3339.
    DateTime,
    /// An integer of 32 bits.
    Int32,
    /// An integer of 64 bits.
    Int64,
    /// True or false.
    Boolean,
}

/// A type of the contract.
#[derive(Clone, Debug)]
pub struct NamedType {
    /// Its name, the same in Rust.
    pub name: String,
    /// What the contract says about it.
    pub description: String,
    /// What it is.
    pub kind: Kind,
}

/// What a type of the contract is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A constrained string.
    Text(Text),
    /// A bounded integer.
    Integer(Integer),
    /// A closed list of words.
    Words(Vec<Name>),
    /// An object.
    Record(Vec<Field>),
}

/// The rules of a string.
#[derive(Clone, Debug)]
pub struct Text {
    /// The pattern that it must match.
    pub pattern: Option<String>,
    /// The least number of characters.
    pub min_length: Option<usize>,
    /// The greatest number of characters.
    pub max_length: Option<usize>,
    /// An example.
    pub example: Option<String>,
}

/// The rules of an integer.
#[derive(Clone, Debug)]
pub struct Integer {
    /// [`Plain::Int32`] or [`Plain::Int64`].
    pub plain: Plain,
    /// The least value.
    pub minimum: Option<i64>,
    /// The greatest value.
    pub maximum: Option<i64>,
    /// The value where none is given.
    pub default: Option<i64>,
    /// An example.
    pub example: Option<i64>,
}

/// A property of an object.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name, as the name of a field.
    pub name: Name,
    /// What the contract says about it; a reference is described by its type.
    pub description: Option<String>,
    /// Whether it must be there.
    pub required: bool,
    /// Its type.
    pub schema: Schema,
}

impl Operation {
    /// Whether it answers anything of this kind.
    pub(crate) fn answers(&self, kind: impl Fn(&Content) -> bool) -> bool {
        self.responses.iter().filter_map(|response| response.body.as_ref()).any(kind)
    }
}

impl Api {
    /// Builds the model from the typed document.
    pub(crate) fn build(document: &OpenApi) -> Result<Self, Error> {
        let mut scope = Scope::of_types();
        let types = types::build(document, &mut scope)?;
        let tags = operations::build(document, &types, &mut scope)?;
        let schemes = operations::schemes(document)?;
        let license = document.info.license.as_ref().map(|license| License {
            name: license.name.clone(),
            identifier: license.identifier.clone(),
            url: license.url.clone(),
        });
        Ok(Self {
            title: document.info.title.clone(),
            version: document.info.version.clone(),
            description: document.info.description.clone().unwrap_or_default(),
            license,
            types,
            tags,
            schemes,
        })
    }

    /// Whether the type is sent as events.
    #[must_use]
    pub fn is_event(&self, name: &str) -> bool {
        let mut responses = self.operations().flat_map(|operation| &operation.responses);
        responses.any(|one| matches!(&one.body, Some(Content::Events(Schema::Named(item))) if item == name))
    }

    /// All operations, tag by tag.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.tags.iter().flat_map(|tag| &tag.operations)
    }
}
