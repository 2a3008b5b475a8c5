//! The one loop that every AWS call passes through: each attempt takes its turn in the budget and needs the leases under which
//! it is made, a transient failure is tried again after a pause that doubles.

use std::error::Error as StdError;
use std::time::Duration;

use aws_sdk_elasticloadbalancingv2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_elasticloadbalancingv2::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use tokio::time::{Instant, timeout};
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use super::budget::Spent;
use super::{Action, Aws, AwsError, AwsErrorKind, Class};
use crate::TRACE;
use crate::trail::{Trail, WritingCall};

/// How often and how fast a call is tried again.
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    /// How many attempts a call has, the first included; at least one.
    pub attempts: u32,
    /// The mean pause before the second attempt; it doubles with each further one. The real pause is drawn from half to
    /// one and a half of it, so that callers that failed together do not come back together.
    pub pause: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: 3, pause: Duration::from_millis(200) }
    }
}

impl Aws {
    /// Makes one call.
    pub(super) async fn call<T, E, F>(&self, action: Action, send: impl Fn() -> F + Send) -> Result<T, AwsError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
        E: StdError + ProvideErrorMetadata + Send + Sync + 'static,
        T: RequestId + Send,
    {
        let mut pause = self.retry.pause;
        let mut attempt = 1;
        let mut may_have_happened = false;
        loop {
            let queued = Instant::now();
            if let Err(Spent { until }) = self.budget.take(action.class(), self.lane).await {
                self.metrics.budget_spent(action.class());
                let kind = AwsErrorKind::BudgetSpent { until };
                return Err(AwsError { action, kind, may_have_happened, source: None });
            }
            let left = self.right.left();
            if left.is_zero() {
                return Err(AwsError { action, kind: AwsErrorKind::LeaseLost, may_have_happened, source: None });
            }
            let begun = Instant::now();
            self.metrics.waited_for_turn(self.lane, begun - queued);
            let span = self.span(action, attempt, begun - queued);
            let answer = timeout(left, send().instrument(span.clone())).await;
            let request_id = answer.as_ref().ok().and_then(RequestId::request_id).map(str::to_owned);
            let mut error = match answer {
                Ok(Ok(answer)) => {
                    self.ended(action, request_id, None, begun.elapsed(), &span);
                    tracing::debug!(%action, attempt, "AWS answered");
                    return Ok(answer);
                }
                Ok(Err(error)) => AwsError::from_sdk(action, error),
                // What was sent is not left to arrive after the lease is another's.
                Err(_) => AwsError { action, kind: AwsErrorKind::Timeout, may_have_happened: true, source: None },
            };
            self.ended(action, request_id, Some(&error.kind), begun.elapsed(), &span);
            if error.kind == AwsErrorKind::Throttled {
                self.budget.slow_down(action.class());
            }
            may_have_happened |= error.may_have_happened;
            error.may_have_happened = may_have_happened;
            tracing::debug!(%action, attempt, error = &error as &dyn StdError, "AWS call failed");
            if !error.kind.is_transient() || attempt >= self.retry.attempts {
                return Err(error);
            }
            tokio::time::sleep(pause.mul_f64(0.5 + fastrand::f64())).await;
            pause *= 2;
            attempt += 1;
        }
    }

    /// The span of an attempt, in a trace.
    fn span(&self, action: Action, attempt: u32, waited: Duration) -> Span {
        tracing::info_span!(
            target: TRACE,
            "call",
            otel.name = action.permission(),
            otel.kind = "client",
            rpc.system = "aws-api",
            rpc.service = action.class().service(),
            rpc.method = action.name(),
            elbm.attempt = attempt,
            elbm.lane = self.lane.as_str(),
            elbm.budget_wait_seconds = waited.as_secs_f64(),
            aws.request_id = Empty,
            error.r#type = Empty,
            otel.status_code = Empty,
        )
    }

    /// An attempt has ended: it is counted, and noted for the change that it is made for, where it writes. Leases are no
    /// part of what a change does; one that could not be written is why it was not done.
    fn ended(
        &self,
        action: Action,
        request_id: Option<String>,
        failure: Option<&AwsErrorKind>,
        took: Duration,
        span: &Span,
    ) {
        span.record("aws.request_id", request_id.as_deref().unwrap_or_default());
        if let Some(failure) = failure {
            span.record("error.type", tracing::field::display(failure));
            span.record("otel.status_code", "ERROR");
        }
        self.metrics.called(action, failure, took);
        if action.writes() || (action.class() == Class::Leases && failure.is_some()) {
            Trail::called(&WritingCall { action, request_id, failure: failure.cloned() });
        }
    }

    /// Makes one call for each page; `next` reads the marker of the following one.
    pub(super) async fn pages<T, E, F>(
        &self,
        action: Action,
        send: impl Fn(Option<String>) -> F + Send + Sync,
        next: impl Fn(&T) -> Option<&str> + Send,
    ) -> Result<Vec<T>, AwsError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
        E: StdError + ProvideErrorMetadata + Send + Sync + 'static,
        T: RequestId + Send,
    {
        let mut pages = Vec::new();
        let mut marker = None;
        loop {
            let page = self.call(action, || send(marker.clone())).await?;
            // EC2 ends with an empty marker, elbv2 with none.
            marker = next(&page).filter(|marker| !marker.is_empty()).map(str::to_owned);
            pages.push(page);
            if marker.is_none() {
                return Ok(pages);
            }
        }
    }
}
