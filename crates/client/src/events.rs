//! Reading a stream of events.

use std::str::Utf8Error;

use eventsource_stream::{EventStreamError, Eventsource as _};
use futures_util::{Stream, StreamExt as _};

use crate::ByteStream;
use crate::types::MachineEvent;

/// Why a stream of events ends, or lacks one.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// The connection was lost.
    #[error("the connection was lost")]
    Lost(#[source] reqwest::Error),
    /// What came is no text.
    #[error("an event is no text")]
    Text(#[source] Utf8Error),
    /// What came is no event of the contract.
    #[error("an event is none of elb-instance-manager")]
    Event(#[source] serde_json::Error),
    /// What came is no stream of events.
    #[error("this is no stream of events: {0}")]
    Stream(String),
}

/// The events that [`Client::watch_machines`](crate::Client::watch_machines) answers with: a snapshot first, then what changes. The stream ends where
/// the service ends it or the connection is lost; a new one begins with a snapshot again.
pub fn events(answer: ByteStream) -> impl Stream<Item = Result<MachineEvent, EventError>> + Send + Unpin {
    answer.into_inner().eventsource().map(|event| match event {
        Ok(event) => serde_json::from_str(&event.data).map_err(EventError::Event),
        Err(EventStreamError::Transport(error)) => Err(EventError::Lost(error)),
        Err(EventStreamError::Utf8(error)) => Err(EventError::Text(error.utf8_error())),
        Err(EventStreamError::Parser(error)) => Err(EventError::Stream(error.to_string())),
    })
}
