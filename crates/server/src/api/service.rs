//! The service itself.

use elbm_api::{Healthcheck, HealthcheckResponse, Service, ServiceStatus};
use openapi_poem_runtime::Json;

use super::Api;

impl Service for Api {
    async fn healthcheck(&self) -> HealthcheckResponse {
        HealthcheckResponse::Ok(Json(Healthcheck { status: ServiceStatus::Ok }))
    }
}
