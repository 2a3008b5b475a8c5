//! What the service does, in numbers: its own, the engine's, and the process's. `docs/operations.md` explains each.

mod process;
mod requests;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use elbm_api::{ErrorCode, OPERATIONS};
pub(crate) use elbm_engine::metrics::Counted;
use elbm_engine::metrics::Families;
use elbm_engine::{Engine, Readiness};
use openapi_poem_runtime::{Operation, Vocabulary as _};
use prometheus::{IntCounter, IntGauge, Registry, TextEncoder};

use process::Process;
pub(crate) use requests::InFlight;
use requests::Requests;

use crate::audit::{self, Outcome};
use crate::reload::Made;

/// The numbers of a service. Cheap to clone; all clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct Metrics(Arc<Series>);

#[derive(Debug)]
struct Series {
    registry: Registry,
    requests: Requests,
    /// Of the operations that may change something, in their order, by outcome.
    changes: Vec<(usize, Vec<IntCounter>)>,
    errors: Vec<IntCounter>,
    connections: IntGauge,
    streams: IntGauge,
    ready: IntGauge,
    /// In the order of [`Made`].
    not_taken: Vec<IntGauge>,
    process: Mutex<Process>,
}

impl Metrics {
    /// The numbers of a service on this engine, beside those of the engine.
    pub(crate) fn new(engine: &Engine) -> Self {
        let registry = engine.metrics().registry().clone();
        let families = Families::of(&registry);
        let codes: Vec<_> = ErrorCode::ALL.iter().map(|code| [code.as_str()]).collect();
        let version = [[env!("CARGO_PKG_VERSION")]];
        let build =
            families.integer_gauges("elbm_build_info", "The version that runs; always 1.", ["version"], &version);
        for one in build {
            one.set(1);
        }
        let errors = families.counters("elbm_errors_total", "Answers that are errors, by code.", ["code"], &codes);
        Self(Arc::new(Series {
            requests: Requests::new(families),
            changes: changes(families),
            errors,
            connections: families.gauge("elbm_connections", "Connections of clients that are open."),
            streams: families.gauge("elbm_event_streams", "Streams of events that are open."),
            ready: families.gauge("elbm_ready", "1 once AWS was reached and let the service do its work, else 0."),
            not_taken: families.integer_gauges(
                "elbm_reload_failed",
                "1 while files cannot be used, so that what was read of them before stays, else 0.",
                ["what"],
                &Made::ALL.map(Made::as_str).map(|what| [what]),
            ),
            process: Mutex::new(Process::new(families)),
            registry,
        }))
    }

    /// A request of this operation begins: its place in [`OPERATIONS`], where it is one.
    pub(crate) fn begin(&self, operation: Option<usize>, arrived: Instant) -> InFlight<'_> {
        self.0.requests.begin(operation, arrived)
    }

    /// Files were read anew, and what they hold was taken or not.
    pub(crate) fn read_anew(&self, what: Made, taken: bool) {
        self.0.not_taken[what as usize].set(i64::from(!taken));
    }

    /// A request was answered with this error.
    pub(crate) fn error(&self, code: ErrorCode) {
        self.0.errors[code as usize].inc();
    }

    /// A request of this operation, which may change something, has ended so.
    pub(crate) fn changed(&self, operation: usize, outcome: Outcome) {
        if let Some((_, outcomes)) = self.0.changes.iter().find(|(number, _)| *number == operation) {
            outcomes[outcome as usize].inc();
        }
    }

    /// A connection, until it is dropped.
    pub(crate) fn connection(&self) -> Counted {
        Counted::by(&self.0.connections)
    }

    /// A stream of events, until it is dropped.
    pub(crate) fn stream(&self) -> Counted {
        Counted::by(&self.0.streams)
    }

    /// All of it in the text format of Prometheus, with what is measured now.
    pub(crate) fn text(&self, engine: &Engine, readiness: &Readiness) -> String {
        let mut process = self.0.process.lock().unwrap_or_else(PoisonError::into_inner);
        engine.measure();
        self.0.ready.set(i64::from(readiness.check().is_ok()));
        process.measure();
        let text = TextEncoder::new().encode_to_string(&self.0.registry.gather());
        text.expect("each series has a name and each family series, which tests hold")
    }
}

fn changes(families: Families<'_>) -> Vec<(usize, Vec<IntCounter>)> {
    let may_change = |(_, operation): &(usize, &Operation)| audit::may_change(operation);
    let operations: Vec<_> = OPERATIONS.iter().enumerate().filter(may_change).collect();
    let of_one = |operation: &Operation| Outcome::ALL.map(|outcome| [operation.id, outcome.as_str()]);
    let all: Vec<_> = operations.iter().flat_map(|(_, operation)| of_one(operation)).collect();
    let help = "Requests that may change something, refused ones too, by operation and outcome.";
    let counters = families.counters("elbm_changes_total", help, ["operation", "outcome"], &all);
    let counters = counters.chunks(Outcome::ALL.len()).map(<[_]>::to_vec);
    operations.into_iter().map(|(number, _)| number).zip(counters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_its_place() {
        for (number, code) in ErrorCode::ALL.iter().enumerate() {
            assert_eq!(*code as usize, number, "{code}");
        }
    }
}
