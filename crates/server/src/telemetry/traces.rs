//! Traces, for a service that was given an OpenTelemetry collector. Without one their spans are off, which costs a look at a flag.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use elbm_engine::TRACE;
use openapi_poem_runtime::Operation;
use opentelemetry::KeyValue;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::HeaderExtractor;
use opentelemetry_otlp::{Protocol, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::runtime::Tokio;
use opentelemetry_sdk::trace::span_processor_with_async_runtime::BatchSpanProcessor;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use poem::Request;
use poem::http::HeaderMap;
use tracing::field::Empty;
use tracing::{Metadata, Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::filter;
use tracing_subscriber::layer::{Filter, Layer};
use tracing_subscriber::registry::LookupSpan;

/// How long the collector may take for a batch.
const EXPORT: Duration = Duration::from_secs(5);

/// How long the last batch may take.
const END: Duration = Duration::from_secs(3);

/// Where spans go to.
#[derive(Debug)]
pub(super) struct Traces(SdkTracerProvider);

impl Traces {
    /// Those of the collector at this address. Spans wait in a queue with an end: a collector that is slow or away costs spans, and
    /// nothing else.
    pub(super) fn to(collector: &str) -> anyhow::Result<Self> {
        let exporter = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", collector.trim_end_matches('/')))
            .with_timeout(EXPORT)
            .build()
            .with_context(|| format!("cannot send traces to {collector}"))?;
        let resource = Resource::builder()
            .with_service_name("elb-instance-manager")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let exporter = Told { exporter, failing: AtomicBool::new(false) };
        let processor = BatchSpanProcessor::builder(exporter, Tokio).build();
        Ok(Self(SdkTracerProvider::builder().with_resource(resource).with_span_processor(processor).build()))
    }

    /// What hands spans over.
    pub(super) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("elb-instance-manager"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_level(false)
            .with_tracked_inactivity(false)
            .with_context_activation(false)
            .with_filter(spans())
    }

    /// Sends what is left.
    pub(super) async fn end(self) {
        // It waits without yielding.
        let sent = tokio::task::spawn_blocking(move || self.0.shutdown());
        if !matches!(tokio::time::timeout(END, sent).await, Ok(Ok(Ok(())))) {
            tracing::warn!("the last spans were not sent");
        }
    }
}

fn spans<S>() -> impl Filter<S> {
    filter::filter_fn(is_span)
}

/// Whether it is a span of a trace.
pub(super) fn is_span(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && metadata.target() == TRACE
}

/// An exporter that says in the log when the collector is away, and when it is back.
#[derive(Debug)]
struct Told<E> {
    exporter: E,
    failing: AtomicBool,
}

impl<E: SpanExporter> SpanExporter for Told<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        let sent = self.exporter.export(batch).await;
        let failed = self.failing.swap(sent.is_err(), Ordering::Relaxed);
        match &sent {
            Err(error) if !failed => tracing::warn!(%error, spans, "traces cannot be sent"),
            Ok(()) if failed => tracing::info!("traces can be sent again"),
            _ => {}
        }
        sent
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

/// The span of a request, which belongs to the trace that its caller names by the W3C's `traceparent`.
pub(crate) fn request(operation: Option<&'static Operation>, id: &dyn fmt::Display, request: &Request) -> Span {
    let span = tracing::info_span!(
        target: TRACE,
        "request",
        otel.name = operation.map_or("other", |operation| operation.id),
        otel.kind = "server",
        http.request.method = request.method().as_str(),
        http.route = operation.map(|operation| operation.path),
        elbm.request_id = %id,
        enduser.id = Empty,
        http.response.status_code = Empty,
        error.r#type = Empty,
        otel.status_code = Empty,
    );
    if !span.is_disabled() {
        continues(&span, request.headers());
    }
    span
}

fn continues(span: &Span, headers: &HeaderMap) {
    let caller = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
    // It has not begun: its parent can still be set.
    let _ = span.set_parent(caller);
}

/// How the request ended.
pub(crate) fn answered(span: &Span, caller: Option<&str>, status: u16, code: Option<&'static str>) {
    if span.is_disabled() {
        return;
    }
    span.record("http.response.status_code", status);
    if let Some(caller) = caller {
        span.record("enduser.id", caller);
    }
    if let Some(code) = code {
        span.record("error.type", code);
    }
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}
