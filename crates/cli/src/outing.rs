//! A machine taken out of everything, or put back.
//!
//! To wait, each load balancer is asked in turn until the machine is gone from it, or healthy in it: that reads only, and a restore
//! could not be repeated.

use std::time::Duration;

use elbm_client::builder::{DrainInstance, GetMember, RestoreInstance};
use elbm_client::types::{
    AutoScalingWay, InstanceId, LoadBalancerKind, LoadBalancerName, MachineEverywhere, MachineInfo, PlacedRegistration,
    Reason, TargetState, Until,
};

use crate::change::{Answer, Change, Placed};
use crate::commands::{Context, with};
use crate::failure::{Failure, Request};
use crate::wanted::seconds;

/// Out, or back.
#[derive(Debug, Clone)]
pub(crate) struct Outing {
    machine: InstanceId,
    way: Way,
}

#[derive(Debug, Clone)]
pub(crate) enum Way {
    Drain { force: bool, reason: Option<Reason>, asg: Option<AutoScalingWay> },
    Restore { skip_gone: bool },
}

impl Outing {
    pub(crate) fn new(machine: InstanceId, way: Way) -> Self {
        Self { machine, way }
    }

    /// The first load balancer in which it has not settled.
    fn unsettled(&self, machine: &MachineEverywhere) -> Option<(LoadBalancerName, Option<LoadBalancerKind>)> {
        let unsettled = |one: &&PlacedRegistration| !self.attaches() || one.state != TargetState::Healthy;
        let mut places = machine.registrations.iter().filter(unsettled);
        places.find_map(|one| Some((one.load_balancer.as_ref()?.parse().ok()?, one.kind)))
    }

    fn answer(&self, machine: MachineEverywhere) -> Answer<MachineEverywhere> {
        Answer {
            changed: machine.changed == Some(true),
            settled: self.unsettled(&machine).is_none(),
            connections_may_remain: machine.connections_may_remain == Some(true),
            machine: MachineEverywhere { changed: None, settled: None, ..machine },
        }
    }
}

impl Change for Outing {
    type Machine = MachineEverywhere;

    fn machine(&self) -> &InstanceId {
        &self.machine
    }

    fn load_balancer(&self) -> Option<&LoadBalancerName> {
        None
    }

    fn participle(&self) -> &'static str {
        if self.attaches() { "restored" } else { "drained" }
    }

    async fn make(&self, context: &Context) -> Result<Answer<MachineEverywhere>, Failure> {
        let client = context.client().await?;
        let answer = match &self.way {
            Way::Drain { force, reason, asg } => {
                let request = client.drain_instance().instance_id(self.machine.clone());
                let request = with(request, force.then_some(true), DrainInstance::force);
                let request = with(request, reason.clone(), DrainInstance::x_reason);
                with(request, *asg, DrainInstance::asg).send().await
            }
            Way::Restore { skip_gone } => {
                let request = client.restore_instance().instance_id(self.machine.clone());
                with(request, skip_gone.then_some(true), RestoreInstance::skip_gone).send().await
            }
        };
        match answer {
            Ok(answer) => Ok(self.answer(answer.into_inner())),
            Err(error) => Err(Failure::of(error, &context.server, Request::Change).await),
        }
    }

    async fn look(
        &self,
        context: &Context,
        hold: Duration,
        mut machine: MachineEverywhere,
    ) -> Result<Answer<MachineEverywhere>, Failure> {
        if let Some((name, kind)) = self.unsettled(&machine) {
            let until = if self.attaches() { Until::Healthy } else { Until::Detached };
            let client = context.client().await?;
            let request = client.get_member().elb_name(name.clone()).instance_id(self.machine.clone());
            let request = with(request, kind, GetMember::kind);
            let shown = context.read(request.until(until).wait(seconds(hold)).send().await).await?;
            merge(&mut machine, &name, kind, shown);
        }
        Ok(self.answer(machine))
    }

    fn registrations<'a>(&'a self, machine: &'a MachineEverywhere) -> Vec<Placed<'a>> {
        machine.registrations.iter().map(Placed::from).collect()
    }

    fn attaches(&self) -> bool {
        matches!(self.way, Way::Restore { .. })
    }

    fn warnings<'a>(&self, machine: &'a MachineEverywhere) -> &'a [String] {
        &machine.warnings
    }
}

/// Takes over what one load balancer says.
fn merge(machine: &mut MachineEverywhere, name: &LoadBalancerName, kind: Option<LoadBalancerKind>, shown: MachineInfo) {
    let here = |one: &PlacedRegistration| one.load_balancer.as_deref() == Some(name.as_str()) && one.kind == kind;
    let place = machine.registrations.iter().position(here).unwrap_or_default();
    machine.registrations.retain(|one| !here(one));
    if shown.connections_may_remain == Some(true) {
        machine.connections_may_remain = Some(true);
    }
    let shown = shown.targets.into_iter().map(|target| PlacedRegistration {
        load_balancer: Some(name.to_string()),
        kind,
        target_group: target.target_group,
        port: target.port,
        address: target.address,
        state: target.state,
        reason: target.reason,
        description: target.description,
        remedy: target.remedy,
    });
    machine.registrations.splice(place..place, shown);
}
