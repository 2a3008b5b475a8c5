//! The service itself.

use elbm_api::{Healthcheck, HealthcheckResponse, MetricsResponse, ReadyzResponse, Service, ServiceStatus};
use openapi_poem_runtime::{Json, PlainText};

use super::Api;
use crate::auth::policy::{self, Access};
use crate::http::{Caller, RequestId};
use crate::problem::{Problem, failed, failed_request};

impl Service for Api {
    type Caller = Caller;

    async fn healthcheck(&self) -> HealthcheckResponse {
        HealthcheckResponse::Ok(Json(Healthcheck { status: ServiceStatus::Ok }))
    }

    async fn readyz(&self) -> ReadyzResponse {
        if self.stopping.is_requested() {
            return failed_request(RequestId::current(), Problem::Ending);
        }
        match self.readiness.check() {
            Ok(()) => ReadyzResponse::Ok(Json(Healthcheck { status: ServiceStatus::Ok })),
            Err(error) => failed_request(RequestId::current(), error),
        }
    }

    /// Whoever may read anything may read them: they name no load balancer.
    async fn metrics(&self, caller: Caller) -> MetricsResponse {
        if let Err(forbidden) = policy::permit_some(&caller.principal, Access::Read) {
            return failed(&caller, forbidden);
        }
        MetricsResponse::Ok(PlainText(self.metrics.text(&self.engine, &self.readiness)))
    }
}
