//! Logs: one line per request, one per failure and one per change, text on a terminal and JSON otherwise, on standard error.

use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};

use chrono::{SecondsFormat, Utc};
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::filter::FilterExt as _;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, filter, fmt as formatted};

use crate::audit;

/// What is logged where `RUST_LOG` says nothing.
const DEFAULT: &str = "info,poem=warn";

/// Starts logging. To be called once.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    // A line that cannot be written, as where the disk is full, is lost: to complain about it on standard error would
    // panic for the same reason.
    let logs = formatted::layer().with_writer(io::stderr).log_internal_errors(false);
    if io::stderr().is_terminal() {
        let logs = logs.with_target(false).with_filter(filter.or(filter::filter_fn(is_record)));
        tracing_subscriber::registry().with(logs).init();
    } else {
        let others = filter::filter_fn(|metadata| !is_record(metadata));
        let logs = logs.json().flatten_event(true).with_filter(filter).with_filter(others);
        let records = Records.with_filter(filter::filter_fn(is_record));
        tracing_subscriber::registry().with(logs).with(records).init();
    }
}

fn is_record(metadata: &Metadata<'_>) -> bool {
    metadata.target() == audit::TARGET && metadata.is_event()
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
