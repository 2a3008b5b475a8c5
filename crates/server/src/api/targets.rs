//! The target groups of one load balancer.

use elbm_api::{ListTargetsResponse, LoadBalancerKind, LoadBalancerName, Targets};

use super::{Api, convert};
use crate::auth::policy::{self, Access};
use crate::http::Caller;
use crate::problem::failed;

impl Targets for Api {
    type Caller = Caller;

    async fn list_targets(
        &self,
        caller: Caller,
        elb_name: LoadBalancerName,
        kind: Option<LoadBalancerKind>,
    ) -> ListTargetsResponse {
        if let Err(forbidden) = policy::permit(&caller.principal, Access::Read, elb_name.as_str()) {
            return failed(&caller, forbidden);
        }
        match self.engine.groups(elb_name.as_str(), kind.map(convert::kind), caller.freshness).await {
            Ok(groups) => ListTargetsResponse::Ok(groups.into_iter().map(convert::group_targets).collect()),
            Err(error) => failed(&caller, error),
        }
    }
}
