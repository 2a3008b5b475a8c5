//! Closed vocabularies: string enums.

use crate::{scalar::InvalidValue, text::indefinite};

/// A type with a closed list of words.
pub trait Vocabulary: Copy + 'static {
    /// The name of its schema.
    const NAME: &'static str;
    /// Every value, in the contract's order.
    const ALL: &'static [Self];

    /// The word of the value.
    fn word(self) -> &'static str;

    /// The value of the word.
    ///
    /// # Errors
    /// A sentence with the words that there are.
    fn parse(text: &str) -> Result<Self, InvalidValue> {
        Self::ALL.iter().copied().find(|value| value.word() == text).ok_or_else(|| {
            let words: Vec<_> = Self::ALL.iter().map(|value| value.word()).collect();
            InvalidValue::new(text, format_args!("{} (one of {})", indefinite(Self::NAME), words.join(", ")))
        })
    }
}

/// Adds to an enum with a [`Vocabulary`] what follows from it: text, parsing, and reading from a parameter.
#[macro_export]
macro_rules! vocabulary {
    ($name:ident) => {
        impl $name {
            /// The word of the contract.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                $crate::Vocabulary::word(self)
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                formatter.write_str($crate::Vocabulary::word(*self))
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::InvalidValue;

            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                <Self as $crate::Vocabulary>::parse(text)
            }
        }

        $crate::parameter_by_from_str!($name);
    };
}
