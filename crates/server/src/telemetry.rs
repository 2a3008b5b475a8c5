//! Logs: one line per request and one per failure, text on a terminal and JSON otherwise, on standard error.

use std::io::IsTerminal as _;

use tracing::{Level, Metadata};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// What is logged where `RUST_LOG` says nothing.
const DEFAULT: &str = "info,poem=warn";

/// The libraries that print whole requests at the level of traces, the signatures and session tokens too.
const TALKATIVE: [&str; 3] = ["aws_", "hyper", "h2"];

/// Starts logging. To be called once.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        logs.with_target(false).finish().with(filter_fn(is_safe)).init();
    } else {
        logs.json().flatten_event(true).finish().with(filter_fn(is_safe)).init();
    }
}

/// Whether it is known to have no secret in it, whatever `RUST_LOG` asks for.
fn is_safe(event: &Metadata<'_>) -> bool {
    *event.level() != Level::TRACE || !TALKATIVE.iter().any(|library| event.target().starts_with(library))
}
