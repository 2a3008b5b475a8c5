//! What attaches and detaches do, one or many.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::{
    Change, GroupId, Instance, InstanceId, Membership, Refusal, Selection, Step, TargetKey, choose_group, plan_attach,
    plan_detach, present,
};

/// An attach or a detach of one machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeItem {
    /// What is to be done.
    pub change: Change,
    /// The machine.
    pub instance: InstanceId,
    /// The registrations, as far as the caller says.
    pub selection: Selection,
}

/// What is to be done about an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Planned {
    /// These steps, one for each target group.
    Steps(Vec<Step>),
    /// Nothing: it is so already.
    Unchanged {
        /// The steps that would have made it so, where there is a registration, draining ones included.
        steps: Vec<Step>,
        /// What says so to a caller who wants to be told.
        refusal: Refusal,
    },
    /// Nothing: it cannot be done.
    Refused(Refusal),
}

impl Planned {
    /// The steps to make.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        match self {
            Self::Steps(steps) => steps,
            Self::Unchanged { .. } | Self::Refused(_) => &[],
        }
    }
}

/// Plans an item. `default_groups` are the groups that the default actions of the listeners forward to; they matter where
/// an attach names none. `known` is what EC2 says of the machine; only an attach wants it.
#[must_use]
pub fn plan_change(
    membership: &Membership,
    default_groups: &[GroupId],
    item: &ChangeItem,
    known: Option<&Instance>,
) -> Planned {
    let ChangeItem { change, instance, selection } = item;
    let planned = match change {
        Change::Register => choose_group(membership, selection.group.as_deref(), default_groups)
            .and_then(|chosen| plan_attach(membership, chosen, instance, known, selection.port).map(|step| vec![step])),
        Change::Deregister => plan_detach(membership, instance, selection),
    };
    let refusal = match planned {
        Ok(steps) => return Planned::Steps(steps),
        Err(refusal) => refusal,
    };
    let selection = match (&refusal, choose_group(membership, selection.group.as_deref(), default_groups)) {
        (Refusal::AlreadyAttached { .. }, Ok(chosen)) => {
            Selection { group: Some(chosen.group.name.clone()), port: selection.port.or(chosen.group.port) }
        }
        (Refusal::Draining { .. } | Refusal::NotAttached { .. }, _) => selection.clone(),
        _ => return Planned::Refused(refusal),
    };
    Planned::Unchanged { steps: present(membership, instance, &selection, *change), refusal }
}

/// Plans the items of a change set, each by itself and all on the same membership. `known` is what EC2 says of the machines
/// to attach.
///
/// # Errors
/// [`Refusal::RepeatedTarget`] where two items are about the same registration.
pub fn plan_changes(
    membership: &Membership,
    default_groups: &[GroupId],
    items: &[ChangeItem],
    known: &BTreeMap<InstanceId, Arc<Instance>>,
) -> Result<Vec<Planned>, Refusal> {
    let planned: Vec<_> = items
        .iter()
        .map(|item| {
            plan_change(membership, default_groups, item, known.get(&item.instance).map(|instance| &**instance))
        })
        .collect();
    let mut asked: HashMap<(&InstanceId, &Selection), usize> = HashMap::new();
    let mut targets: HashMap<(&GroupId, &TargetKey), usize> = HashMap::new();
    for (second, (item, planned)) in items.iter().zip(&planned).enumerate() {
        let repeated = |first, place: &str| Refusal::RepeatedTarget {
            first,
            second,
            instance: item.instance.clone(),
            place: place.to_owned(),
        };
        let balancer = format!("load balancer '{}'", membership.load_balancer.name);
        if let Some(first) = asked.insert((&item.instance, &item.selection), second) {
            return Err(repeated(first, &balancer));
        }
        let (Planned::Steps(steps) | Planned::Unchanged { steps, .. }) = planned else { continue };
        for step in steps {
            for key in &step.keys {
                if let Some(first) = targets.insert((&step.group.id, key), second) {
                    return Err(repeated(first, &format!("'{}'", step.group.name)));
                }
            }
        }
    }
    Ok(planned)
}
