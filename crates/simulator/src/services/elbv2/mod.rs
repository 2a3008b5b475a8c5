//! Application, network and gateway load balancers: API version 2015-12-01.

mod listeners;
mod load_balancers;
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
        DescribeListeners,
        DescribeLoadBalancers,
        DescribeTargetGroups,
        DescribeTargetHealth,
        DeregisterTargets,
        RegisterTargets,
    }
}

/// Carries an action out and returns what stands in its result element.
pub(super) fn perform(action: Elbv2, params: Params, world: &mut World, at: Moment) -> Result<Xml, AwsError> {
    match action {
        Elbv2::DescribeListeners => listeners::describe(params, world),
        Elbv2::DescribeLoadBalancers => load_balancers::describe(params, world),
        Elbv2::DescribeTargetGroups => target_groups::describe(params, world),
        Elbv2::DescribeTargetHealth => target_health::describe(params, world, at.now),
        Elbv2::DeregisterTargets => targets::deregister(params, world, at),
        Elbv2::RegisterTargets => targets::register(params, world, at),
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

    /// The page of the items, which are brought into the order of their keys, each once. `question` is what the call asks
    /// beside its page.
    pub(super) fn page<T>(
        &self,
        mut items: Vec<T>,
        key: impl Fn(&T) -> &str,
        question: &str,
    ) -> Result<Page<T>, AwsError> {
        items.sort_by(|a, b| key(a).cmp(key(b)));
        items.dedup_by(|a, b| key(a) == key(b));
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

/// Refuses a call that chooses in more than one way. Rule: one-choice.
fn at_most_one(choices: &[(&str, bool)]) -> Result<(), AwsError> {
    let given: Vec<&str> = choices.iter().filter(|(_, given)| *given).map(|(name, _)| *name).collect();
    if given.len() > 1 {
        return Err(validation(format!("You cannot specify {} in one request", given.join(" and "))));
    }
    Ok(())
}
