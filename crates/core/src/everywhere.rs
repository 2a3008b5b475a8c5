//! One machine in all load balancers and target groups of a region.

use crate::{
    Addresses, GroupId, GroupMembership, Instance, InstanceId, Kind, LoadBalancer, Registration, Target, TargetGroup,
    TargetType,
};

/// A target group, or a Classic load balancer, with its targets and with the load balancer that uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The load balancer; `None` where none uses the target group.
    pub load_balancer: Option<LoadBalancer>,
    /// The target group with its targets.
    pub member: GroupMembership,
}

impl Place {
    /// The kind of the load balancer; `None` where there is none.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        self.load_balancer.as_ref().map(|balancer| balancer.kind)
    }

    /// The name of the load balancer; `None` where there is none.
    #[must_use]
    pub fn load_balancer_name(&self) -> Option<&str> {
        self.load_balancer.as_ref().map(|balancer| balancer.name.as_str())
    }
}

/// The places of a region where a machine may be registered, as AWS showed them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Everywhere {
    /// The places, in order of the group's id.
    pub places: Vec<Place>,
    /// Whose the registered addresses are.
    pub addresses: Addresses,
}

/// A registration of a machine, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedRegistration {
    /// The name of the load balancer; `None` where none uses the target group.
    pub load_balancer: Option<String>,
    /// The kind of the load balancer.
    pub kind: Option<Kind>,
    /// The registration.
    pub registration: Registration,
}

impl Everywhere {
    /// The place of this group.
    #[must_use]
    pub fn place(&self, id: &GroupId) -> Option<&Place> {
        self.places.iter().find(|place| place.member.group.id == *id)
    }

    /// Takes over what a later read of a group has shown.
    pub fn show(&mut self, id: &GroupId, targets: &[Target]) {
        if let Some(place) = self.places.iter_mut().find(|place| place.member.group.id == *id) {
            targets.clone_into(&mut place.member.targets);
        }
    }

    /// The targets that are this machine in one of the places, gone ones left out.
    pub fn targets_of<'a>(&'a self, place: &'a Place, machine: &'a InstanceId) -> impl Iterator<Item = &'a Target> {
        place.member.targets.iter().filter(move |target| {
            !target.is_gone() && self.addresses.machine(&place.member.group, target).as_ref() == Some(machine)
        })
    }

    /// Every registration of a machine, draining ones too, in order of load balancer, target group and port.
    #[must_use]
    pub fn registrations(&self, machine: &InstanceId) -> Vec<PlacedRegistration> {
        let all = self.places.iter().flat_map(|place| {
            self.targets_of(place, machine).map(|target| PlacedRegistration {
                load_balancer: place.load_balancer_name().map(str::to_owned),
                kind: place.kind(),
                registration: Registration::of(&place.member.group, target),
            })
        });
        let mut all: Vec<_> = all.collect();
        let order = |placed: &PlacedRegistration| {
            let Registration { group, port, address, .. } = &placed.registration;
            (placed.load_balancer.clone(), placed.kind, group.clone(), *port, address.clone())
        };
        all.sort_by_cached_key(order);
        all
    }
}

/// Whether a machine may be registered in this group: by its id in a group of its VPC, by an address only where EC2 tells
/// its addresses. What is not known of either side excludes nothing; EC2 no longer tells the VPC of a terminated instance.
#[must_use]
pub fn may_have(group: &TargetGroup, known: Option<&Instance>) -> bool {
    let own = known.and_then(|instance| instance.vpc.as_deref());
    let same = match (own, group.vpc.as_deref()) {
        (Some(own), Some(wanted)) => own == wanted,
        _ => true,
    };
    match group.target_type {
        TargetType::Instance => same,
        TargetType::Ip => same && known.is_some_and(|instance| !instance.private_ips.is_empty()),
        TargetType::Lambda | TargetType::Alb => false,
    }
}
