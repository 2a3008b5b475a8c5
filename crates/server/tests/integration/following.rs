//! A stream of events, as a client reads it. Every event is held against the contract.

use std::time::Duration;

use reqwest::Response;
use serde_json::Value;

use crate::context::PATIENCE;
use crate::contract;

/// A stream of events that goes on as long as this is held.
pub(crate) struct Following {
    response: Response,
    /// That of the events.
    schema: &'static Value,
    unread: String,
}

impl Following {
    pub(crate) fn begin(response: Response, path: &str) -> Self {
        let schema = contract::hold_stream("GET", path, response.status().as_u16(), response.headers());
        Self { response, schema, unread: String::new() }
    }

    /// The next event; `None` where the service has ended the stream in order.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        tokio::time::timeout(PATIENCE, self.read()).await.expect("an event in time")
    }

    /// The next event, where it has come already.
    pub(crate) async fn at_once(&mut self) -> Option<Value> {
        tokio::time::timeout(Duration::from_millis(1), self.read()).await.ok().flatten()
    }

    /// The next event, which is of this kind.
    pub(crate) async fn expect(&mut self, kind: &str) -> Value {
        let event = self.next().await.unwrap_or_else(|| panic!("the stream ended before {kind}"));
        assert_eq!(event["event"], kind, "{event}");
        event
    }

    async fn read(&mut self) -> Option<Value> {
        loop {
            while let Some((block, rest)) = self.unread.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.unread = rest;
                // A comment keeps the connection.
                if block != ":" {
                    return Some(self.held(&block));
                }
            }
            let Some(bytes) = self.response.chunk().await.expect("the stream is not broken") else {
                assert_eq!(self.unread, "", "half an event");
                return None;
            };
            self.unread += std::str::from_utf8(&bytes).expect("text");
        }
    }

    fn held(&self, block: &str) -> Value {
        let (name, data) = block.split_once('\n').expect("two lines");
        let event = contract::hold_event(self.schema, data.strip_prefix("data: ").expect("data"));
        assert_eq!(name.strip_prefix("event: "), event["event"].as_str(), "{block}");
        event
    }
}
