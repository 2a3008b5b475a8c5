//! Who is registered where, at one moment.

use std::collections::HashMap;

use crate::{GroupId, Instance, InstanceId, LoadBalancer, Target, TargetGroup, TargetType};

/// A load balancer with all its target groups and all their targets, as AWS showed them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The load balancer.
    pub load_balancer: LoadBalancer,
    /// Its target groups, in order of id.
    pub groups: Vec<GroupMembership>,
    /// Whose the registered addresses are.
    pub addresses: Addresses,
}

/// A target group with its targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupMembership {
    /// The target group.
    pub group: TargetGroup,
    /// Its targets, draining ones too.
    pub targets: Vec<Target>,
}

/// Which instance has which private address in the VPC of a load balancer, as far as it was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses(HashMap<String, InstanceId>);

impl Addresses {
    /// Adds the addresses of an instance.
    pub fn learn(&mut self, instance: &Instance) {
        self.0.extend(instance.private_ips.iter().map(|address| (address.clone(), instance.id.clone())));
    }

    /// The machine that a target of the group is. A target that is no instance and no address of one is none.
    #[must_use]
    pub fn machine(&self, group: &TargetGroup, target: &Target) -> Option<InstanceId> {
        match group.target_type {
            TargetType::Instance => InstanceId::parse(&target.key.id),
            TargetType::Ip => self.0.get(&target.key.id).cloned(),
            TargetType::Lambda | TargetType::Alb => None,
        }
    }

    /// Whether a target of the group is this machine.
    #[must_use]
    pub fn is_machine(&self, group: &TargetGroup, target: &Target, machine: &InstanceId) -> bool {
        match group.target_type {
            TargetType::Instance => target.key.id == machine.as_str(),
            TargetType::Ip => self.0.get(&target.key.id) == Some(machine),
            TargetType::Lambda | TargetType::Alb => false,
        }
    }
}

impl Membership {
    /// The groups in which machines can be registered.
    pub fn machine_groups(&self) -> impl Iterator<Item = &GroupMembership> {
        self.groups.iter().filter(|member| member.group.takes_machines())
    }

    /// The group of this name.
    #[must_use]
    pub fn group(&self, name: &str) -> Option<&GroupMembership> {
        self.groups.iter().find(|member| member.group.name == name)
    }

    /// The group that is known by this.
    #[must_use]
    pub fn member(&self, id: &GroupId) -> Option<&GroupMembership> {
        self.groups.iter().find(|member| member.group.id == *id)
    }

    /// Takes over what a later read of a group has shown.
    pub fn show(&mut self, id: &GroupId, targets: &[Target]) {
        if let Some(member) = self.groups.iter_mut().find(|member| member.group.id == *id) {
            targets.clone_into(&mut member.targets);
        }
    }

    /// Every registration of a machine, gone ones left out.
    pub fn registrations(&self) -> impl Iterator<Item = (InstanceId, &TargetGroup, &Target)> {
        self.groups.iter().flat_map(|member| {
            member
                .targets
                .iter()
                .filter(|target| !target.is_gone())
                .filter_map(|target| Some((self.addresses.machine(&member.group, target)?, &member.group, target)))
        })
    }

    /// The targets of a machine in one of the groups.
    pub fn targets_of<'a>(
        &'a self,
        member: &'a GroupMembership,
        machine: &'a InstanceId,
    ) -> impl Iterator<Item = &'a Target> {
        member.targets.iter().filter(|target| self.addresses.is_machine(&member.group, target, machine))
    }
}
