//! `elbm ls`, `elbm show`, `elbm targets`

use comfy_table::Cell;
use elbm_client::builder::{ListLoadBalancers, ListMachinesElb};
use elbm_client::types::{self, LoadBalancerKind, MachineInfo, TargetGroupTargets};
use elbm_client::{Error, ResponseValue};

use super::{Context, with};
use crate::exit::Exit;
use crate::failure::{Failure, Request};
use crate::options::{LoadBalancer, Ls};
use crate::output::{Output, state, text};

/// What the client makes of an answer.
type Answered<T> = Result<ResponseValue<T>, Error<types::Error>>;

pub(crate) async fn load_balancers(context: &Context, ls: &Ls) -> Result<Exit, Failure> {
    let client = context.client().await?;
    let request = client.list_load_balancers();
    let request = with(request, ls.kind.map(LoadBalancerKind::from), ListLoadBalancers::kind);
    let request = with(request, ls.counts.then_some(true), ListLoadBalancers::counts);
    let listed = context.read(request.send().await).await?;
    context.output.show(&listed, || {
        let mut header = vec!["NAME", "KIND", "SCHEME", "STATE", "DNS NAME", "TARGET GROUPS"];
        if ls.counts {
            header.extend(["HEALTHY", "UNHEALTHY", "OTHER"]);
        }
        let rows = listed.iter().map(|one| {
            let counts = one.counts.as_ref().map(|all| [all.healthy, all.unhealthy, all.other]);
            load_balancer(one).into_iter().chain(counts.into_iter().flatten().map(Cell::new)).collect()
        });
        context.output.table(&header, rows.collect(), "There is no load balancer that this token is for.")
    })?;
    Ok(Exit::Done)
}

pub(crate) async fn machines(context: &Context, load_balancer: LoadBalancer) -> Result<Exit, Failure> {
    let LoadBalancer { name, kind } = load_balancer;
    let client = context.client().await?;
    let request = client.list_machines_elb().elb_name(name.clone());
    let request = with(request, kind.map(LoadBalancerKind::from), ListMachinesElb::kind);
    let listed = context.read(request.send().await).await?;
    let empty = format!("{} has no machines.", *name);
    context.output.show(&listed, || machine_table(context.output, &listed, &empty))?;
    Ok(Exit::Done)
}

pub(crate) async fn targets(context: &Context, load_balancer: LoadBalancer) -> Result<Exit, Failure> {
    let LoadBalancer { name, kind } = load_balancer;
    let listed = context.groups(&name, kind.map(LoadBalancerKind::from)).await?;
    context.output.show(&listed, || {
        if listed.is_empty() {
            return format!("{} has no target groups.\n", *name);
        }
        listed.iter().map(|group| heading(group) + &members(context.output, group)).collect::<Vec<_>>().join("\n")
    })?;
    Ok(Exit::Done)
}

impl Context {
    /// What the service answers to a question.
    pub(crate) async fn read<T>(&self, answer: Answered<T>) -> Result<T, Failure> {
        match answer {
            Ok(answer) => Ok(answer.into_inner()),
            Err(error) => Err(Failure::of(error, &self.server, Request::Read).await),
        }
    }
}

/// A line for each registration of each machine, and what to do about them.
pub(crate) fn machine_table(output: Output, machines: &[MachineInfo], empty: &str) -> String {
    let header =
        ["INSTANCE", "NAME", "TYPE", "STATE", "ZONE", "ADDRESS", "LAUNCHED", "GROUP", "PORT", "HEALTH", "REASON"];
    let rows = machines
        .iter()
        .flat_map(|machine| machine.targets.iter().map(|target| [described(machine), registered(target)].concat()));
    output.table(&header, rows.collect(), empty) + &remedies(machines)
}

/// What changes of each registration, narrow enough for a terminal, and what to do about it.
pub(crate) fn health_table(output: Output, machines: &[MachineInfo], empty: &str) -> String {
    let header = ["INSTANCE", "NAME", "ZONE", "GROUP", "PORT", "HEALTH", "REASON"];
    let row = |machine: &MachineInfo, target| {
        let which =
            [Cell::new(&machine.instance_id), text(machine.name.as_ref()), text(machine.availability_zone.as_ref())];
        which.into_iter().chain(registered(target)).collect()
    };
    let rows = machines.iter().flat_map(|machine| machine.targets.iter().map(move |target| row(machine, target)));
    output.table(&header, rows.collect(), empty) + &remedies(machines)
}

fn load_balancer(one: &types::LoadBalancer) -> Vec<Cell> {
    let groups: Vec<_> = one.target_groups.iter().map(|group| group.name.as_str()).collect();
    vec![
        Cell::new(&one.name),
        Cell::new(one.kind),
        text(one.scheme.as_ref()),
        text(one.state.as_ref()),
        text(one.dns_name.as_ref()),
        text(Some(groups.join(" ")).filter(|groups| !groups.is_empty()).as_ref()),
    ]
}

fn described(machine: &MachineInfo) -> Vec<Cell> {
    vec![
        Cell::new(&machine.instance_id),
        text(machine.name.as_ref()),
        text(machine.instance_type.as_ref()),
        text(machine.instance_state.as_ref()),
        text(machine.availability_zone.as_ref()),
        text(machine.private_ip_address.as_ref()),
        text(machine.launch_date.map(|date| date.format("%Y-%m-%d %H:%M")).as_ref()),
    ]
}

/// The cells of a registration: group, port, state, reason.
fn registered(target: &types::Registration) -> Vec<Cell> {
    vec![
        text(target.target_group.as_ref()),
        text(target.port.as_ref()),
        state(Some(target.state)),
        text(target.reason.as_ref()),
    ]
}

/// What to do about those that are not healthy, each sentence once.
fn remedies(machines: &[MachineInfo]) -> String {
    let mut sentences: Vec<_> =
        machines.iter().flat_map(|machine| &machine.targets).filter_map(|target| target.remedy.as_ref()).collect();
    sentences.sort();
    sentences.dedup();
    sentences.into_iter().fold(String::new(), |text, sentence| text + "→ " + sentence + "\n")
}

fn heading(group: &TargetGroupTargets) -> String {
    let mut words = Vec::new();
    words.extend(group.protocol.as_ref().map(|protocol| match group.port {
        Some(port) => format!("{protocol}:{port}"),
        None => protocol.clone(),
    }));
    words.extend(group.target_type.as_ref().map(|kind| format!("targets by {kind}")));
    words.push(if group.in_use { "in use".to_owned() } else { "not in use by any listener".to_owned() });
    words.extend(group.managed_by.as_ref().map(|manager| match &manager.name {
        Some(name) => format!("managed by {} {name}", manager.kind),
        None => format!("managed by {}", manager.kind),
    }));
    words.extend(group.settings.as_ref().map(|settings| format!("drains {} s", settings.deregistration_delay)));
    format!("{}: {}\n", group.target_group.as_deref().unwrap_or("registered"), words.join(", "))
}

fn members(output: Output, group: &TargetGroupTargets) -> String {
    let rows = group.targets.iter().map(|target| {
        let instance = target.instance_id.as_ref().filter(|instance| **instance != target.id);
        vec![
            Cell::new(&target.id),
            text(target.port.as_ref()),
            text(instance),
            text(target.availability_zone.as_ref()),
            state(Some(target.state)),
            text(target.reason.as_ref()),
            text(target.remedy.as_ref()),
        ]
    });
    let header = ["TARGET", "PORT", "INSTANCE", "ZONE", "STATE", "REASON", "REMEDY"];
    output.table(&header, rows.collect(), "(empty)")
}
