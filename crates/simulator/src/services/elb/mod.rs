//! Classic load balancers: API version 2012-06-01.

mod attributes;
mod create;
mod describe;
mod health_check;
mod instances;
mod tags;
mod zones;

use super::action::actions;
use super::elbv2::{Paging, required, validation};
use crate::state::{Moment, World};
use crate::wire::{AwsError, Params, Xml};

actions! {
    /// The actions of the Classic load balancers.
    Elb {
        AddTags,
        ConfigureHealthCheck,
        CreateLoadBalancer,
        DeleteLoadBalancer,
        DeregisterInstancesFromLoadBalancer,
        DescribeInstanceHealth,
        DescribeLoadBalancerAttributes,
        DescribeLoadBalancers,
        DescribeTags,
        DisableAvailabilityZonesForLoadBalancer,
        EnableAvailabilityZonesForLoadBalancer,
        ModifyLoadBalancerAttributes,
        RegisterInstancesWithLoadBalancer,
        RemoveTags,
    }
}

/// Carries an action out and returns what stands in its result element.
pub(super) fn perform(action: Elb, params: Params, world: &mut World, at: Moment) -> Result<Xml, AwsError> {
    match action {
        Elb::AddTags => tags::add(params, world),
        Elb::ConfigureHealthCheck => health_check::configure(params, world, at),
        Elb::CreateLoadBalancer => create::create(params, world, at),
        Elb::DeleteLoadBalancer => create::delete(params, world),
        Elb::DeregisterInstancesFromLoadBalancer => instances::deregister(params, world, at),
        Elb::DescribeInstanceHealth => instances::describe_health(params, world, at.now),
        Elb::DescribeLoadBalancerAttributes => attributes::describe(params, world),
        Elb::DescribeLoadBalancers => describe::describe(params, world, at.now),
        Elb::DescribeTags => tags::describe(params, world),
        Elb::DisableAvailabilityZonesForLoadBalancer => zones::disable(params, world),
        Elb::EnableAvailabilityZonesForLoadBalancer => zones::enable(params, world),
        Elb::ModifyLoadBalancerAttributes => attributes::modify(params, world),
        Elb::RegisterInstancesWithLoadBalancer => instances::register(params, world, at),
        Elb::RemoveTags => tags::remove(params, world),
    }
}

/// The load balancer that a call is about.
fn load_balancer_name(params: &mut Params) -> Result<String, AwsError> {
    required(params, "LoadBalancerName", "load balancer name")
}

/// A list that names one at least. Rule: required-parameter.
fn some<T>(list: Vec<T>, words: &str) -> Result<Vec<T>, AwsError> {
    if list.is_empty() { Err(validation(format!("At least one {words} must be specified"))) } else { Ok(list) }
}

fn missing(parameter: &str) -> AwsError {
    validation(format!("The parameter {parameter} must be specified"))
}
