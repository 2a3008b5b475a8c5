//! The log as lines of JSON, for programs: each event an object on a line of its own.

use std::fmt;
use std::io::{self, Write as _};

use chrono::{SecondsFormat, Utc};
use serde::{Serialize, Serializer as _};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

use super::is_record;

/// Writes each event to standard error in one piece: time, level, target, and its fields. tracing-subscriber's own lines of JSON
/// take three times as long, a third of a request that is answered from memory.
pub(super) struct Lines;

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let line = line(event);
        // A line that cannot be written, as where the disk is full, is lost, and ends nothing.
        let _ = io::stderr().lock().write_all(&line);
    }
}

/// The line of an event.
fn line(event: &Event<'_>) -> Vec<u8> {
    let metadata = event.metadata();
    let mut line = Line { json: Vec::with_capacity(512), is_record: is_record(metadata) };
    line.json.push(b'{');
    line.add("timestamp", Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true).as_str());
    line.add("level", metadata.level().as_str());
    line.add("target", metadata.target());
    event.record(&mut line);
    line.json.extend_from_slice(b"}\n");
    line.json
}

/// A line that is being written.
struct Line {
    json: Vec<u8>,
    /// Whether its message is an object, the record of a change, whose fields are the line's.
    is_record: bool,
}

impl Line {
    fn name(&mut self, name: &str) {
        if self.json.len() > 1 {
            self.json.push(b',');
        }
        self.value(name);
        self.json.push(b':');
    }

    /// Nothing that is written here can fail: text and numbers, into memory.
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) {
        let _ = serde_json::to_writer(&mut self.json, value);
    }

    fn add<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) {
        self.name(name);
        self.value(value);
    }
}

impl Visit for Line {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field.name(), &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field.name(), &value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field.name(), &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field.name(), &value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field.name(), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if self.is_record && field.name() == "message" {
            let record = format!("{value:?}");
            let fields = record.strip_prefix('{').and_then(|record| record.strip_suffix('}'));
            self.json.push(b',');
            self.json.extend_from_slice(fields.unwrap_or_default().as_bytes());
        } else {
            self.name(field.name());
            let _ = serde_json::Serializer::new(&mut self.json).collect_str(&format_args!("{value:?}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use serde_json::{Value, json};
    use tracing::{Event, Subscriber};
    use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

    use crate::audit;

    /// Keeps the lines.
    #[derive(Default, Clone)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl<S: Subscriber> Layer<S> for Kept {
        fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
            self.0.lock().expect("not poisoned").extend(super::line(event));
        }
    }

    /// The one line that this logs, read as JSON.
    fn logged(logs: impl FnOnce()) -> Value {
        let kept = Kept::default();
        tracing::subscriber::with_default(tracing_subscriber::registry().with(kept.clone()), logs);
        let lines = String::from_utf8(std::mem::take(&mut *kept.0.lock().expect("not poisoned"))).expect("text");
        assert_eq!(lines.find('\n'), Some(lines.len() - 1), "{lines}");
        let mut line: Value = serde_json::from_str(&lines).expect("JSON");
        let time = line["timestamp"].take();
        assert!(time.as_str().is_some_and(|time| time.parse::<chrono::DateTime<chrono::Utc>>().is_ok()), "{time}");
        line
    }

    #[test]
    fn an_event_is_one_line_of_json() {
        let (none, error) = (None::<&str>, std::io::Error::other("no \"room\""));
        let line = logged(|| {
            tracing::warn!(target: "t", %error, text = "a\nb\u{1b}", debug = ?[1], none, yes = true, n = -1, u = 2u64, ms = 0.5, nan = f64::NAN, "it {}", "is");
        });
        let expected = json!({
            "timestamp": null, "level": "WARN", "target": "t", "error": "no \"room\"", "text": "a\nb\u{1b}",
            "debug": "[1]", "yes": true, "n": -1, "u": 2, "ms": 0.5, "nan": null, "message": "it is",
        });
        assert_eq!(line, expected);
    }

    #[test]
    fn the_fields_of_a_record_are_those_of_its_line() {
        let record = json!({"id": "1", "asked": {"elbName": "web"}}).to_string();
        let line = logged(|| tracing::info!(target: audit::TARGET, "{record}"));
        let expected =
            json!({"timestamp": null, "level": "INFO", "target": "audit", "id": "1", "asked": {"elbName": "web"}});
        assert_eq!(line, expected);
    }
}
