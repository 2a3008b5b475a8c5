//! The load balancers of the region.

use elbm_api::{ListLoadBalancersResponse, LoadBalancerKind, LoadBalancers};
use openapi_poem_runtime::Json;

use super::{Api, convert};
use crate::auth::policy::{self, Access};
use crate::http::Caller;
use crate::problem::failed;

impl LoadBalancers for Api {
    type Caller = Caller;

    async fn list_load_balancers(&self, caller: Caller, kind: Option<LoadBalancerKind>) -> ListLoadBalancersResponse {
        match self.engine.load_balancers(kind.map(convert::kind), caller.freshness).await {
            Ok(mut found) => {
                found.retain(|(found, _)| policy::permit(&caller.principal, Access::Read, &found.name).is_ok());
                ListLoadBalancersResponse::Ok(Json(found.into_iter().map(convert::load_balancer).collect()))
            }
            Err(error) => failed(&caller, error),
        }
    }
}
