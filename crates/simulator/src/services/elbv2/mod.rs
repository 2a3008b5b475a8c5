//! Application, network and gateway load balancers: API version 2015-12-01.

mod actions;
mod attributes;
mod conditions;
mod limits;
mod listener_changes;
mod listener_rules;
mod listeners;
mod load_balancer_changes;
mod load_balancers;
mod tags;
mod target_group_changes;
mod target_groups;
mod target_health;
mod targets;

use super::action::actions;
use super::paging::{self, ForeignMarker, Page};
use crate::state::{Moment, World};
use crate::wire::{AwsError, Params, Xml};

actions! {
    /// The actions of the application, network and gateway load balancers.
    Elbv2 {
        AddTags,
        CreateListener,
        CreateLoadBalancer,
        CreateRule,
        CreateTargetGroup,
        DeleteListener,
        DeleteLoadBalancer,
        DeleteRule,
        DeleteTargetGroup,
        DeregisterTargets,
        DescribeAccountLimits,
        DescribeListeners,
        DescribeLoadBalancerAttributes,
        DescribeLoadBalancers,
        DescribeRules,
        DescribeTags,
        DescribeTargetGroupAttributes,
        DescribeTargetGroups,
        DescribeTargetHealth,
        ModifyListener,
        ModifyLoadBalancerAttributes,
        ModifyRule,
        ModifyTargetGroup,
        ModifyTargetGroupAttributes,
        RegisterTargets,
        RemoveTags,
        SetRulePriorities,
        SetSecurityGroups,
        SetSubnets,
    }
}

/// Carries an action out and returns what stands in its result element.
pub(super) fn perform(action: Elbv2, params: Params, world: &mut World, at: Moment) -> Result<Xml, AwsError> {
    match action {
        Elbv2::AddTags => tags::add(params, world),
        Elbv2::CreateListener => listener_changes::create(params, world, at.now),
        Elbv2::CreateLoadBalancer => load_balancer_changes::create(params, world, at.now),
        Elbv2::CreateRule => listener_rules::create(params, world, at.now),
        Elbv2::CreateTargetGroup => target_group_changes::create(params, world),
        Elbv2::DeleteListener => listener_changes::delete(params, world, at.now),
        Elbv2::DeleteLoadBalancer => load_balancer_changes::delete(params, world, at.now),
        Elbv2::DeleteRule => listener_rules::delete(params, world, at.now),
        Elbv2::DeleteTargetGroup => target_group_changes::delete(params, world),
        Elbv2::DeregisterTargets => targets::deregister(params, world, at),
        Elbv2::DescribeAccountLimits => limits::describe(params),
        Elbv2::DescribeListeners => listeners::describe(params, world),
        Elbv2::DescribeLoadBalancerAttributes => attributes::describe_of_load_balancer(params, world),
        Elbv2::DescribeLoadBalancers => load_balancers::describe(params, world, at.now),
        Elbv2::DescribeRules => listener_rules::describe(params, world),
        Elbv2::DescribeTags => tags::describe(params, world),
        Elbv2::DescribeTargetGroupAttributes => attributes::describe_of_target_group(params, world),
        Elbv2::DescribeTargetGroups => target_groups::describe(params, world),
        Elbv2::DescribeTargetHealth => target_health::describe(params, world, at.now),
        Elbv2::ModifyListener => listener_changes::modify(params, world, at.now),
        Elbv2::ModifyLoadBalancerAttributes => attributes::modify_of_load_balancer(params, world),
        Elbv2::ModifyRule => listener_rules::modify(params, world, at.now),
        Elbv2::ModifyTargetGroup => target_group_changes::modify(params, world),
        Elbv2::ModifyTargetGroupAttributes => attributes::modify_of_target_group(params, world),
        Elbv2::RegisterTargets => targets::register(params, world, at),
        Elbv2::RemoveTags => tags::remove(params, world),
        Elbv2::SetRulePriorities => listener_rules::set_priorities(params, world),
        Elbv2::SetSecurityGroups => load_balancer_changes::set_security_groups(params, world),
        Elbv2::SetSubnets => load_balancer_changes::set_subnets(params, world),
    }
}

/// The items of a page where nothing else is asked, and the most. Rule: page-size.
const PAGE_SIZE: u32 = 400;

/// What a call says of pages.
#[derive(Debug)]
pub(super) struct Paging {
    size: usize,
    marker: Option<String>,
}

impl Paging {
    pub(super) fn read(params: &mut Params) -> Result<Self, AwsError> {
        let size = params.number("PageSize", 1, PAGE_SIZE)?.unwrap_or(PAGE_SIZE);
        Ok(Self { size: size.try_into().unwrap_or(usize::MAX), marker: params.text("Marker") })
    }

    /// The page of the items; `question` is what the call asks beside its page.
    pub(super) fn page<T>(&self, items: Vec<T>, key: impl Fn(&T) -> &str, question: &str) -> Result<Page<T>, AwsError> {
        paging::page(items, key, question, self.size, self.marker.as_deref())
            .map_err(|ForeignMarker| validation("The marker is not valid for this request"))
    }
}

pub(super) fn validation(message: impl Into<String>) -> AwsError {
    AwsError::new("ValidationError", message)
}

/// A parameter that must be given. Rule: required-parameter.
pub(super) fn required(params: &mut Params, name: &str, words: &str) -> Result<String, AwsError> {
    params.text(name).ok_or_else(|| validation(format!("A {words} must be specified")))
}

/// A port; `None` where it is not given.
fn port(params: &mut Params, name: &str) -> Result<Option<u16>, AwsError> {
    Ok(params.number(name, 1, u16::MAX.into())?.and_then(|port| u16::try_from(port).ok()))
}

/// Takes the one type of addresses that there is. Rule: ipv4-only.
fn ipv4_only(params: &mut Params) -> Result<(), AwsError> {
    match params.text("IpAddressType") {
        None => Ok(()),
        Some(kind) if kind == "ipv4" => Ok(()),
        Some(other) => Err(validation(format!("IP address type '{other}' is not supported"))),
    }
}

/// Refuses a call that chooses in more than one way. Rule: one-choice.
fn at_most_one(choices: &[(&str, bool)]) -> Result<(), AwsError> {
    let given: Vec<&str> = choices.iter().filter(|(_, given)| *given).map(|(name, _)| *name).collect();
    if given.len() > 1 {
        return Err(validation(format!("You cannot specify {} in one request", given.join(" and "))));
    }
    Ok(())
}
