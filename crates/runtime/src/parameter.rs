//! Path, query and header parameters, read strictly.

use std::marker::PhantomData;

use poem::{Request, RequestBody};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaParamIn, MetaSchemaRef, Registry},
    types::Type,
};

use crate::{
    encoding::{decode, query_pairs},
    operation::OperationType,
    rejection::{Location, Rejection},
    scalar::InvalidValue,
    text::quote,
};

/// A type that a parameter can have.
pub trait Parameter: Type + Sized {
    /// The value of the text.
    ///
    /// # Errors
    /// The text is no value of this type.
    fn from_text(text: &str) -> Result<Self, InvalidValue>;

    /// The value of a parameter that is not given, where it need not be.
    #[must_use]
    fn from_absence() -> Option<Self> {
        None
    }
}

impl<T: Parameter> Parameter for Option<T> {
    fn from_text(text: &str) -> Result<Self, InvalidValue> {
        T::from_text(text).map(Some)
    }

    fn from_absence() -> Option<Self> {
        Some(None)
    }
}

impl Parameter for String {
    fn from_text(text: &str) -> Result<Self, InvalidValue> {
        Ok(text.to_owned())
    }
}

impl Parameter for bool {
    fn from_text(text: &str) -> Result<Self, InvalidValue> {
        match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(InvalidValue::new(text, "true or false")),
        }
    }
}

impl Parameter for i32 {
    fn from_text(text: &str) -> Result<Self, InvalidValue> {
        integer(text).ok_or_else(|| InvalidValue::new(text, "an integer of 32 bits"))
    }
}

impl Parameter for i64 {
    fn from_text(text: &str) -> Result<Self, InvalidValue> {
        integer(text).ok_or_else(|| InvalidValue::new(text, "an integer of 64 bits"))
    }
}

/// The number in decimal digits; Rust would also take a `+` before it.
pub(crate) fn integer<N: std::str::FromStr>(text: &str) -> Option<N> {
    if text.starts_with('+') { None } else { text.parse().ok() }
}

/// The one value that a request gives, or what its absence means.
fn read<T: Parameter>(
    location: Location,
    name: &str,
    values: &[String],
    default: Option<fn() -> T>,
) -> Result<T, Rejection> {
    match values {
        [] => default
            .map(|default| default())
            .or_else(T::from_absence)
            .ok_or_else(|| Rejection::malformed(location, format!("{name}: this parameter is missing"))),
        [value] => T::from_text(value).map_err(|invalid| Rejection::malformed(location, format!("{name}: {invalid}"))),
        _ => Err(Rejection::malformed(location, format!("{name}: this parameter is given more than once"))),
    }
}

/// A parameter in the path of the operation `O`.
#[derive(Debug)]
pub struct Path<O, T> {
    /// The value.
    pub value: T,
    operation: PhantomData<O>,
}

/// A parameter in the query; given at most once.
#[derive(Debug)]
pub struct Query<T>(
    /// The value.
    pub T,
);

/// A parameter in a header; given at most once, in UTF-8.
#[derive(Debug)]
pub struct Header<T>(
    /// The value.
    pub T,
);

/// The check that a request has no other query parameters than the operation `O` knows.
#[derive(Debug)]
pub struct KnownQuery<O>(PhantomData<O>);

/// What the three kinds of parameter say about themselves in the same way.
macro_rules! parameter_meta {
    ($location:ident) => {
        const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
        const PARAM_IS_REQUIRED: bool = T::IS_REQUIRED;

        type ParamType = T;
        type ParamRawType = T::RawValueType;

        fn register(registry: &mut Registry) {
            T::register(registry);
        }

        fn param_in() -> Option<MetaParamIn> {
            Some(MetaParamIn::$location)
        }

        fn param_schema_ref() -> Option<MetaSchemaRef> {
            Some(T::schema_ref())
        }
    };
}

impl<'a, O: OperationType, T: Parameter> ApiExtractor<'a> for Path<O, T> {
    parameter_meta!(Path);

    /// poem hands over the position of the parameter (`param0`), and the value decoded, without what it could not decode.
    async fn from_request(
        request: &'a Request,
        _body: &mut RequestBody,
        options: ExtractParamOptions<T>,
    ) -> poem::Result<Self> {
        let position = options.name.strip_prefix("param").and_then(|position| position.parse().ok());
        let name = position.and_then(|position| O::OPERATION.path_parameter(position)).unwrap_or(options.name);
        decode(request.uri().path())
            .map_err(|sentence| Rejection::malformed(Location::Path, format!("the path {sentence}")))?;
        let values: Vec<_> = request.raw_path_param(options.name).map(str::to_owned).into_iter().collect();
        let value = read(Location::Path, name, &values, options.default_value)?;
        Ok(Self { value, operation: PhantomData })
    }
}

impl<'a, T: Parameter> ApiExtractor<'a> for Query<T> {
    parameter_meta!(Query);

    async fn from_request(
        request: &'a Request,
        _body: &mut RequestBody,
        options: ExtractParamOptions<T>,
    ) -> poem::Result<Self> {
        let values: Vec<_> =
            pairs(request)?.into_iter().filter(|(name, _)| name == options.name).map(|(_, value)| value).collect();
        Ok(Self(read(Location::Query, options.name, &values, options.default_value)?))
    }
}

impl<'a, T: Parameter> ApiExtractor<'a> for Header<T> {
    parameter_meta!(Header);

    async fn from_request(
        request: &'a Request,
        _body: &mut RequestBody,
        options: ExtractParamOptions<T>,
    ) -> poem::Result<Self> {
        let values: Result<Vec<_>, _> = request
            .headers()
            .get_all(options.name)
            .iter()
            .map(|value| String::from_utf8(value.as_bytes().to_vec()))
            .collect();
        let values = values
            .map_err(|_| Rejection::malformed(Location::Header, format!("{}: this is not UTF-8", options.name)))?;
        Ok(Self(read(Location::Header, options.name, &values, options.default_value)?))
    }
}

impl<'a, O: OperationType> ApiExtractor<'a> for KnownQuery<O> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::PoemExtractor];

    type ParamType = ();
    type ParamRawType = ();

    async fn from_request(
        request: &'a Request,
        _body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let known = O::OPERATION.query;
        match pairs(request)?.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            None => Ok(Self(PhantomData)),
            Some((name, _)) => {
                let takes = match known {
                    [] => "it takes none".to_owned(),
                    known => format!("it takes {}", known.join(", ")),
                };
                let sentence = format!("{} is not a query parameter of this operation: {takes}", quote(name));
                Err(Rejection::malformed(Location::Query, sentence).into())
            }
        }
    }
}

fn pairs(request: &Request) -> Result<Vec<(String, String)>, Rejection> {
    query_pairs(request.uri().query())
        .map_err(|sentence| Rejection::malformed(Location::Query, format!("the query {sentence}")))
}
