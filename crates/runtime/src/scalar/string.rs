//! Strings with a pattern or a length.

use poem_openapi::registry::MetaSchema;
use regex::Regex;

use crate::{
    scalar::InvalidValue,
    text::{counted, indefinite},
};

/// The rules of a string type.
pub trait StringScalar: Sized {
    /// The name of its schema.
    const NAME: &'static str;
    /// What the contract says about it.
    const DESCRIPTION: &'static str;
    /// The least number of characters.
    const MIN_LENGTH: Option<usize>;
    /// The greatest number of characters.
    const MAX_LENGTH: Option<usize>;
    /// The contract's example.
    const EXAMPLE: Option<&'static str>;

    /// The pattern that the string must match.
    fn pattern() -> Option<&'static Regex>;

    /// Says whether the text keeps the rules.
    ///
    /// # Errors
    /// A sentence with the rule that it breaks.
    fn check(text: &str) -> Result<(), InvalidValue> {
        let rule = |rule: String| Err(InvalidValue::new(text, format_args!("{} ({rule})", indefinite(Self::NAME))));
        let length = text.chars().count();
        if let Some(limit) = Self::MAX_LENGTH.filter(|limit| length > *limit) {
            return rule(format!("it must have {} at most, not {length}", counted(limit, "character")));
        }
        if let Some(limit) = Self::MIN_LENGTH.filter(|limit| length < *limit) {
            return rule(format!("it must have {} at least, not {length}", counted(limit, "character")));
        }
        match Self::pattern().filter(|pattern| !pattern.is_match(text)) {
            Some(pattern) => rule(format!("it must match {pattern}")),
            None => Ok(()),
        }
    }
}

/// The schema of the type in the document.
#[must_use]
pub fn string_schema<T: StringScalar>() -> MetaSchema {
    MetaSchema {
        description: Some(T::DESCRIPTION),
        min_length: T::MIN_LENGTH,
        max_length: T::MAX_LENGTH,
        pattern: T::pattern().map(ToString::to_string),
        example: T::EXAMPLE.map(Into::into),
        ..MetaSchema::new("string")
    }
}

/// Makes a newtype of [`String`] whose [`StringScalar`] rules are given into a type that cannot break them.
#[macro_export]
macro_rules! string_scalar {
    ($name:ident) => {
        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl ::core::convert::TryFrom<::std::string::String> for $name {
            type Error = $crate::InvalidValue;

            fn try_from(text: ::std::string::String) -> ::core::result::Result<Self, Self::Error> {
                <Self as $crate::StringScalar>::check(&text)?;
                ::core::result::Result::Ok(Self(text))
            }
        }

        impl ::core::convert::From<$name> for ::std::string::String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::InvalidValue;

            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                <Self as ::core::convert::TryFrom<::std::string::String>>::try_from(text.into())
            }
        }

        impl ::core::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        $crate::scalar_schema!($name, ::std::string::String, $crate::private::string_schema::<$name>());
    };
}
