//! Logs and traces. Logs: one line per request, one per failure and one per change, text on a terminal and JSON otherwise, on standard error.

pub(crate) mod traces;

use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};

use chrono::{SecondsFormat, Utc};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::filter::FilterExt as _;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, filter, fmt as formatted};

use crate::audit;
use traces::Traces;

/// What is logged where `RUST_LOG` says nothing.
const DEFAULT: &str = "info,poem=warn";

/// The libraries that print whole requests at the level of traces, the signatures and session tokens too.
const TALKATIVE: [&str; 3] = ["aws_", "hyper", "h2"];

/// What tells of the service until it ends.
#[derive(Debug)]
#[must_use]
pub struct Telemetry(Option<Traces>);

/// Starts logging and, where there is a collector, tracing. To be called once, in a runtime.
///
/// # Errors
/// Where no traces can be sent to the collector's address.
pub fn start(collector: Option<&str>) -> anyhow::Result<Telemetry> {
    let traces = collector.map(Traces::to).transpose()?;
    let own = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let spans = traces.as_ref().map(Traces::layer);
    let no_spans = filter::filter_fn(|metadata| !traces::is_span(metadata));
    // A line that cannot be written, as where the disk is full, is lost: to complain about it on standard error would
    // panic for the same reason.
    let logs = formatted::layer().with_writer(io::stderr).log_internal_errors(false);
    if io::stderr().is_terminal() {
        let logs = logs
            .with_target(false)
            .with_filter(own.or(filter::filter_fn(is_record)).and(no_spans).and(filter::filter_fn(is_safe)));
        tracing_subscriber::registry().with(spans).with(logs).init();
    } else {
        let others = filter::filter_fn(|metadata| !is_record(metadata));
        let logs =
            logs.json().flatten_event(true).with_filter(own.and(others).and(no_spans).and(filter::filter_fn(is_safe)));
        let records = Records.with_filter(filter::filter_fn(is_record));
        tracing_subscriber::registry().with(spans).with(logs).with(records).init();
    }
    Ok(Telemetry(traces))
}

impl Telemetry {
    /// Sends what is left of the traces.
    pub async fn end(self) {
        if let Some(traces) = self.0 {
            traces.end().await;
        }
    }
}

fn is_record(metadata: &Metadata<'_>) -> bool {
    metadata.target() == audit::TARGET && metadata.is_event()
}

/// Whether it is known to have no secret in it, whatever `RUST_LOG` asks for.
fn is_safe(event: &Metadata<'_>) -> bool {
    *event.level() != Level::TRACE || !TALKATIVE.iter().any(|library| event.target().starts_with(library))
}

/// Writes the records of changes, whose message is JSON itself, as lines like those of the other logs.
struct Records;

impl<S: Subscriber> Layer<S> for Records {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut message = Message(String::new());
        event.record(&mut message);
        let timestamp = Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true);
        // A full disk must not end a change.
        let _ = io::stderr().lock().write_all(line(&timestamp, &message.0).as_bytes());
    }
}

/// The message of an event.
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

/// A record with what every line has.
fn line(timestamp: &str, record: &str) -> String {
    let record = record.strip_prefix('{').unwrap_or(record);
    format!("{{\"timestamp\":\"{timestamp}\",\"level\":\"INFO\",\"target\":\"{}\",{record}\n", audit::TARGET)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    #[test]
    fn a_record_is_one_line_of_json() {
        let line =
            super::line("2026-11-26T21:00:00.000000Z", &json!({"id": "1", "asked": {"elbName": "web"}}).to_string());
        let read: Value = serde_json::from_str(line.strip_suffix('\n').expect("a line")).expect("JSON");
        assert_eq!(read["asked"]["elbName"], "web");
        assert_eq!((&read["target"], &read["level"]), (&"audit".into(), &"INFO".into()));
    }
}
