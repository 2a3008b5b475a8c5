//! A list as a JSON body of an answer, which may have been rendered before.

use std::marker::PhantomData;

use bytes::Bytes;
use poem::error::InternalServerError;
use poem::{IntoResponse, Response};
use poem_openapi::payload::Payload;
use poem_openapi::registry::{MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use serde::Serialize;

/// A JSON array: its items, or what they were rendered to before, so that many answers with the same list render it once.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct JsonList<T>(Content<T>);

#[derive(Clone, Debug, Eq, PartialEq)]
enum Content<T> {
    Items(Vec<T>),
    Rendered(Rendered<T>),
}

/// The JSON of a list of these items. A copy shares its bytes.
#[derive(Debug, Eq, PartialEq)]
pub struct Rendered<T> {
    json: Bytes,
    items: PhantomData<fn() -> T>,
}

impl<T> Clone for Rendered<T> {
    fn clone(&self) -> Self {
        Self { json: self.json.clone(), items: PhantomData }
    }
}

impl<T: Serialize> Rendered<T> {
    /// Renders a list.
    ///
    /// # Errors
    /// Where an item cannot be written as JSON.
    pub fn new(items: &[T]) -> Result<Self, serde_json::Error> {
        Ok(Self { json: serde_json::to_vec(items)?.into(), items: PhantomData })
    }
}

impl<T> From<Vec<T>> for JsonList<T> {
    fn from(items: Vec<T>) -> Self {
        Self(Content::Items(items))
    }
}

impl<T> From<Rendered<T>> for JsonList<T> {
    fn from(rendered: Rendered<T>) -> Self {
        Self(Content::Rendered(rendered))
    }
}

impl<T> FromIterator<T> for JsonList<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Vec::from_iter(items).into()
    }
}

impl<T: Type> Payload for JsonList<T> {
    const CONTENT_TYPE: &'static str = "application/json";

    fn schema_ref() -> MetaSchemaRef {
        Vec::<T>::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: Serialize + Send> IntoResponse for JsonList<T> {
    fn into_response(self) -> Response {
        let rendered = match self.0 {
            Content::Items(items) => Rendered::new(&items),
            Content::Rendered(rendered) => Ok(rendered),
        };
        match rendered {
            Ok(rendered) => Response::builder().content_type("application/json").body(rendered.json),
            Err(error) => InternalServerError(error).into_response(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_list_is_the_same_whether_it_was_rendered_before() {
        let items = vec!["a".to_owned(), "b \"c\"".to_owned()];
        let rendered = Rendered::new(&items).expect("JSON");
        for list in [JsonList::from(items.clone()), rendered.clone().into(), items.into_iter().collect()] {
            let answer = list.into_response();
            assert_eq!(answer.content_type(), Some("application/json"));
            let body = answer.into_body().into_string().await.expect("text");
            assert_eq!(body, r#"["a","b \"c\""]"#);
        }
    }
}
