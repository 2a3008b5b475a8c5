//! What a change does: the calls to make, or why none is made.

use crate::choice::named_group;
use crate::{GroupMembership, Instance, InstanceId, Membership, Refusal, TargetGroup};

/// Which registrations a change is about, as far as the caller says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// The name of the target group.
    pub group: Option<String>,
    /// The port.
    pub port: Option<u16>,
}

/// What a step does to its registrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Registers them.
    Register,
    /// Deregisters them.
    Deregister,
}

/// One call that changes one target group: the registrations of one machine there, each port exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is done.
    pub change: Change,
    /// The target group.
    pub group: TargetGroup,
    /// The machine.
    pub instance: InstanceId,
    /// The ports, in order; never empty.
    pub ports: Vec<u16>,
}

/// Plans to attach a machine to a group that [`choose_group`](crate::choose_group) has chosen, on the given port or
/// else the group's own. A machine that is draining there is registered again.
///
/// # Errors
/// A [`Refusal`] where EC2 does not know the machine (`known` is `None`), where it is gone for good, or where it is
/// attached already.
pub fn plan_attach(
    chosen: &GroupMembership,
    instance: &InstanceId,
    known: Option<&Instance>,
    port: Option<u16>,
) -> Result<Step, Refusal> {
    let group = &chosen.group;
    let port = port.or(group.port).ok_or_else(|| Refusal::UnsupportedTargetGroup {
        group: group.name.clone(),
        target_type: group.target_type.as_str(),
    })?;
    let known = known.ok_or_else(|| Refusal::UnknownInstance(instance.clone()))?;
    if known.state.is_terminal() {
        return Err(Refusal::TerminatedInstance { instance: instance.clone(), state: known.state });
    }
    if chosen.of(instance).any(|target| target.port == Some(port) && target.is_live()) {
        return Err(Refusal::AlreadyAttached { instance: instance.clone(), group: group.name.clone(), port });
    }
    Ok(Step { change: Change::Register, group: group.clone(), instance: instance.clone(), ports: vec![port] })
}

/// Plans to detach a machine: every live registration that the selection covers, one step for each group, in order of
/// ARN. Membership alone decides: whether EC2 knows the machine does not matter.
///
/// # Errors
/// A [`Refusal`] where a named group is not there or takes no instances, or where no registration is live.
pub fn plan_detach(
    membership: &Membership,
    instance: &InstanceId,
    selection: &Selection,
) -> Result<Vec<Step>, Refusal> {
    let mut members: Vec<&GroupMembership> = match &selection.group {
        Some(name) => vec![named_group(membership, name)?],
        None => membership.instance_groups().collect(),
    };
    members.sort_by(|a, b| a.group.arn.cmp(&b.group.arn));
    let covered = |port: u16| selection.port.is_none_or(|wanted| wanted == port);

    let mut steps = Vec::new();
    let mut draining = false;
    for member in members {
        let mut ports = Vec::new();
        for target in member.of(instance).filter(|target| !target.is_gone()) {
            match target.port {
                Some(port) if covered(port) && target.is_live() => ports.push(port),
                Some(port) if covered(port) => draining = true,
                _ => {}
            }
        }
        if !ports.is_empty() {
            ports.sort_unstable();
            steps.push(Step {
                change: Change::Deregister,
                group: member.group.clone(),
                instance: instance.clone(),
                ports,
            });
        }
    }
    if !steps.is_empty() {
        return Ok(steps);
    }
    let (instance, place) = (instance.clone(), place(membership, selection));
    Err(if draining { Refusal::Draining { instance, place } } else { Refusal::NotAttached { instance, place } })
}

/// Where the caller looked, in words.
fn place(membership: &Membership, selection: &Selection) -> String {
    let place = match &selection.group {
        Some(group) => format!("target group '{group}'"),
        None => format!("load balancer '{}'", membership.load_balancer.name),
    };
    match selection.port {
        Some(port) => format!("{place} on port {port}"),
        None => place,
    }
}
