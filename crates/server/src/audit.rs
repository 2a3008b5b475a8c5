//! The record of changes: one event for each request that may change something, whether it was refused, done, or went on after
//! its caller had left. It is written here and nowhere else.

mod asked;
mod event;
mod outcome;

use std::sync::Arc;
use std::time::Duration;

use elbm_api::OPERATIONS;
use elbm_engine::Trail;
use openapi_poem_runtime::Operation;
use poem::{Request, Response};
use tokio::sync::{RwLock, oneshot};

pub(crate) use asked::Asked;
use event::Event;
pub(crate) use outcome::Outcome;

use crate::http::Exchange;
use crate::metrics::Metrics;

/// The target of its events in the log. `RUST_LOG` does not silence it.
pub(crate) const TARGET: &str = "audit";

/// Whether requests of this operation may change something: whatever does not only read.
pub(crate) fn may_change(operation: &Operation) -> bool {
    operation.method != "GET"
}

/// Who writes the record. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Audit {
    metrics: Metrics,
    /// Held by all who have something to write.
    writing: Arc<RwLock<()>>,
}

impl Audit {
    /// Outcomes are counted there too.
    pub(crate) fn new(metrics: Metrics) -> Self {
        Self { metrics, writing: Arc::default() }
    }

    /// What a request asks, where it may change something. The body is added to it once an operation has accepted it.
    pub(crate) fn of(exchange: &Exchange, request: &mut Request) -> Option<Asked> {
        let operation = OPERATIONS.get(exchange.operation()?)?;
        may_change(operation).then(|| Asked::of(operation, request))
    }

    /// Answers a request that may change something, and writes what became of it.
    ///
    /// It is answered in a task of its own: a caller that leaves takes neither the change with it nor its record. Where the change
    /// goes on after the answer, the record waits for its end.
    pub(crate) async fn recorded(
        &self,
        exchange: &Arc<Exchange>,
        asked: Asked,
        answering: impl Future<Output = Response> + Send + 'static,
    ) -> Option<Response> {
        let (told, answer) = oneshot::channel::<Response>();
        let (audit, exchange) = (self.clone(), Arc::clone(exchange));
        let writing = Arc::clone(&self.writing).read_owned().await;
        tokio::spawn(async move {
            let (trail, mut deeds) = Trail::new();
            let response = trail.scope(exchange.answered(answering)).await;
            let event = Event::new(&exchange, asked, response.status().as_u16(), told.is_closed());
            // Nearly always nobody works for it any more, so that the record is there before the answer.
            if let Ok(deeds) = deeds.try_recv() {
                audit.write(event, deeds);
                // Whoever left does not mind.
                let _ = told.send(response);
            } else {
                let _ = told.send(response);
                audit.write(event, deeds.await.unwrap_or_default());
            }
            drop(writing);
        });
        answer.await.ok()
    }

    fn write(&self, mut event: Event, deeds: elbm_engine::Deeds) {
        let outcome = Outcome::of(event.status, event.code, &deeds);
        self.metrics.changed(event.operation, outcome);
        event.ends(outcome, deeds);
        match serde_json::to_string(&event) {
            Ok(text) => tracing::info!(target: TARGET, "{text}"),
            Err(error) => tracing::error!(id = %event.id, %error, "a record of a change cannot be written"),
        }
    }

    /// Waits until everything is written, this long at most.
    pub(crate) async fn is_written(&self, within: Duration) {
        if tokio::time::timeout(within, self.writing.write()).await.is_err() {
            tracing::warn!(seconds = within.as_secs(), "stopped before all changes were recorded");
        }
    }
}
