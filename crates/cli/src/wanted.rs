//! A machine attached to a load balancer, or detached from it.
//!
//! To wait, the same is asked for again: `PUT` and `DELETE` may be repeated, what is there already is not written again, and the
//! answer is held until this very registration has settled.

use std::time::Duration;

use elbm_client::builder::{DeleteMember, PutMember};
use elbm_client::types::{
    self, InstanceId, LoadBalancerKind, LoadBalancerName, MachineInfo, Port, Reason, TargetGroupName,
};

use crate::change::{Answer, Change, Placed};
use crate::commands::{Context, with};
use crate::failure::{Failure, Request};

/// What is wanted of a machine.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) action: Action,
    pub(crate) machine: InstanceId,
    pub(crate) load_balancer: LoadBalancerName,
    pub(crate) kind: Option<LoadBalancerKind>,
    pub(crate) target_group: Option<TargetGroupName>,
    pub(crate) port: Option<Port>,
}

/// What is done.
#[derive(Debug, Clone)]
pub(crate) enum Action {
    Attach,
    Detach { force: bool, reason: Option<Reason> },
}

impl Wanted {
    async fn ask(&self, context: &Context, hold: Option<Duration>) -> Result<Answer<MachineInfo>, Failure> {
        let (name, machine) = (self.load_balancer.clone(), self.machine.clone());
        let wait = hold.map(seconds);
        let client = context.client().await?;
        let answer = match &self.action {
            Action::Attach => {
                let request = client.put_member().elb_name(name).instance_id(machine);
                let request = with(request, self.kind, PutMember::kind);
                let request = with(request, self.target_group.clone(), PutMember::target_group);
                let request = with(request, self.port.clone(), PutMember::port);
                with(request, wait, PutMember::wait).send().await
            }
            Action::Detach { force, reason } => {
                let request = client.delete_member().elb_name(name).instance_id(machine);
                let request = with(request, self.kind, DeleteMember::kind);
                let request = with(request, self.target_group.clone(), DeleteMember::target_group);
                let request = with(request, self.port.clone(), DeleteMember::port);
                let request = with(request, reason.clone(), DeleteMember::x_reason);
                let request = with(request, force.then_some(true), DeleteMember::force);
                with(request, wait, DeleteMember::wait).send().await
            }
        };
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return Err(Failure::of(error, &context.server, Request::Change).await),
        };
        let created = answer.status().as_u16() == 201;
        let machine = answer.into_inner();
        Ok(Answer {
            changed: machine.changed.unwrap_or(created),
            settled: machine.settled == Some(true),
            connections_may_remain: machine.connections_may_remain == Some(true),
            // That of the first answer counts, and is told beside the machine.
            machine: MachineInfo { changed: None, settled: None, ..machine },
        })
    }
}

impl Change for Wanted {
    type Machine = MachineInfo;

    fn machine(&self) -> &InstanceId {
        &self.machine
    }

    fn load_balancer(&self) -> Option<&LoadBalancerName> {
        Some(&self.load_balancer)
    }

    fn participle(&self) -> &'static str {
        if self.attaches() { "attached" } else { "detached" }
    }

    async fn make(&self, context: &Context) -> Result<Answer<MachineInfo>, Failure> {
        self.ask(context, None).await
    }

    async fn look(&self, context: &Context, hold: Duration, _: MachineInfo) -> Result<Answer<MachineInfo>, Failure> {
        self.ask(context, Some(hold)).await
    }

    fn registrations<'a>(&'a self, machine: &'a MachineInfo) -> Vec<Placed<'a>> {
        let group = self.target_group.as_ref().map(|name| name.as_str());
        let port = self.port.as_ref().and_then(|port| i32::try_from(port.get()).ok());
        let placed = machine.targets.iter().map(|target| Placed::of(&self.load_balancer, target));
        placed
            .filter(|one| group.is_none_or(|group| one.target_group == Some(group)))
            .filter(|one| port.is_none_or(|port| one.port == Some(port)))
            .collect()
    }

    fn attaches(&self) -> bool {
        matches!(self.action, Action::Attach)
    }

    fn warnings<'a>(&self, machine: &'a MachineInfo) -> &'a [String] {
        &machine.warnings
    }
}

/// A time as the service takes it.
pub(crate) fn seconds(time: Duration) -> types::Wait {
    types::Wait(i32::try_from(time.as_secs()).unwrap_or(i32::MAX))
}
