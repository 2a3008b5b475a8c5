//! The load balancers of the region.

use elbm_api::{ListLoadBalancersResponse, LoadBalancerKind, LoadBalancers};
use elbm_engine::Error;

use super::{Api, convert};
use crate::auth::policy::{self, Access};
use crate::http::Caller;
use crate::problem::failed;

impl LoadBalancers for Api {
    type Caller = Caller;

    async fn list_load_balancers(
        &self,
        caller: Caller,
        kind: Option<LoadBalancerKind>,
        counts: bool,
    ) -> ListLoadBalancersResponse {
        if let Err(forbidden) = policy::permit_some(&caller.principal, Access::Read) {
            return failed(&caller, forbidden);
        }
        let listed = async {
            let mut found = self.engine.load_balancers(kind.map(convert::kind), caller.freshness).await?;
            found.retain(|(found, _)| policy::permit(&caller.principal, Access::Read, &found.name).is_ok());
            let counted = if counts { self.engine.counts(&found, caller.freshness).await? } else { Vec::new() };
            let mut listed: Vec<_> = found.into_iter().map(convert::load_balancer).collect();
            for (one, counted) in listed.iter_mut().zip(counted) {
                one.counts = Some(convert::counts(counted));
            }
            Ok::<_, Error>(listed)
        };
        match listed.await {
            Ok(listed) => ListLoadBalancersResponse::Ok(listed.into()),
            Err(error) => failed(&caller, error),
        }
    }
}
