//! What does not fit together.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

/// Why something cannot be added to the simulator, or is not there to be changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FleetError {
    /// Regions are words and a number, as `us-east-1`.
    #[error("'{0}' is not a region such as us-east-1")]
    MalformedRegion(String),
    /// Not `i-` and 8 or 17 hexadecimal digits.
    #[error("'{0}' is not an instance id")]
    MalformedInstanceId(String),
    /// Names have 1 to 32 letters, digits and hyphens, with no hyphen at either end.
    #[error("'{0}' is not a name for a load balancer or target group")]
    MalformedName(String),
    /// There is another instance of this id.
    #[error("the instance '{0}' exists already")]
    DuplicateInstance(String),
    /// There is another load balancer of this name.
    #[error("the load balancer '{0}' exists already")]
    DuplicateLoadBalancer(String),
    /// There is another target group of this name.
    #[error("the target group '{0}' exists already")]
    DuplicateTargetGroup(String),
    /// There is another VPC of this id.
    #[error("the VPC '{0}' exists already")]
    DuplicateVpc(String),
    /// There is another subnet of this id.
    #[error("the subnet '{0}' exists already")]
    DuplicateSubnet(String),
    /// The addresses of a VPC or subnet that AWS does not take.
    #[error("'{block}' is no block of addresses for '{id}': {reason}")]
    Block {
        /// The VPC or subnet.
        id: String,
        /// Its addresses.
        block: Ipv4Net,
        /// What AWS wants.
        reason: &'static str,
    },
    /// No such subnet.
    #[error("there is no subnet '{0}'")]
    UnknownSubnet(String),
    /// The VPC has no subnet there.
    #[error("the VPC '{vpc}' has no subnet in '{zone}'")]
    NoSubnet {
        /// The VPC.
        vpc: String,
        /// The zone.
        zone: String,
    },
    /// The address is not one of the subnet, or taken; without an address, none is free.
    #[error("the subnet '{subnet}' cannot give {}", .address.map_or("an address".to_owned(), |address| address.to_string()))]
    Address {
        /// The subnet.
        subnet: String,
        /// The address.
        address: Option<Ipv4Addr>,
    },
    /// A tag that AWS does not take.
    #[error("'{resource}' cannot have the tag '{key}'")]
    Tag {
        /// What is tagged.
        resource: String,
        /// The key; that of the last tag where there are too many.
        key: String,
    },
    /// An attribute that the resource does not have, or not with this value.
    #[error("'{resource}': {reason}")]
    Attribute {
        /// The load balancer or target group.
        resource: String,
        /// What AWS would say.
        reason: String,
    },
    /// No such instance.
    #[error("there is no instance '{0}'")]
    UnknownInstance(String),
    /// No such load balancer.
    #[error("there is no load balancer '{0}'")]
    UnknownLoadBalancer(String),
    /// No such target group.
    #[error("there is no target group '{0}'")]
    UnknownTargetGroup(String),
    /// No such instance, and no target of this id.
    #[error("there is no instance or target '{0}'")]
    UnknownTarget(String),
    /// An instance that is being terminated, or has been, cannot be stopped.
    #[error("the instance '{0}' is terminated")]
    Gone(String),
    /// Only a stopped instance can be started.
    #[error("the instance '{0}' is not stopped")]
    NotStopped(String),
    /// An override that AWS would not show.
    #[error("targets of the load balancer '{load_balancer}' cannot be overridden so: {reason}")]
    Override {
        /// The load balancer.
        load_balancer: String,
        /// What AWS wants.
        reason: &'static str,
    },
    /// A setting of a target group that AWS does not take.
    #[error("target group '{name}': {reason}")]
    TargetGroupSetting {
        /// The target group.
        name: String,
        /// What AWS wants.
        reason: &'static str,
    },
    /// There is another Auto Scaling group of this name.
    #[error("the Auto Scaling group '{0}' exists already")]
    DuplicateAutoScalingGroup(String),
    /// A setting of a Classic load balancer that AWS does not take.
    #[error("Classic load balancer '{name}': {reason}")]
    ClassicSetting {
        /// The load balancer.
        name: String,
        /// What AWS would say.
        reason: String,
    },
    /// A setting of an Auto Scaling group that AWS does not take.
    #[error("Auto Scaling group '{name}': {reason}")]
    AutoScalingGroupSetting {
        /// The group.
        name: String,
        /// What AWS would say.
        reason: String,
    },
    /// An access key that AWS would not make.
    #[error("access key '{id}': {reason}")]
    AccessKey {
        /// Its id.
        id: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// A target that its group does not take.
    #[error("target group '{target_group}' does not take '{id}': {reason}")]
    Target {
        /// The target group.
        target_group: String,
        /// The target.
        id: String,
        /// What AWS would say.
        reason: String,
    },
}
