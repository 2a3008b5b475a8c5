//! One machine in every load balancer and target group of the region.

use std::sync::Arc;
use std::time::Duration;

use elbm_api::{
    AutoScalingWay, DrainInstanceResponse, GetInstanceResponse, InstanceId, Instances, ListInstancesResponse, OnlyTrue,
    Reason, RestoreInstanceResponse, Wait,
};
use elbm_engine::{Drain, Permits, Restore, Whereabouts};
use openapi_poem_runtime::{Json, Location, Rejection};

use super::changing::wait;
use super::{Api, convert, everywhere};
use crate::auth::policy::{self, Access};
use crate::http::Caller;
use crate::problem::{Problem, failed};

/// What the caller may have this access to.
fn permits(caller: &Caller, access: Access) -> Permits {
    let principal = caller.principal.clone();
    Arc::new(move |load_balancer| policy::permit_in(&principal, access, load_balancer).is_ok())
}

/// Whether a machine is what the caller waited for; one who does not wait does not mind.
fn is_settled_or_not_waited_for(found: &Whereabouts, wait: Duration) -> bool {
    wait.is_zero() || found.outcome.is_some_and(|outcome| outcome.settled)
}

impl Instances for Api {
    type Caller = Caller;

    async fn list_instances(&self, caller: Caller, _drained: OnlyTrue) -> ListInstancesResponse {
        if let Err(forbidden) = policy::permit_some(&caller.principal, Access::Read) {
            return failed(&caller, forbidden);
        }
        match self.engine.drained(&permits(&caller, Access::Read)).await {
            Ok(found) => ListInstancesResponse::Ok(found.into_iter().map(everywhere::drained_machine).collect()),
            Err(error) => failed(&caller, error),
        }
    }

    async fn get_instance(&self, caller: Caller, instance_id: InstanceId) -> GetInstanceResponse {
        if let Err(forbidden) = policy::permit_some(&caller.principal, Access::Read) {
            return failed(&caller, forbidden);
        }
        let instance = convert::instance_id(&instance_id);
        match self.engine.whereabouts(&instance, &permits(&caller, Access::Read), caller.freshness).await {
            Ok(found) => GetInstanceResponse::Ok(Json(everywhere::machine(found))),
            Err(error) => failed(&caller, error),
        }
    }

    async fn drain_instance(
        &self,
        caller: Caller,
        instance_id: InstanceId,
        seconds: Option<Wait>,
        force: bool,
        asg: Option<AutoScalingWay>,
        reason: Option<Reason>,
    ) -> DrainInstanceResponse {
        if let Err(forbidden) = policy::permit_some(&caller.principal, Access::Change) {
            return failed(&caller, forbidden);
        }
        if force && reason.is_none() {
            let sentence = "force=true needs the X-Reason header, which says why".to_owned();
            return failed(&caller, Problem::Rejected(Rejection::Malformed { location: Location::Header, sentence }));
        }
        let wait = wait(seconds);
        let drain = Drain {
            instance: convert::instance_id(&instance_id),
            by: caller.principal.name.clone(),
            reason: reason.map(Into::into),
            force,
            standby: asg == Some(AutoScalingWay::Standby),
            wait,
            permits: permits(&caller, Access::Change),
        };
        match self.engine.drain(drain).await {
            Ok(found) if is_settled_or_not_waited_for(&found, wait) => {
                DrainInstanceResponse::Ok(Json(everywhere::machine(found)))
            }
            Ok(found) => DrainInstanceResponse::Accepted(Json(everywhere::machine(found))),
            Err(error) => failed(&caller, error),
        }
    }

    async fn restore_instance(
        &self,
        caller: Caller,
        instance_id: InstanceId,
        seconds: Option<Wait>,
        skip_gone: bool,
    ) -> RestoreInstanceResponse {
        if let Err(forbidden) = policy::permit_some(&caller.principal, Access::Change) {
            return failed(&caller, forbidden);
        }
        let wait = wait(seconds);
        let restore = Restore {
            instance: convert::instance_id(&instance_id),
            skip_gone,
            wait,
            permits: permits(&caller, Access::Change),
        };
        match self.engine.restore(restore).await {
            Ok(found) if is_settled_or_not_waited_for(&found, wait) => {
                RestoreInstanceResponse::Ok(Json(everywhere::machine(found)))
            }
            Ok(found) => RestoreInstanceResponse::Accepted(Json(everywhere::machine(found))),
            Err(error) => failed(&caller, error),
        }
    }
}
