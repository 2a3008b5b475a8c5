//! A change of one machine behind one load balancer, as it is asked for: once, and again while it is waited for.
//!
//! Both ways the request is the same, because `PUT` and `DELETE` may be repeated: what is there already is not written again,
//! and the answer is held until this very registration has settled.

use std::time::Duration;

use elbm_client::Client;
use elbm_client::builder::{DeleteMember, PutMember};
use elbm_client::types::{
    self, InstanceId, LoadBalancerKind, LoadBalancerName, MachineInfo, Port, Reason, Registration, TargetGroupName,
};

use crate::commands::with;
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

impl Action {
    /// What a machine is afterwards.
    pub(crate) fn participle(&self) -> &'static str {
        match self {
            Self::Attach => "attached",
            Self::Detach { .. } => "detached",
        }
    }
}

/// What the service answers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) machine: MachineInfo,
    /// Whether this request wrote anything.
    pub(crate) changed: bool,
    /// Whether the machine is healthy, or gone.
    pub(crate) settled: bool,
}

impl Wanted {
    /// Asks for it, the answer held so long at most.
    pub(crate) async fn ask(&self, client: &Client, server: &str, hold: Option<Duration>) -> Result<Answer, Failure> {
        let wait = hold.map(|hold| types::Wait(i32::try_from(hold.as_secs()).unwrap_or(i32::MAX)));
        let answer = match &self.action {
            Action::Attach => {
                let request =
                    client.put_member().elb_name(self.load_balancer.clone()).instance_id(self.machine.clone());
                let request = with(request, self.kind, PutMember::kind);
                let request = with(request, self.target_group.clone(), PutMember::target_group);
                let request = with(request, self.port.clone(), PutMember::port);
                with(request, wait, PutMember::wait).send().await
            }
            Action::Detach { force, reason } => {
                let request =
                    client.delete_member().elb_name(self.load_balancer.clone()).instance_id(self.machine.clone());
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
            Err(error) => return Err(Failure::of(error, server, Request::Change).await),
        };
        let created = answer.status().as_u16() == 201;
        let machine = answer.into_inner();
        Ok(Answer { changed: machine.changed.unwrap_or(created), settled: machine.settled == Some(true), machine })
    }

    /// The registrations of a machine that this is about.
    pub(crate) fn registrations<'a>(&'a self, machine: &'a MachineInfo) -> impl Iterator<Item = &'a Registration> {
        let group = self.target_group.as_ref().map(|name| name.as_str());
        let port = self.port.as_ref().and_then(|port| i32::try_from(port.get()).ok());
        machine.targets.iter().filter(move |target| {
            (group.is_none() || target.target_group.as_deref() == group) && (port.is_none() || target.port == port)
        })
    }
}
