//! Lists with a least and a greatest number of items.

use std::{borrow::Cow, ops::Deref, vec};

use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef, Registry},
    types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{scalar::InvalidValue, text::counted};

/// A list of `MIN` items at least and `MAX` at most. `0` and [`usize::MAX`] are no bounds.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "Vec<T>", bound(deserialize = "T: Deserialize<'de>"))]
pub struct BoundedVec<T, const MIN: usize, const MAX: usize>(Vec<T>);

impl<T, const MIN: usize, const MAX: usize> TryFrom<Vec<T>> for BoundedVec<T, MIN, MAX> {
    type Error = InvalidValue;

    fn try_from(items: Vec<T>) -> Result<Self, Self::Error> {
        let rule = |limit: usize, way| {
            let limit = counted(limit, "item");
            Err(InvalidValue::of_rule(format!("it must have {limit} {way}, not {}", items.len())))
        };
        match items.len() {
            length if length < MIN => rule(MIN, "at least"),
            length if length > MAX => rule(MAX, "at most"),
            _ => Ok(Self(items)),
        }
    }
}

impl<T, const MIN: usize, const MAX: usize> From<BoundedVec<T, MIN, MAX>> for Vec<T> {
    fn from(list: BoundedVec<T, MIN, MAX>) -> Self {
        list.0
    }
}

impl<T, const MIN: usize, const MAX: usize> Deref for BoundedVec<T, MIN, MAX> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T, const MIN: usize, const MAX: usize> IntoIterator for BoundedVec<T, MIN, MAX> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T, const MIN: usize, const MAX: usize> IntoIterator for &'a BoundedVec<T, MIN, MAX> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T: Type, const MIN: usize, const MAX: usize> Type for BoundedVec<T, MIN, MAX> {
    const IS_REQUIRED: bool = true;

    type RawValueType = Self;
    type RawElementValueType = T::RawValueType;

    fn name() -> Cow<'static, str> {
        Vec::<T>::name()
    }

    fn schema_ref() -> MetaSchemaRef {
        let bounds = MetaSchema {
            min_items: (MIN > 0).then_some(MIN),
            max_items: (MAX < usize::MAX).then_some(MAX),
            ..MetaSchema::ANY
        };
        Vec::<T>::schema_ref().merge(bounds)
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a T::RawValueType> + 'a> {
        self.0.raw_element_iter()
    }
}

impl<T: ToJSON, const MIN: usize, const MAX: usize> ToJSON for BoundedVec<T, MIN, MAX> {
    fn to_json(&self) -> Option<Value> {
        self.0.to_json()
    }
}

impl<T: ParseFromJSON, const MIN: usize, const MAX: usize> ParseFromJSON for BoundedVec<T, MIN, MAX> {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let items = Vec::parse_from_json(value).map_err(ParseError::propagate)?;
        Self::try_from(items).map_err(ParseError::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Few = BoundedVec<i32, 1, 2>;

    fn refused<const MIN: usize, const MAX: usize>(items: &[i32]) -> String {
        BoundedVec::<i32, MIN, MAX>::try_from(items.to_vec()).unwrap_err().to_string()
    }

    #[test]
    fn bounds_are_kept() {
        let few = Few::try_from(vec![1, 2]).unwrap();
        assert_eq!((few.len(), few.iter().sum::<i32>()), (2, 3));
        assert_eq!((&few).into_iter().copied().collect::<Vec<_>>(), [1, 2]);
        assert_eq!(Vec::from(few.clone()), few.into_iter().collect::<Vec<_>>());
        assert_eq!(refused::<1, 2>(&[]), "it must have 1 item at least, not 0");
        assert_eq!(refused::<1, 2>(&[1, 2, 3]), "it must have 2 items at most, not 3");
        assert!(BoundedVec::<i32, 0, 0>::try_from(Vec::new()).is_ok());
        assert!(BoundedVec::<i32, 3, { usize::MAX }>::try_from(vec![0; 1000]).is_ok());
    }

    #[test]
    fn json_is_that_of_a_list() {
        assert_eq!(serde_json::to_string(&Few::try_from(vec![7]).unwrap()).unwrap(), "[7]");
        assert_eq!(crate::read::json::<Few>(b"[7]").unwrap(), Few::try_from(vec![7]).unwrap());
        assert_eq!(crate::read::json::<Few>(b"[]").unwrap_err(), "it must have 1 item at least, not 0");
    }
}
