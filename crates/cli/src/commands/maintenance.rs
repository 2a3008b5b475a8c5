//! `elbm where`, `elbm drain`, `elbm restore`

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use elbm_client::types::{
    AutoScalingWay, Drained, DrainedMachine, InstanceId, LoadBalancerKind, LoadBalancerName, MachineEverywhere,
    OnlyTrue,
};

use super::Context;
use super::change::named;
use crate::change::Placed;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::{Drain, Longest, Restore, Wait, Where};
use crate::outing::{Outing, Way};
use crate::output::{Output, say, text};
use crate::own;
use crate::pursuit::Pursuit;
use crate::wait;
use crate::wanted::Action;

/// Shows one machine everywhere, or all that are out for maintenance.
pub(crate) async fn show(context: &Context, command: Where) -> Result<Exit, Failure> {
    if command.drained {
        let client = context.client().await?;
        let listed = context.read(client.list_instances().drained(OnlyTrue::True).send().await).await?;
        context.output.show(&listed, || drained_table(context.output, &listed))?;
        return Ok(Exit::Done);
    }
    let machine = match command.instance {
        Some(machine) => machine,
        None => own::instance().await?,
    };
    let shown = everywhere(context, machine).await?;
    context.output.show(&shown, || table(context.output, &shown))?;
    if !shown.complete {
        say("careful: not everything could be looked at");
    }
    shown.warnings.iter().for_each(|warning| say(&format!("careful: {warning}")));
    Ok(Exit::Done)
}

pub(crate) async fn drain(context: &Context, drain: Drain) -> Result<Exit, Failure> {
    let machines = named(drain.machines).await?;
    let detach = Action::Detach { force: false, reason: None };
    let deadline = context.deadline_everywhere(drain.wait, &machines, &detach).await?;
    let way = Way::Drain {
        force: drain.force.force,
        reason: drain.force.reason,
        asg: drain.standby.then_some(AutoScalingWay::Standby),
    };
    let outings = machines.into_iter().map(|machine| Outing::new(machine, way.clone()));
    Pursuit::new(context, deadline, outings).run().await
}

pub(crate) async fn restore(context: &Context, restore: Restore) -> Result<Exit, Failure> {
    let machines = named(restore.machines).await?;
    let deadline = context.deadline_everywhere(restore.wait, &machines, &Action::Attach).await?;
    let way = Way::Restore { skip_gone: restore.skip_gone };
    let outings = machines.into_iter().map(|machine| Outing::new(machine, way.clone()));
    Pursuit::new(context, deadline, outings).run().await
}

async fn everywhere(context: &Context, machine: InstanceId) -> Result<MachineEverywhere, Failure> {
    let client = context.client().await?;
    context.read(client.get_instance().instance_id(machine).send().await).await
}

impl Context {
    /// By when changes of these machines, wherever they are or are to be, have to have settled, if they are waited for.
    async fn deadline_everywhere(
        &self,
        wait: Wait,
        machines: &[InstanceId],
        action: &Action,
    ) -> Result<Option<Instant>, Failure> {
        let longest = match wait.wait {
            None => return Ok(None),
            Some(Longest::Seconds(longest)) => longest,
            Some(Longest::Settings) => {
                let mut longest = Duration::ZERO;
                for (name, kind) in self.load_balancers_of(machines).await? {
                    let groups = self.groups(&name, kind).await?;
                    longest = longest.max(wait::longest([(action, None)], &groups));
                }
                longest
            }
        };
        Ok(Some(Instant::now() + longest))
    }

    /// The load balancers that these machines are in or were drained from.
    async fn load_balancers_of(
        &self,
        machines: &[InstanceId],
    ) -> Result<BTreeSet<(LoadBalancerName, Option<LoadBalancerKind>)>, Failure> {
        let mut found = BTreeSet::new();
        for machine in machines {
            let shown = everywhere(self, machine.clone()).await?;
            let registered = shown.registrations.iter().map(|one| (&one.load_balancer, one.kind));
            let drained =
                shown.drained.iter().flat_map(|drained| &drained.from).map(|one| (&one.load_balancer, one.kind));
            found.extend(
                registered.chain(drained).filter_map(|(name, kind)| Some((name.as_ref()?.parse().ok()?, kind))),
            );
        }
        Ok(found)
    }
}

fn table(output: Output, machine: &MachineEverywhere) -> String {
    let facts = [
        Some(machine.instance_id.clone()),
        machine.name.clone(),
        machine.instance_type.clone(),
        machine.instance_state.map(|state| state.to_string()),
        machine.availability_zone.clone(),
        machine.private_ip_address.clone(),
        machine.auto_scaling_group.as_ref().map(|group| format!("of Auto Scaling group {group}")),
    ];
    let head = facts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let rows = machine.registrations.iter().map(|one| Placed::from(one).cells());
    let header = ["LOAD BALANCER", "GROUP", "PORT", "STATE", "REASON"];
    let table = output.table(&header, rows.collect(), "registered nowhere");
    format!("{head}\n{}\n{table}", machine.drained.as_ref().map_or_else(String::new, |drained| out(drained) + "\n"))
}

/// Since when and why a machine is out, and what a restore makes again.
fn out(drained: &Drained) -> String {
    let since = drained.since.format("%Y-%m-%d %H:%M UTC");
    let why = drained.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
    let from: Vec<_> = drained
        .from
        .iter()
        .map(|one| {
            let words = [one.load_balancer.clone(), one.target_group.clone(), one.port.map(|port| port.to_string())];
            words.into_iter().flatten().collect::<Vec<_>>().join("/")
        })
        .collect();
    format!("out for maintenance since {since}, by {}{why}; from {}", drained.by, from.join(" "))
}

fn drained_table(output: Output, machines: &[DrainedMachine]) -> String {
    let rows = machines.iter().map(|machine| {
        let drained = machine.drained.as_ref();
        vec![
            text(Some(&machine.instance_id)),
            text(machine.name.as_ref()),
            text(Some(&machine.instance_state)),
            text(drained.map(|drained| drained.since.format("%Y-%m-%d %H:%M")).as_ref()),
            text(drained.map(|drained| &drained.by)),
            text(drained.and_then(|drained| drained.reason.as_ref())),
            text(Some(machine.warnings.join("; ")).filter(|warnings| !warnings.is_empty()).as_ref()),
        ]
    });
    let header = ["INSTANCE", "NAME", "STATE", "SINCE (UTC)", "BY", "REASON", "CAREFUL"];
    output.table(&header, rows.collect(), "No machine is out for maintenance.")
}
