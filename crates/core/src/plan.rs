//! What a change does: the calls to make, or why none is made.

use crate::choice::named_group;
use crate::{GroupMembership, Instance, InstanceId, Kind, Membership, Refusal, TargetGroup, TargetKey, TargetType};

/// Which registrations a change is about, as far as the caller says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Selection {
    /// The name of the target group.
    pub group: Option<String>,
    /// The port.
    pub port: Option<u16>,
}

impl Selection {
    /// Whether a registration in this group is one of those.
    #[must_use]
    pub fn covers(&self, group: &TargetGroup, key: &TargetKey) -> bool {
        self.group.as_ref().is_none_or(|name| *name == group.name)
            && self.port.is_none_or(|port| key.port == Some(port))
    }
}

/// What a step does to its registrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// Registers them.
    Register,
    /// Deregisters them.
    Deregister,
}

/// One change of one target group: registrations of one machine there, each key exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is done.
    pub change: Change,
    /// The target group.
    pub group: TargetGroup,
    /// The machine.
    pub instance: InstanceId,
    /// The registrations, in order; never empty.
    pub keys: Vec<TargetKey>,
}

/// Plans to attach a machine to a group that [`choose_group`](crate::choose_group) has chosen, on the given port or
/// else the group's own; to a group of addresses with its primary private address. A machine that is draining there is
/// registered again.
///
/// # Errors
/// A [`Refusal`] where EC2 does not know the machine (`known` is `None`), where it is gone for good, stopped, in another VPC
/// or in a zone that the load balancer does not serve, where a port is given that the group does not have, or where it is
/// attached already.
pub fn plan_attach(
    membership: &Membership,
    chosen: &GroupMembership,
    instance: &InstanceId,
    known: Option<&Instance>,
    port: Option<u16>,
) -> Result<Step, Refusal> {
    let group = &chosen.group;
    let port = port_in(group, port)?;
    let known = known.ok_or_else(|| Refusal::UnknownInstance(instance.clone()))?;
    if known.state.is_terminal() {
        return Err(Refusal::TerminatedInstance { instance: instance.clone(), state: known.state });
    }
    if let (Some(own), Some(wanted)) = (&known.vpc, &group.vpc)
        && own != wanted
    {
        return Err(Refusal::OtherVpc { instance: instance.clone(), own: own.clone(), group: group.name.clone() });
    }
    let live = membership.targets_of(chosen, instance).any(|target| target.key.port == port && target.is_live());
    if live {
        return Err(Refusal::AlreadyAttached {
            instance: instance.clone(),
            place: place(&membership.load_balancer.name, Some(group), port),
        });
    }
    let classic_takes_stopped = group.is_classic();
    if known.state.is_stopped() && !classic_takes_stopped {
        return Err(Refusal::StoppedInstance(instance.clone()));
    }
    let zones = &membership.load_balancer.zones;
    if let Some(zone) = &known.availability_zone
        && !zones.is_empty()
        && !zones.contains(zone)
    {
        let (instance, zone) = (instance.clone(), zone.clone());
        let load_balancer = membership.load_balancer.name.clone();
        return Err(Refusal::ZoneNotEnabled { instance, zone, load_balancer, zones: zones.clone() });
    }
    let id = match group.target_type {
        TargetType::Ip => known.private_ip.clone().ok_or_else(|| Refusal::NoAddress(instance.clone()))?,
        _ => instance.to_string(),
    };
    let keys = vec![TargetKey { id, port, zone: None }];
    Ok(Step { change: Change::Register, group: group.clone(), instance: instance.clone(), keys })
}

/// The port on which a machine is registered in a group.
fn port_in(group: &TargetGroup, port: Option<u16>) -> Result<Option<u16>, Refusal> {
    match (group.is_classic(), port.or(group.port)) {
        (true, None) => Ok(None),
        (true, Some(_)) => Err(Refusal::ClassicHasNoPorts(group.name.clone())),
        (false, Some(port)) => Ok(Some(port)),
        (false, None) => {
            Err(Refusal::UnsupportedTargetGroup { group: group.name.clone(), target_type: group.target_type.as_str() })
        }
    }
}

/// Plans to detach a machine: every live registration that the selection covers, one step for each group, in order of
/// id. Membership alone decides: whether EC2 knows the machine does not matter.
///
/// # Errors
/// A [`Refusal`] where a named group is not there or takes no machines, or where no registration is live.
pub fn plan_detach(
    membership: &Membership,
    instance: &InstanceId,
    selection: &Selection,
) -> Result<Vec<Step>, Refusal> {
    let mut members: Vec<&GroupMembership> = match &selection.group {
        Some(name) => vec![named_group(membership, name)?],
        None => membership.machine_groups().collect(),
    };
    if membership.load_balancer.kind == Kind::Classic && selection.port.is_some() {
        return Err(Refusal::ClassicHasNoPorts(membership.load_balancer.name.clone()));
    }
    members.sort_by(|a, b| a.group.id.cmp(&b.group.id));

    let mut steps = Vec::new();
    let mut draining = false;
    for member in members {
        let there = membership.targets_of(member, instance).filter(|target| !target.is_gone());
        let covered = there.filter(|target| selection.covers(&member.group, &target.key));
        let (live, leaving): (Vec<_>, Vec<_>) = covered.partition(|target| target.is_live());
        draining |= !leaving.is_empty();
        if !live.is_empty() {
            let mut keys: Vec<_> = live.into_iter().map(|target| target.key.clone()).collect();
            keys.sort();
            let (group, instance) = (member.group.clone(), instance.clone());
            steps.push(Step { change: Change::Deregister, group, instance, keys });
        }
    }
    if !steps.is_empty() {
        return Ok(steps);
    }
    let group = selection.group.as_deref().and_then(|name| membership.group(name)).map(|member| &member.group);
    let place = place(&membership.load_balancer.name, group, selection.port);
    let instance = instance.clone();
    Err(if draining { Refusal::Draining { instance, place } } else { Refusal::NotAttached { instance, place } })
}

/// Every registration of a machine that the selection covers, draining ones too, as steps that would make or end them.
#[must_use]
pub fn present(membership: &Membership, instance: &InstanceId, selection: &Selection, change: Change) -> Vec<Step> {
    let steps = membership.groups.iter().map(|member| {
        let there = membership.targets_of(member, instance).filter(|target| !target.is_gone());
        let covered = there.filter(|target| selection.covers(&member.group, &target.key));
        let keys = covered.map(|target| target.key.clone()).collect();
        Step { change, group: member.group.clone(), instance: instance.clone(), keys }
    });
    steps.filter(|step| !step.keys.is_empty()).collect()
}

/// Where a machine is or was looked for, in words.
fn place(load_balancer: &str, group: Option<&TargetGroup>, port: Option<u16>) -> String {
    let place = match group.filter(|group| !group.is_classic()) {
        Some(group) => format!("target group '{}'", group.name),
        None => format!("load balancer '{load_balancer}'"),
    };
    match port {
        Some(port) => format!("{place} on port {port}"),
        None => place,
    }
}
