//! Logs and traces. Logs: one line per request, one per failure and one per change, text on a terminal and JSON otherwise, on standard error.

mod lines;
pub(crate) mod traces;

use std::io::{self, IsTerminal as _};

use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::FilterExt as _;
use tracing_subscriber::layer::{Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, filter, fmt as formatted};

use crate::audit;
use lines::Lines;
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
    tracing_subscriber::registry().with(layers(own, traces.as_ref(), io::stderr().is_terminal())).init();
    Ok(Telemetry(traces))
}

/// What listens. A layer that is not there is not in the list: one that is `None` would have every span made.
fn layers<S>(own: EnvFilter, traces: Option<&Traces>, is_terminal: bool) -> Vec<Box<dyn Layer<S> + Send + Sync>>
where
    S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
{
    let no_spans = filter::filter_fn(|metadata| !traces::is_span(metadata));
    let wanted = own.or(filter::filter_fn(is_record)).and(no_spans).and(filter::filter_fn(is_safe));
    let logs = if is_terminal {
        // To complain on standard error that a line could not be written there would panic for the same reason.
        let text = formatted::layer().with_writer(io::stderr).with_target(false).log_internal_errors(false);
        text.with_filter(wanted).boxed()
    } else {
        Lines.with_filter(wanted).boxed()
    };
    let mut layers = vec![logs];
    layers.extend(traces.map(|traces| traces.layer().boxed()));
    layers
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

#[cfg(test)]
mod tests {
    use elbm_engine::TRACE;
    use tracing_subscriber::EnvFilter;
    use tracing_subscriber::layer::SubscriberExt as _;

    #[test]
    fn spans_are_off_without_a_collector() {
        for is_terminal in [true, false] {
            let layers = super::layers(EnvFilter::new("trace"), None, is_terminal);
            tracing::subscriber::with_default(tracing_subscriber::registry().with(layers), || {
                assert!(tracing::info_span!(target: TRACE, "request").is_disabled(), "{is_terminal}");
                assert!(tracing::enabled!(tracing::Level::INFO), "{is_terminal}");
            });
        }
    }
}
