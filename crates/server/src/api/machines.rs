//! The machines behind one load balancer, as the predecessor had them.

use elbm_api::{
    AttachInstanceResponse, DetachInstanceResponse, ListMachinesElbResponse, LoadBalancerKind, LoadBalancerName,
    MachineId, Machines, Port, Reason, TargetGroupName, Wait,
};
use elbm_engine::How;
use openapi_poem_runtime::Json;

use super::changing::{Asked, is_settled_or_not_waited_for, wait};
use super::{Api, convert};
use crate::auth::policy::{self, Access};
use crate::http::Caller;
use crate::problem::failed;

impl Machines for Api {
    type Caller = Caller;

    async fn list_machines_elb(
        &self,
        caller: Caller,
        elb_name: LoadBalancerName,
        kind: Option<LoadBalancerKind>,
    ) -> ListMachinesElbResponse {
        if let Err(forbidden) = policy::permit(&caller.principal, Access::Read, elb_name.as_str()) {
            return failed(&caller, forbidden);
        }
        let kind = kind.map(convert::kind);
        match self.lists.get(&self.engine, elb_name.as_str(), kind, caller.freshness).await {
            Ok((list, version)) => ListMachinesElbResponse::Ok(list, Some(version)),
            Err(error) => failed(&caller, error),
        }
    }

    async fn attach_instance(
        &self,
        caller: Caller,
        elb_name: LoadBalancerName,
        kind: Option<LoadBalancerKind>,
        target_group: Option<TargetGroupName>,
        port: Option<Port>,
        seconds: Option<Wait>,
        body: MachineId,
    ) -> AttachInstanceResponse {
        let instance = convert::instance_id(&body.instance_id);
        let asked = Asked { load_balancer: elb_name, kind, instance, target_group, port };
        let how = How { wait: wait(seconds), ..How::default() };
        match self.attach(&caller, asked, how).await {
            Ok(member) if is_settled_or_not_waited_for(&member, how.wait) => {
                AttachInstanceResponse::Created(Json(convert::member(member)))
            }
            Ok(member) => AttachInstanceResponse::Accepted(Json(convert::member(member))),
            Err(problem) => failed(&caller, problem),
        }
    }

    async fn detach_instance(
        &self,
        caller: Caller,
        elb_name: LoadBalancerName,
        kind: Option<LoadBalancerKind>,
        target_group: Option<TargetGroupName>,
        port: Option<Port>,
        seconds: Option<Wait>,
        force: bool,
        reason: Option<Reason>,
        body: MachineId,
    ) -> DetachInstanceResponse {
        let instance = convert::instance_id(&body.instance_id);
        let asked = Asked { load_balancer: elb_name, kind, instance, target_group, port };
        let how = How { wait: wait(seconds), force, ..How::default() };
        match self.detach(&caller, asked, how, reason).await {
            Ok(member) if is_settled_or_not_waited_for(&member, how.wait) => {
                DetachInstanceResponse::Created(Json(convert::member(member)))
            }
            Ok(member) => DetachInstanceResponse::Accepted(Json(convert::member(member))),
            Err(problem) => failed(&caller, problem),
        }
    }
}
