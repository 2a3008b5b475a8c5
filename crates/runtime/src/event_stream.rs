//! The `text/event-stream` payload: server-sent events, each a JSON object under the name that it carries itself.

use std::{fmt, future::ready, time::Duration};

use futures_util::{Stream, StreamExt as _, stream::BoxStream};
use poem::{
    IntoResponse, Response,
    http::header::CACHE_CONTROL,
    web::sse::{Event, SSE},
};
use poem_openapi::{
    payload::{EventStream as Described, Payload},
    registry::{MetaSchemaRef, Registry},
    types::{ToJSON, Type},
};
use serde::Serialize;

/// How often a comment keeps a quiet connection open: a fourth of the 60 seconds after which load balancers cut one.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// An object that is sent as an event.
pub trait ServerSentEvent: Serialize {
    /// The name of the event, which the `event` property of the object has too.
    fn event_name(&self) -> &'static str;
}

/// A stream of events that is answered while it goes on.
///
/// Each item is written as `event: NAME` and `data: JSON` on one line. Browsers' `EventSource` listens by the name; whoever
/// reads the lines, like `fetch` or curl, needs the data only, because it has the name too. A comment every 15 seconds keeps
/// the connection. The stream of items is dropped as soon as the caller has gone.
pub struct EventStream<T> {
    items: BoxStream<'static, T>,
    keep_alive: Duration,
}

impl<T> EventStream<T> {
    /// The events of these items. An item that serde cannot write ends the stream; generated types always can be written.
    pub fn new(items: impl Stream<Item = T> + Send + 'static) -> Self {
        Self { items: items.boxed(), keep_alive: KEEP_ALIVE }
    }

    /// The same events, with a comment so often.
    #[must_use]
    pub fn keep_alive(self, interval: Duration) -> Self {
        Self { keep_alive: interval, ..self }
    }
}

impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("EventStream").field("keep_alive", &self.keep_alive).finish_non_exhaustive()
    }
}

impl<T: Type + ToJSON + 'static> Payload for EventStream<T> {
    const CONTENT_TYPE: &'static str = <Described<BoxStream<'static, T>> as Payload>::CONTENT_TYPE;

    fn schema_ref() -> MetaSchemaRef {
        <Described<BoxStream<'static, T>> as Payload>::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: ServerSentEvent + Send + 'static> IntoResponse for EventStream<T> {
    fn into_response(self) -> Response {
        let events = self.items.scan((), |(), item| ready(event(&item)));
        let mut response = SSE::new(events).keep_alive(self.keep_alive).into_response();
        // poem's `no-cache` lets caches store it. What may be cached is the server's to say, as of every other answer.
        response.headers_mut().remove(CACHE_CONTROL);
        response
    }
}

fn event<T: ServerSentEvent>(item: &T) -> Option<Event> {
    let data = serde_json::to_string(item).ok()?;
    Some(Event::message(data).event_type(item.event_name()))
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use serde::{Serializer, ser::Error as _};
    use tokio::io::AsyncReadExt as _;

    use super::*;

    /// After which a stream that says nothing has failed.
    const PATIENCE: Duration = Duration::from_secs(10);

    /// An event that can be written if it is true.
    struct Written(bool);

    impl Serialize for Written {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            if self.0 { serializer.serialize_str("two\nlines") } else { Err(S::Error::custom("not to be written")) }
        }
    }

    impl ServerSentEvent for Written {
        fn event_name(&self) -> &'static str {
            "written"
        }
    }

    #[tokio::test]
    async fn an_item_that_cannot_be_written_ends_the_stream() {
        let items = stream::iter([Written(true), Written(false), Written(true)]);
        let body = EventStream::new(items).into_response().into_body();
        assert_eq!(body.into_string().await.unwrap(), "event: written\ndata: \"two\\nlines\"\n\n");
    }

    #[tokio::test]
    async fn comments_keep_a_quiet_stream() {
        let quiet = EventStream::new(stream::pending::<Written>());
        assert_eq!(format!("{quiet:?}"), "EventStream { keep_alive: 15s, .. }");
        let mut body = quiet.keep_alive(Duration::from_millis(1)).into_response().into_body().into_async_read();
        let mut comments = [0; 6];
        tokio::time::timeout(PATIENCE, body.read_exact(&mut comments)).await.expect("comments").unwrap();
        assert_eq!(&comments, b":\n\n:\n\n");
    }
}
