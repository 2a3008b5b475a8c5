//! From schemas to types.

use utoipa::{
    Number,
    openapi::{
        KnownFormat, OpenApi, RefOr, Schema as Typed, SchemaFormat,
        schema::{ArrayItems, Object, SchemaType, Type},
    },
};

use super::{Bounds, Field, Integer, Kind, NamedType, Plain, Schema, Text};
use crate::{
    error::Error,
    names::{Name, Scope},
    pointer::join,
};

/// The sentence for what the allow-list lets pass and the model does not know: never shown while the two agree.
pub(super) const UNKNOWN: &str = "the model does not know this";

/// The types of the components, in the order of their names.
pub(super) fn build(document: &OpenApi, scope: &mut Scope) -> Result<Vec<NamedType>, Error> {
    let Some(components) = &document.components else { return Ok(Vec::new()) };
    let build = |(name, schema): (&String, &RefOr<Typed>)| {
        let pointer = join("/components/schemas", name);
        if Name::camel(name, &pointer)?.rust != *name {
            return Err(Error::Name { pointer, sentence: format!("`{name}` is not how Rust writes a type") });
        }
        scope.add(name, &pointer)?;
        let RefOr::T(Typed::Object(object)) = schema else { return Err(Error::unsupported(pointer, UNKNOWN)) };
        let kind = kind(object, &pointer)?;
        Ok(NamedType { name: name.clone(), description: object.description.clone().unwrap_or_default(), kind })
    };
    components.schemas.iter().map(build).collect()
}

fn kind(object: &Object, pointer: &str) -> Result<Kind, Error> {
    match (category(&object.schema_type), &object.enum_values) {
        (Some(Type::String), Some(values)) => {
            let mut scope = Scope::default();
            let words = values.iter().enumerate().map(|(index, value)| {
                let pointer = format!("{pointer}/enum/{index}");
                let word = Name::camel(value.as_str().unwrap_or_default(), &pointer)?;
                scope.add(&word.rust, &pointer)?;
                Ok(word)
            });
            words.collect::<Result<_, _>>().map(Kind::Words)
        }
        (Some(Type::String), None) => Ok(Kind::Text(Text {
            pattern: object.pattern.clone(),
            min_length: object.min_length,
            max_length: object.max_length,
            example: object.example.as_ref().and_then(|example| example.as_str().map(str::to_owned)),
        })),
        (Some(Type::Integer), _) => {
            let integer = |value: &serde_json::Value| value.as_i64();
            Ok(Kind::Integer(Integer {
                plain: plain(object, pointer)?,
                minimum: bound(object.minimum.as_ref(), &join(pointer, "minimum"))?,
                maximum: bound(object.maximum.as_ref(), &join(pointer, "maximum"))?,
                default: object.default.as_ref().and_then(integer),
                example: object.example.as_ref().and_then(integer),
            }))
        }
        (Some(Type::Object), _) => fields(object, pointer).map(Kind::Record),
        _ => Err(Error::unsupported(pointer, UNKNOWN)),
    }
}

fn fields(object: &Object, pointer: &str) -> Result<Vec<Field>, Error> {
    let mut scope = Scope::default();
    let build = |(name, property): (&String, &RefOr<Typed>)| {
        let pointer = join(&join(pointer, "properties"), name);
        let rust = Name::snake(name, &pointer)?;
        scope.add(&rust.rust, &pointer)?;
        Ok(Field {
            name: rust,
            description: match property {
                RefOr::Ref(_) => None,
                RefOr::T(Typed::Array(array)) => array.description.clone(),
                RefOr::T(Typed::Object(object)) => object.description.clone(),
                RefOr::T(_) => return Err(Error::unsupported(pointer, UNKNOWN)),
            },
            required: object.required.contains(name),
            schema: schema(property, &pointer)?,
        })
    };
    object.properties.iter().map(build).collect()
}

/// The type of a value.
pub(super) fn schema(schema: &RefOr<Typed>, pointer: &str) -> Result<Schema, Error> {
    match schema {
        RefOr::Ref(reference) => Ok(Schema::Named(component(&reference.ref_location).to_owned())),
        RefOr::T(Typed::Array(array)) => match &array.items {
            ArrayItems::RefOrSchema(items) => {
                let bounds = Bounds { min_items: array.min_items, max_items: array.max_items };
                self::schema(items, &join(pointer, "items")).map(|items| Schema::List(Box::new(items), bounds))
            }
            ArrayItems::False => Err(Error::unsupported(pointer, UNKNOWN)),
        },
        RefOr::T(Typed::Object(object)) => plain(object, pointer).map(Schema::Plain),
        RefOr::T(_) => Err(Error::unsupported(pointer, UNKNOWN)),
    }
}

/// The type of a value without rules of its own.
pub(super) fn plain(object: &Object, pointer: &str) -> Result<Plain, Error> {
    match (category(&object.schema_type), &object.format) {
        (Some(Type::String), None) => Ok(Plain::Text),
        (Some(Type::String), Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))) => Ok(Plain::DateTime),
        (Some(Type::Integer), Some(SchemaFormat::KnownFormat(KnownFormat::Int32))) => Ok(Plain::Int32),
        (Some(Type::Integer), Some(SchemaFormat::KnownFormat(KnownFormat::Int64))) => Ok(Plain::Int64),
        (Some(Type::Boolean), None) => Ok(Plain::Boolean),
        _ => Err(Error::unsupported(pointer, UNKNOWN)),
    }
}

fn category(schema_type: &SchemaType) -> Option<&Type> {
    match schema_type {
        SchemaType::Type(category) => Some(category),
        SchemaType::Array(_) | SchemaType::AnyValue => None,
    }
}

/// The last segment of a reference to a component.
pub(super) fn component(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or(reference)
}

fn bound(bound: Option<&Number>, pointer: &str) -> Result<Option<i64>, Error> {
    let value = match bound {
        None => return Ok(None),
        Some(Number::Int(value)) => i64::try_from(*value).ok(),
        Some(Number::UInt(value)) => i64::try_from(*value).ok(),
        Some(Number::Float(_)) => None,
    };
    value.map(Some).ok_or_else(|| Error::unsupported(pointer, UNKNOWN))
}
