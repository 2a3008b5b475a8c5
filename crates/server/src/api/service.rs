//! The service itself.

use elbm_api::{Healthcheck, HealthcheckResponse, ReadyzResponse, Service, ServiceStatus};
use openapi_poem_runtime::Json;

use super::Api;
use crate::http::RequestId;
use crate::problem::{Problem, failed_request};

impl Service for Api {
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
}
