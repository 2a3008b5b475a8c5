//! From paths to tags and operations.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;
use utoipa::openapi::{
    OpenApi, PathItem, Ref, RefOr, Response as TypedResponse, Schema as Typed,
    content::Content as TypedContent,
    path::{Operation as TypedOperation, Parameter as TypedParameter, ParameterIn},
    request_body::RequestBody,
};

use super::{
    Body, Content, Default, Field, Header, Kind, Location, NamedType, Operation, Parameter, Plain, Response, Schema,
    Scheme, Tag,
    types::{UNKNOWN, component, plain, schema},
};
use crate::{
    allow::{EVENT_STREAM, JSON},
    error::Error,
    names::{Name, Scope},
    pointer::join,
};

/// poem joins the adapters of so many tags in one service.
const MOST_TAGS: usize = 16;

/// The tags with their operations. The scope holds the names of the types.
pub(super) fn build(document: &OpenApi, types: &[NamedType], scope: &mut Scope) -> Result<Vec<Tag>, Error> {
    let mut operations: BTreeMap<String, Vec<Operation>> = BTreeMap::new();
    let mut ids = Scope::default();
    for (path, item) in &document.paths.paths {
        for (method, operation) in methods(item) {
            let pointer = join(&join("/paths", path), &method.to_lowercase());
            let built = Builder { document, types, pointer: &pointer }.operation(operation, method, path)?;
            let id = join(&pointer, "operationId");
            ids.add(&built.method_name.rust, &id)?;
            scope.add(&format!("{}Response", built.type_name.rust), &id)?;
            let tag = operation.tags.iter().flatten().next().cloned().unwrap_or_default();
            operations.entry(tag).or_default().push(built);
        }
    }
    let mut modules = Scope::of_modules();
    let tags = document.tags.iter().flatten().enumerate().map(|(index, tag)| {
        let pointer = format!("/tags/{index}/name");
        let name = Name::camel(&tag.name, &pointer)?;
        let module = Name::module(&tag.name, &pointer)?;
        scope.add(&name.rust, &pointer)?;
        scope.add(&format!("{}Adapter", name.rust), &pointer)?;
        modules.add(&module.rust, &pointer)?;
        let operations = operations.remove(&tag.name).unwrap_or_default();
        Ok(Tag { name, module, description: tag.description.clone().unwrap_or_default(), operations })
    });
    let tags: Vec<_> = tags.collect::<Result<_, Error>>()?;
    if tags.len() > MOST_TAGS {
        return Err(Error::unsupported("/tags", format!("poem joins {MOST_TAGS} tags in a service at most")));
    }
    Ok(tags)
}

/// The security schemes.
pub(super) fn schemes(document: &OpenApi) -> Result<Vec<Scheme>, Error> {
    let build = |(name, scheme): (&String, _)| {
        let pointer = join("/components/securitySchemes", name);
        Name::camel(name, &pointer)?;
        let unknown = |_| Error::unsupported(&pointer, UNKNOWN);
        let value = serde_json::to_value(scheme).map_err(unknown)?;
        let text = |key: &str| value[key].as_str().map(str::to_owned);
        Ok(Scheme { name: name.clone(), scheme: text("scheme").unwrap_or_default(), description: text("description") })
    };
    document.components.iter().flat_map(|components| &components.security_schemes).map(build).collect()
}

/// The operations of a path, in one order for all.
fn methods(item: &PathItem) -> impl Iterator<Item = (&'static str, &TypedOperation)> {
    let all = [
        ("GET", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| operation.as_ref().map(|operation| (method, operation)))
}

/// Builds one operation.
struct Builder<'a> {
    document: &'a OpenApi,
    types: &'a [NamedType],
    pointer: &'a str,
}

impl<'a> Builder<'a> {
    fn operation(&self, operation: &TypedOperation, method: &'static str, path: &str) -> Result<Operation, Error> {
        let id = operation.operation_id.as_deref().unwrap_or_default();
        let id_pointer = join(self.pointer, "operationId");
        let responses = operation.responses.responses.iter().map(|(status, item)| self.response(status, item));
        let built = Operation {
            method_name: Name::snake(id, &id_pointer)?,
            type_name: Name::camel(id, &id_pointer)?,
            method,
            path: path.to_owned(),
            summary: operation.summary.clone().unwrap_or_default(),
            description: operation.description.clone().unwrap_or_default(),
            security: self.security(operation)?,
            parameters: self.parameters(operation, path)?,
            body: operation.request_body.as_ref().map(|body| self.body(body)).transpose()?,
            responses: responses.collect::<Result<_, _>>()?,
        };
        self.one_error_body(&built)?;
        Ok(built)
    }

    fn security(&self, operation: &TypedOperation) -> Result<Vec<String>, Error> {
        let value = serde_json::to_value(operation.security.as_deref().unwrap_or_default())
            .map_err(|_| Error::unsupported(join(self.pointer, "security"), UNKNOWN))?;
        let alternatives = value.as_array().into_iter().flatten().filter_map(serde_json::Value::as_object);
        Ok(alternatives.flat_map(|alternative| alternative.keys().cloned()).collect())
    }

    fn parameters(&self, operation: &TypedOperation, path: &str) -> Result<Vec<Parameter>, Error> {
        let mut arguments = Scope::default();
        for taken in ["caller", "body"] {
            arguments.add(taken, "the generated code")?;
        }
        let mut parameters = Vec::new();
        for (index, item) in operation.parameters.iter().flatten().enumerate() {
            let pointer = format!("{}/parameters/{index}", self.pointer);
            let components = self.document.components.as_ref();
            let typed = resolve(item, &pointer, |name| components?.parameters.get(name))?;
            let built = self.parameter(typed, &pointer)?;
            arguments.add(&built.name.rust, &pointer)?;
            parameters.push(built);
        }
        self.in_order_of_path(&parameters, path)?;
        Ok(parameters)
    }

    /// poem numbers the parameters of a path from the left, in the order of the arguments.
    fn in_order_of_path(&self, parameters: &[Parameter], path: &str) -> Result<(), Error> {
        let in_path = parameters.iter().filter(|parameter| parameter.location == Location::Path);
        let declared: Vec<_> = in_path.map(|parameter| parameter.name.contract.as_str()).collect();
        let names: Vec<_> =
            path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}')).collect();
        if declared == names {
            return Ok(());
        }
        let list = |names: &[&str]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let sentence = format!("the path has the parameters {}, in this order, not {}", list(&names), list(&declared));
        Err(Error::unsupported(self.pointer, sentence))
    }

    fn parameter(&self, typed: &TypedParameter, pointer: &str) -> Result<Parameter, Error> {
        let unknown = || Error::unsupported(pointer, UNKNOWN);
        let typed_schema = typed.schema.as_ref().ok_or_else(unknown)?;
        let schema = schema(typed_schema, &join(pointer, "schema"))?;
        let required = matches!(typed.required, utoipa::openapi::Required::True);
        let default = match typed_schema {
            RefOr::T(Typed::Object(object)) => object.default.clone().map_or(Default::None, Default::Value),
            RefOr::Ref(_) if !required && self.has_default(&schema) => Default::OfType,
            _ => Default::None,
        };
        let location = match typed.parameter_in {
            ParameterIn::Path => Location::Path,
            ParameterIn::Query => Location::Query,
            ParameterIn::Header => Location::Header,
            _ => return Err(unknown()),
        };
        let description = typed.description.clone().unwrap_or_default();
        if matches!(self.kind_of(&schema), Some(Kind::Record(_))) {
            return Err(Error::unsupported(pointer, "a parameter is a string, an integer, a boolean or an enum"));
        }
        if schema == Schema::Plain(Plain::DateTime) {
            return Err(Error::unsupported(pointer, "a date-time as a parameter is not generated"));
        }
        let name = Name::snake(&typed.name, &join(pointer, "name"))?;
        Ok(Parameter { name, location, required, description, schema, default })
    }

    /// What the type of the contract is.
    fn kind_of(&self, schema: &Schema) -> Option<&'a Kind> {
        let Schema::Named(name) = schema else { return None };
        self.types.iter().find(|one| one.name == *name).map(|one| &one.kind)
    }

    fn has_default(&self, schema: &Schema) -> bool {
        matches!(self.kind_of(schema), Some(Kind::Integer(integer)) if integer.default.is_some())
    }

    fn body(&self, item: &RefOr<RequestBody>) -> Result<Body, Error> {
        let pointer = join(self.pointer, "requestBody");
        let components = self.document.components.as_ref();
        let body = resolve(item, &pointer, |name| components?.request_bodies.get(name))?;
        let schema = content(body.content.values().next(), &pointer)?;
        Ok(Body { description: body.description.clone().unwrap_or_default(), schema })
    }

    fn response(&self, status: &str, item: &RefOr<TypedResponse>) -> Result<Response, Error> {
        let pointer = join(&join(self.pointer, "responses"), status);
        let components = self.document.components.as_ref();
        let response = resolve(item, &pointer, |name| components?.responses.get(name))?;
        let registered = status.parse().ok().and_then(|status| http::StatusCode::from_u16(status).ok());
        let Some((code, reason)) = registered.and_then(|code| code.canonical_reason().map(|reason| (code, reason)))
        else {
            return Err(Error::unsupported(pointer, "this status is not registered: it has no name"));
        };
        let header = |(name, header): (&String, &RefOr<utoipa::openapi::Header>)| {
            let pointer = join(&join(&pointer, "headers"), name);
            match header {
                RefOr::T(header) => match &header.schema {
                    Some(RefOr::T(Typed::Object(object))) => Ok(Header {
                        name: name.clone(),
                        description: header.description.clone().unwrap_or_default(),
                        plain: plain(object, &pointer)?,
                    }),
                    _ => Err(Error::unsupported(pointer, "a header has a plain type")),
                },
                RefOr::Ref(_) => Err(Error::unsupported(pointer, "a header has a plain type")),
            }
        };
        Ok(Response {
            status: code.as_u16(),
            variant: reason.to_upper_camel_case(),
            description: response.description.clone(),
            headers: response.headers.iter().map(header).collect::<Result<_, _>>()?,
            body: response
                .content
                .iter()
                .next()
                .map(|content| self.response_body(code, content, &pointer))
                .transpose()?,
        })
    }

    fn response_body(
        &self,
        status: http::StatusCode,
        (name, media): (&String, &RefOr<TypedContent>),
        pointer: &str,
    ) -> Result<Content, Error> {
        let schema = content(Some(media), pointer)?;
        match name.as_str() {
            JSON => Ok(Content::Json(schema)),
            EVENT_STREAM if status != http::StatusCode::OK => {
                Err(Error::unsupported(pointer, "an event stream is answered with 200: browsers read no other"))
            }
            EVENT_STREAM => match schema {
                Schema::List(item, _) if self.names_itself(&item) => Ok(Content::Events(*item)),
                _ => {
                    let sentence = "an event is an object whose required property `event`, an enum, is its name";
                    Err(Error::unsupported(pointer, sentence))
                }
            },
            media_type => Ok(Content::Text(media_type.to_owned())),
        }
    }

    /// Whether this is an object that tells the name of the event that it is.
    fn names_itself(&self, item: &Schema) -> bool {
        let is_enum = |schema: &Schema| matches!(self.kind_of(schema), Some(Kind::Words(_)));
        let is_name = |field: &Field| field.name.contract == "event" && field.required && is_enum(&field.schema);
        matches!(self.kind_of(item), Some(Kind::Record(fields)) if fields.iter().any(is_name))
    }

    /// Generated clients know one type of error per operation, and so does the conversion from a failure.
    fn one_error_body(&self, operation: &Operation) -> Result<(), Error> {
        let mut bodies = operation.responses.iter().filter(|response| response.status >= 400);
        let Some(first) = bodies.next() else { return Ok(()) };
        let json = matches!(first.body, Some(Content::Json(_)));
        if !json || bodies.any(|response| response.body != first.body) {
            let sentence = "the errors of an operation have one and the same body, in JSON";
            return Err(Error::unsupported(join(self.pointer, "responses"), sentence));
        }
        Ok(())
    }
}

/// What the item is, or the component that it refers to. A component is not a reference itself.
fn resolve<'a, T>(
    item: &'a RefOr<T>,
    pointer: &str,
    component_of: impl Fn(&str) -> Option<&'a RefOr<T>>,
) -> Result<&'a T, Error> {
    let target = match item {
        RefOr::T(item) => return Ok(item),
        RefOr::Ref(Ref { ref_location, .. }) => component_of(component(ref_location)),
    };
    match target {
        Some(RefOr::T(item)) => Ok(item),
        _ => Err(Error::unsupported(pointer, "this refers to another reference")),
    }
}

fn content(content: Option<&RefOr<TypedContent>>, pointer: &str) -> Result<Schema, Error> {
    match content {
        Some(RefOr::T(TypedContent { schema: Some(typed), .. })) => schema(typed, pointer),
        _ => Err(Error::unsupported(pointer, UNKNOWN)),
    }
}
