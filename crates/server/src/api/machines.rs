//! The machines behind one load balancer.

use elbm_api::{
    AttachInstanceResponse, DetachInstanceResponse, ListMachinesElbResponse, LoadBalancerName, MachineId, Machines,
    Port, TargetGroupName,
};
use openapi_poem_runtime::Json;

use super::{Api, convert};
use crate::auth::policy::{self, Access};
use crate::http::Caller;
use crate::problem::failed;

impl Machines for Api {
    type Caller = Caller;

    async fn list_machines_elb(&self, caller: Caller, elb_name: LoadBalancerName) -> ListMachinesElbResponse {
        if let Err(forbidden) = policy::permit(&caller.principal, Access::Read, elb_name.as_str()) {
            return failed(&caller, forbidden);
        }
        match self.engine.machines(elb_name.as_str()).await {
            Ok(machines) => ListMachinesElbResponse::Ok(Json(machines.into_iter().map(convert::machine).collect())),
            Err(error) => failed(&caller, error),
        }
    }

    async fn attach_instance(
        &self,
        caller: Caller,
        elb_name: LoadBalancerName,
        target_group: Option<TargetGroupName>,
        port: Option<Port>,
        body: MachineId,
    ) -> AttachInstanceResponse {
        if let Err(forbidden) = policy::permit(&caller.principal, Access::Change, elb_name.as_str()) {
            return failed(&caller, forbidden);
        }
        let (instance, selection) = (convert::instance_id(&body.instance_id), convert::selection(target_group, port));
        match self.engine.attach(elb_name.into(), instance, selection).await {
            Ok(machine) => AttachInstanceResponse::Created(Json(convert::machine(machine))),
            Err(error) => failed(&caller, error),
        }
    }

    async fn detach_instance(
        &self,
        caller: Caller,
        elb_name: LoadBalancerName,
        target_group: Option<TargetGroupName>,
        port: Option<Port>,
        body: MachineId,
    ) -> DetachInstanceResponse {
        if let Err(forbidden) = policy::permit(&caller.principal, Access::Change, elb_name.as_str()) {
            return failed(&caller, forbidden);
        }
        let (instance, selection) = (convert::instance_id(&body.instance_id), convert::selection(target_group, port));
        match self.engine.detach(elb_name.into(), instance, selection).await {
            Ok(machine) => DetachInstanceResponse::Created(Json(convert::machine(machine))),
            Err(error) => failed(&caller, error),
        }
    }
}
