//! A list as a JSON body of an answer, which may have been rendered before.

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
    Rendered(Bytes),
}

impl<T: Serialize> JsonList<T> {
    /// The same as JSON, whose bytes copies share. Where an item cannot be written, which the answer will tell, it stays what
    /// it is.
    #[must_use]
    pub fn rendered(self) -> Self {
        match &self.0 {
            // Boxed, as it is kept: without the room to grow in.
            Content::Items(items) => {
                serde_json::to_vec(items).map_or(self, |json| Self(Content::Rendered(json.into_boxed_slice().into())))
            }
            Content::Rendered(_) => self,
        }
    }
}

impl<T> From<Vec<T>> for JsonList<T> {
    fn from(items: Vec<T>) -> Self {
        Self(Content::Items(items))
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
        let json = match self.0 {
            Content::Items(items) => serde_json::to_vec(&items).map(Bytes::from),
            Content::Rendered(json) => Ok(json),
        };
        match json {
            Ok(json) => Response::builder().content_type("application/json").body(json),
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
        let list: JsonList<_> = items.into_iter().collect();
        let rendered = list.clone().rendered();
        assert_ne!(list, rendered, "it was not rendered");
        for list in [list, rendered.clone(), rendered.rendered()] {
            let answer = list.into_response();
            assert_eq!(answer.content_type(), Some("application/json"));
            let body = answer.into_body().into_string().await.expect("text");
            assert_eq!(body, r#"["a","b \"c\""]"#);
        }
    }
}
