//! EC2: API version 2016-11-15.

mod filters;
mod instance_changes;
mod instances;
mod interfaces;
mod statuses;
mod subnets;
mod tags;
mod vpcs;

use super::action::actions;
use crate::state::{Moment, World};
use crate::wire::{AwsError, Params, Xml};

actions! {
    /// The actions of EC2.
    Ec2 {
        CreateSubnet,
        CreateTags,
        CreateVpc,
        DeleteSubnet,
        DeleteTags,
        DeleteVpc,
        DescribeAvailabilityZones,
        DescribeInstanceStatus,
        DescribeInstances,
        DescribeNetworkInterfaces,
        DescribeSecurityGroups,
        DescribeSubnets,
        DescribeTags,
        DescribeVpcs,
        RunInstances,
        StartInstances,
        StopInstances,
        TerminateInstances,
    }
}

/// Carries an action out and returns what stands in its result element.
pub(super) fn perform(action: Ec2, params: Params, world: &mut World, at: Moment) -> Result<Xml, AwsError> {
    match action {
        Ec2::CreateSubnet => subnets::create(params, world),
        Ec2::CreateTags => tags::create(params, world),
        Ec2::CreateVpc => vpcs::create(params, world),
        Ec2::DeleteSubnet => subnets::delete(params, world),
        Ec2::DeleteTags => tags::delete(params, world),
        Ec2::DeleteVpc => vpcs::delete(params, world),
        Ec2::DescribeAvailabilityZones => subnets::describe_zones(params, world),
        Ec2::DescribeInstanceStatus => statuses::describe(params, world, at.now),
        Ec2::DescribeInstances => instances::describe(params, world, at.now),
        Ec2::DescribeNetworkInterfaces => interfaces::describe(params, world, at.now),
        Ec2::DescribeSecurityGroups => vpcs::describe_security_groups(params, world),
        Ec2::DescribeSubnets => subnets::describe(params, world),
        Ec2::DescribeTags => tags::describe(params, world),
        Ec2::DescribeVpcs => vpcs::describe(params, world),
        Ec2::RunInstances => instance_changes::run(params, world, at.now),
        Ec2::StartInstances => instance_changes::start(params, world, at.now),
        Ec2::StopInstances => instance_changes::stop(params, world, at.now),
        Ec2::TerminateInstances => instance_changes::terminate(params, world, at.now),
    }
}

/// The error for a parameter that must be given. Rule: ec2-required-parameter.
fn missing(name: &str) -> AwsError {
    AwsError::new("MissingParameter", format!("The request must contain the parameter {name}"))
}

/// The answer of an action that has nothing to show.
fn done() -> Xml {
    let mut xml = Xml::default();
    xml.text("return", true);
    xml
}
