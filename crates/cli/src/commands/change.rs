//! `elbm attach`, `elbm detach`

use std::collections::BTreeSet;
use std::time::Instant;

use elbm_client::builder::ListTargets;
use elbm_client::types::{InstanceId, LoadBalancerKind, LoadBalancerName, TargetGroupName, TargetGroupTargets};

use super::{Context, with};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::{Attach, Change, Detach, Longest, Machines, Wait};
use crate::own;
use crate::pursuit::Pursuit;
use crate::wait;
use crate::wanted::{Action, Wanted};

pub(crate) async fn attach(context: &Context, attach: Attach) -> Result<Exit, Failure> {
    run(context, Action::Attach, attach.change).await
}

pub(crate) async fn detach(context: &Context, detach: Detach) -> Result<Exit, Failure> {
    let action = Action::Detach { force: detach.force.force, reason: detach.force.reason };
    run(context, action, detach.change).await
}

async fn run(context: &Context, action: Action, change: Change) -> Result<Exit, Failure> {
    let Change { load_balancer, machines, target_group, port, wait } = change;
    let kind = load_balancer.kind.map(LoadBalancerKind::from);
    // What is refused here has changed nothing.
    let machines = named(machines).await?;
    let actions = [(&action, target_group.as_ref())];
    let deadline = context.deadline(wait, &load_balancer.name, kind, &actions).await?;
    let wanted = machines.into_iter().map(|machine| Wanted {
        action: action.clone(),
        machine,
        load_balancer: load_balancer.name.clone(),
        kind,
        target_group: target_group.clone(),
        port: port.clone(),
    });
    Pursuit::new(context, deadline, wanted).run().await
}

/// The machines, each once.
pub(super) async fn named(machines: Machines) -> Result<Vec<InstanceId>, Failure> {
    let mut named = if machines.own { vec![own::instance().await?] } else { machines.instances };
    let mut seen = BTreeSet::new();
    named.retain(|machine| seen.insert(machine.clone()));
    Ok(named)
}

impl Context {
    /// By when changes of these target groups, or of all, have to have settled, if they are waited for.
    pub(crate) async fn deadline(
        &self,
        wait: Wait,
        load_balancer: &LoadBalancerName,
        kind: Option<LoadBalancerKind>,
        actions: &[(&Action, Option<&TargetGroupName>)],
    ) -> Result<Option<Instant>, Failure> {
        let longest = match wait.wait {
            None => return Ok(None),
            Some(Longest::Seconds(longest)) => longest,
            Some(Longest::Settings) => match self.groups(load_balancer, kind).await {
                Ok(groups) => wait::longest(actions.iter().copied(), &groups),
                // Who may change one machine only does not see the settings.
                Err(failure) if failure.exit == Exit::NotPermitted => wait::UNKNOWN,
                Err(failure) => return Err(failure),
            },
        };
        Ok(Some(Instant::now() + longest))
    }

    /// The target groups of a load balancer.
    pub(crate) async fn groups(
        &self,
        load_balancer: &LoadBalancerName,
        kind: Option<LoadBalancerKind>,
    ) -> Result<Vec<TargetGroupTargets>, Failure> {
        let client = self.client().await?;
        let request = client.list_targets().elb_name(load_balancer.clone());
        let request = with(request, kind, ListTargets::kind);
        self.read(request.send().await).await
    }
}
