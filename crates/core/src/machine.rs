//! The machines behind a load balancer: registrations joined with what EC2 says.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::{Instance, InstanceId, Membership, Target, TargetGroup, TargetState, TargetType};

/// A machine behind a load balancer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Its id.
    pub id: InstanceId,
    /// What EC2 says of it.
    pub instance: Knowledge,
    /// Its registrations, in order of group name and port.
    pub registrations: Vec<Registration>,
}

/// What EC2 says of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Knowledge {
    /// EC2 knows it.
    Known(Arc<Instance>),
    /// EC2 does not know it.
    Unknown,
    /// EC2 did not answer.
    Unavailable,
}

impl Knowledge {
    /// The instance, where EC2 knows it.
    #[must_use]
    pub fn instance(&self) -> Option<&Instance> {
        match self {
            Self::Known(instance) => Some(instance),
            Self::Unknown | Self::Unavailable => None,
        }
    }
}

impl From<Option<Arc<Instance>>> for Knowledge {
    /// From the answer of EC2.
    fn from(answer: Option<Arc<Instance>>) -> Self {
        answer.map_or(Self::Unknown, Self::Known)
    }
}

/// A registration of a machine in a target group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// The name of the target group; `None` in a Classic load balancer.
    pub group: Option<String>,
    /// The port; `None` in a Classic load balancer.
    pub port: Option<u16>,
    /// The address that is registered, in a group of addresses.
    pub address: Option<String>,
    /// Its state.
    pub state: TargetState,
    /// AWS's reason code.
    pub reason: Option<String>,
    /// AWS's description of the reason.
    pub description: Option<String>,
}

impl Registration {
    /// A target of a group as a registration of the machine that it is.
    pub(crate) fn of(group: &TargetGroup, target: &Target) -> Self {
        Self {
            group: (!group.is_classic()).then(|| group.name.clone()),
            port: target.key.port,
            address: (group.target_type == TargetType::Ip).then(|| target.key.id.clone()),
            state: target.state,
            reason: target.reason.clone(),
            description: target.description.clone(),
        }
    }
}

impl Machine {
    /// The worst state of its registrations; `None` where it has none.
    #[must_use]
    pub fn health(&self) -> Option<TargetState> {
        self.registrations.iter().map(|registration| registration.state).min()
    }
}

/// Every machine with a registration, in order of id.
#[must_use]
pub fn machines(membership: &Membership, known: impl IntoIterator<Item = Arc<Instance>>) -> Vec<Machine> {
    let mut known: HashMap<_, _> = known.into_iter().map(|instance| (instance.id.clone(), instance)).collect();
    let mut registrations: BTreeMap<InstanceId, Vec<Registration>> = BTreeMap::new();
    for (id, group, target) in membership.registrations() {
        registrations.entry(id).or_default().push(Registration::of(group, target));
    }
    registrations.into_iter().map(|(id, registrations)| joined(known.remove(&id).into(), id, registrations)).collect()
}

/// One machine, with a registration or without.
#[must_use]
pub fn machine(membership: &Membership, id: InstanceId, known: Knowledge) -> Machine {
    let registrations = membership
        .registrations()
        .filter(|(registered, ..)| *registered == id)
        .map(|(_, group, target)| Registration::of(group, target))
        .collect();
    joined(known, id, registrations)
}

fn joined(instance: Knowledge, id: InstanceId, mut registrations: Vec<Registration>) -> Machine {
    registrations.sort_by(|a, b| (&a.group, a.port).cmp(&(&b.group, b.port)));
    Machine { id, instance, registrations }
}
