//! The simulator without a socket: what HTTP brings and takes is handed over as values.

use std::io;
use std::sync::{Arc, Mutex};

use http_body_util::combinators::BoxBody;
use hyper::body::Bytes;
use hyper::{Request, Response};

use super::connection::{self, Dropped};
use super::exchange::LARGEST_BODY;
use super::{Inner, Shared, StartError};
use crate::clock::Clock;
use crate::fleet::Fleet;
use crate::handle::Handle;
use crate::load::Load;

/// A simulator that is asked within the process. It answers as one that listens does, and needs neither a socket nor a
/// task of its own: what comes late waits in tokio's time, so that a test whose time is paused waits for nothing.
#[derive(Debug, Clone)]
pub struct InProcess {
    shared: Arc<Shared>,
}

impl InProcess {
    /// A simulator of this fleet.
    ///
    /// # Errors
    /// [`StartError`] where the fleet or the clock is not usable.
    pub fn new(clock: Clock, fleet: Fleet, load: Load) -> Result<Self, StartError> {
        Ok(Self { shared: Arc::new(Shared(Mutex::new(Inner::new(fleet, clock, load)?))) })
    }

    /// What reads and turns it.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle::new(Arc::clone(&self.shared))
    }

    /// Answers a request. The call has acted when this is polled first; the answer may wait.
    ///
    /// # Errors
    /// [`Dropped`] where a client would see its connection closed without an answer. Where only half of an answer is sent,
    /// the body ends with an error.
    pub async fn answer(&self, request: Request<Bytes>) -> Result<Response<BoxBody<Bytes, io::Error>>, Dropped> {
        let (head, body) = request.into_parts();
        let body = (body.len() <= LARGEST_BODY).then_some(body);
        connection::exchange(&head, body.as_deref(), &self.shared).await
    }
}
