//! Requests, by operation: never by URL, which callers choose.

use std::time::Instant;

use elbm_api::OPERATIONS;
use elbm_engine::metrics::Families;
use openapi_poem_runtime::Operation;
use prometheus::{Histogram, IntCounter, IntCounterVec, IntGauge, Opts};

/// The operation of what is none: documents, pages, and paths that are not there.
const OTHER: &str = "other";

/// The status of what was never answered, because its caller left before.
const GONE: &str = "none";

/// Seconds of a request: answers from memory to the longest wait.
const SECONDS: [f64; 15] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0];

/// The series of all operations.
#[derive(Debug)]
pub(super) struct Requests {
    /// In the order of [`OPERATIONS`]; what is none of them comes last.
    operations: Vec<OfOne>,
    /// For a status that the contract does not know.
    all: IntCounterVec,
}

/// The series of one operation.
#[derive(Debug)]
struct OfOne {
    name: &'static str,
    statuses: Vec<(u16, IntCounter)>,
    gone: IntCounter,
    seconds: Histogram,
    in_flight: IntGauge,
}

impl Requests {
    pub(super) fn new(families: Families<'_>) -> Self {
        let names: Vec<_> = OPERATIONS.iter().map(|operation| operation.id).chain([OTHER]).map(|id| [id]).collect();
        let seconds = families.histograms(
            "elbm_request_duration_seconds",
            "How long requests took to be answered, by operation; a stream of events until it began.",
            ["operation"],
            &names,
            &SECONDS,
        );
        let help = "Requests that are being answered, by operation.";
        let in_flight = families.integer_gauges("elbm_requests_in_flight", help, ["operation"], &names);
        let help = "Requests by operation and status; none where the caller left before the answer.";
        let all = families.added(IntCounterVec::new(Opts::new("elbm_requests_total", help), &["operation", "status"]));
        let statuses = |operation: Option<&Operation>| operation.map_or(&[][..], |operation| operation.statuses);
        let operations = names.iter().zip(seconds).zip(in_flight).enumerate();
        let operations = operations.map(|(number, (([name], seconds), in_flight))| {
            let counter = |status: &u16| (*status, all.with_label_values(&[*name, &status.to_string()]));
            let statuses = statuses(OPERATIONS.get(number)).iter().map(counter).collect();
            OfOne { name, statuses, gone: all.with_label_values(&[*name, GONE]), seconds, in_flight }
        });
        Self { operations: operations.collect(), all }
    }

    pub(super) fn begin(&self, operation: Option<usize>, arrived: Instant) -> InFlight<'_> {
        let last = self.operations.len() - 1;
        let of = &self.operations[operation.unwrap_or(last)];
        of.in_flight.inc();
        InFlight { of, all: &self.all, arrived, ended: false }
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub(crate) struct InFlight<'a> {
    of: &'a OfOne,
    all: &'a IntCounterVec,
    arrived: Instant,
    ended: bool,
}

impl InFlight<'_> {
    /// It was answered with this status; returns how many seconds it took.
    pub(crate) fn end(mut self, status: u16) -> f64 {
        let took = self.arrived.elapsed().as_secs_f64();
        self.of.seconds.observe(took);
        match self.of.statuses.iter().find(|(documented, _)| *documented == status) {
            Some((_, counter)) => counter.inc(),
            None => self.all.with_label_values(&[self.of.name, &status.to_string()]).inc(),
        }
        self.ended = true;
        took
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.of.in_flight.dec();
        if !self.ended {
            self.of.gone.inc();
        }
    }
}
