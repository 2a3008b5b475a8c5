//! Integers within bounds.

use std::{fmt::Display, str::FromStr};

use poem_openapi::registry::MetaSchema;
use serde_json::Value;

use crate::{parameter::integer, scalar::InvalidValue, text::indefinite};

/// The rules of an integer type.
pub trait IntegerScalar: Sized {
    /// `i32` or `i64`.
    type Number: Copy + Display + FromStr + Into<i64> + Into<Value>;

    /// The name of its schema.
    const NAME: &'static str;
    /// What the contract says about it.
    const DESCRIPTION: &'static str;
    /// The format in the contract: `int32` or `int64`.
    const FORMAT: &'static str;
    /// The least value.
    const MINIMUM: Option<i64>;
    /// The greatest value.
    const MAXIMUM: Option<i64>;
    /// The value where none is given.
    const DEFAULT: Option<Self::Number>;
    /// The contract's example.
    const EXAMPLE: Option<Self::Number>;

    /// Says whether the number keeps the rules.
    ///
    /// # Errors
    /// A sentence with the bounds.
    fn check(number: Self::Number) -> Result<(), InvalidValue> {
        let value: i64 = number.into();
        let within = Self::MINIMUM.is_none_or(|least| value >= least) && Self::MAXIMUM.is_none_or(|most| value <= most);
        if within { Ok(()) } else { Err(Self::invalid(&number.to_string())) }
    }

    /// The number in decimal digits.
    ///
    /// # Errors
    /// The text is no integer, or one that breaks the rules.
    fn parse(text: &str) -> Result<Self::Number, InvalidValue> {
        let number = integer(text).ok_or_else(|| Self::invalid(text))?;
        Self::check(number).map(|()| number)
    }

    /// Says that the text is no value of this type.
    #[must_use]
    fn invalid(text: &str) -> InvalidValue {
        let rule = match (Self::MINIMUM, Self::MAXIMUM) {
            (Some(least), Some(most)) => format!("an integer from {least} to {most}"),
            (Some(least), None) => format!("an integer of {least} at least"),
            (None, Some(most)) => format!("an integer of {most} at most"),
            (None, None) => "an integer".to_owned(),
        };
        InvalidValue::new(text, format_args!("{} ({rule})", indefinite(Self::NAME)))
    }
}

/// The schema of the type in the document.
#[must_use]
pub fn integer_schema<T: IntegerScalar>() -> MetaSchema {
    // The document holds bounds as floating point numbers; those of a contract are far below 2^53.
    #[allow(clippy::cast_precision_loss, reason = "poem-openapi knows no other type for a bound")]
    let bound = |bound: i64| bound as f64;
    MetaSchema {
        description: Some(T::DESCRIPTION),
        minimum: T::MINIMUM.map(bound),
        maximum: T::MAXIMUM.map(bound),
        default: T::DEFAULT.map(Into::into),
        example: T::EXAMPLE.map(Into::into),
        ..MetaSchema::new_with_format("integer", T::FORMAT)
    }
}

/// Makes a newtype of an integer whose [`IntegerScalar`] rules are given into a type that cannot break them.
#[macro_export]
macro_rules! integer_scalar {
    ($name:ident, $number:ty) => {
        impl $name {
            /// The number.
            #[must_use]
            pub const fn get(self) -> $number {
                self.0
            }
        }

        impl ::core::convert::TryFrom<$number> for $name {
            type Error = $crate::InvalidValue;

            fn try_from(number: $number) -> ::core::result::Result<Self, Self::Error> {
                <Self as $crate::IntegerScalar>::check(number)?;
                ::core::result::Result::Ok(Self(number))
            }
        }

        impl ::core::convert::From<$name> for $number {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::InvalidValue;

            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                <Self as $crate::IntegerScalar>::parse(text).map(Self)
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.0, formatter)
            }
        }

        $crate::scalar_schema!($name, $number, $crate::private::integer_schema::<$name>());
    };
}

/// What constrained strings and integers have in common: serde as their inner type, checked; a schema of their own in the
/// document; and reading from a parameter.
#[doc(hidden)]
#[macro_export]
macro_rules! scalar_schema {
    ($name:ident, $inner:ty, $schema:expr) => {
        impl $crate::private::serde::Serialize for $name {
            fn serialize<S: $crate::private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::private::serde::Serialize::serialize(&self.0, serializer)
            }
        }

        impl<'de> $crate::private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let inner = <$inner as $crate::private::serde::Deserialize>::deserialize(deserializer)?;
                <Self as ::core::convert::TryFrom<$inner>>::try_from(inner)
                    .map_err($crate::private::serde::de::Error::custom)
            }
        }

        $crate::schema_type!($name, stringify!($name), $schema);

        impl $crate::private::poem_openapi::types::ToJSON for $name {
            fn to_json(&self) -> ::core::option::Option<$crate::private::Value> {
                $crate::private::poem_openapi::types::ToJSON::to_json(&self.0)
            }
        }

        impl $crate::private::poem_openapi::types::ParseFromJSON for $name {
            fn parse_from_json(
                value: ::core::option::Option<$crate::private::Value>,
            ) -> $crate::private::poem_openapi::types::ParseResult<Self> {
                let value = value.unwrap_or_default();
                <Self as $crate::private::serde::Deserialize>::deserialize(value)
                    .map_err($crate::private::poem_openapi::types::ParseError::custom)
            }
        }

        $crate::parameter_by_from_str!($name);
    };
}

/// A type whose schema is a component of the document.
#[doc(hidden)]
#[macro_export]
macro_rules! schema_type {
    ($name:ident, $schema_name:expr, $schema:expr) => {
        impl $crate::private::poem_openapi::types::Type for $name {
            const IS_REQUIRED: bool = true;

            type RawValueType = Self;
            type RawElementValueType = Self;

            fn name() -> ::std::borrow::Cow<'static, str> {
                $schema_name.into()
            }

            fn schema_ref() -> $crate::private::poem_openapi::registry::MetaSchemaRef {
                $crate::private::poem_openapi::registry::MetaSchemaRef::Reference($schema_name.into())
            }

            fn register(registry: &mut $crate::private::poem_openapi::registry::Registry) {
                registry.create_schema::<Self, _>($schema_name.into(), |_| $schema);
            }

            fn as_raw_value(&self) -> ::core::option::Option<&Self> {
                ::core::option::Option::Some(self)
            }

            fn raw_element_iter<'a>(&'a self) -> ::std::boxed::Box<dyn ::core::iter::Iterator<Item = &'a Self> + 'a> {
                ::std::boxed::Box::new(::core::iter::once(self))
            }
        }
    };
}

/// A type that a parameter can have because it can be parsed from text.
#[doc(hidden)]
#[macro_export]
macro_rules! parameter_by_from_str {
    ($name:ident) => {
        impl $crate::Parameter for $name {
            fn from_text(text: &str) -> ::core::result::Result<Self, $crate::InvalidValue> {
                text.parse()
            }
        }
    };
}
