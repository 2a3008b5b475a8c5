//! Who is registered where, at one moment.

use crate::{InstanceId, LoadBalancer, Target, TargetGroup, TargetType};

/// A load balancer with all its target groups and all their targets, as AWS showed them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The load balancer.
    pub load_balancer: LoadBalancer,
    /// Its target groups, in order of ARN.
    pub groups: Vec<GroupMembership>,
}

/// A target group with its targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupMembership {
    /// The target group.
    pub group: TargetGroup,
    /// Its targets, draining ones too.
    pub targets: Vec<Target>,
}

impl Membership {
    /// The groups whose targets are instances.
    pub fn instance_groups(&self) -> impl Iterator<Item = &GroupMembership> {
        self.groups.iter().filter(|member| member.group.target_type == TargetType::Instance)
    }

    /// The group of this name.
    #[must_use]
    pub fn group(&self, name: &str) -> Option<&GroupMembership> {
        self.groups.iter().find(|member| member.group.name == name)
    }

    /// Every registration in a group of instances, with the instance it names, gone ones left out. A target whose id
    /// is not an instance id is left out too: AWS takes none in such a group.
    pub fn registrations(&self) -> impl Iterator<Item = (InstanceId, &TargetGroup, &Target)> {
        self.instance_groups().flat_map(|member| {
            member
                .targets
                .iter()
                .filter(|target| !target.is_gone())
                .filter_map(|target| Some((InstanceId::parse(&target.id)?, &member.group, target)))
        })
    }
}

impl GroupMembership {
    /// The entries of one instance.
    pub fn of<'a>(&'a self, instance: &'a InstanceId) -> impl Iterator<Item = &'a Target> {
        self.targets.iter().filter(move |target| target.id == instance.as_str())
    }
}
