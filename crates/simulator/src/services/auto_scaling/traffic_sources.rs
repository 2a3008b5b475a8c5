//! The target groups and Classic load balancers of a group: attached, detached, described.

use chrono::{DateTime, Utc};

use super::{Paging, at_most, group_name, validation};
use crate::state::auto_scaling::TrafficSource;
use crate::state::{Moment, World};
use crate::wire::{AwsError, Params, Xml};

/// The most that a call attaches or detaches. Rule: asg-attach.
const MOST: usize = 10;

/// Which of them an action is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    TargetGroups,
    Classic,
}

pub(super) fn attach(kind: Kind, mut params: Params, world: &mut World, at: Moment) -> Result<Xml, AwsError> {
    let (name, sources) = group_and_sources(kind, &mut params)?;
    world.attach(&name, sources, at)?;
    Ok(Xml::default())
}

pub(super) fn detach(kind: Kind, mut params: Params, world: &mut World, at: Moment) -> Result<Xml, AwsError> {
    let (name, sources) = group_and_sources(kind, &mut params)?;
    world.detach(&name, sources, at)?;
    Ok(Xml::default())
}

/// Rule: asg-attachment-states.
pub(super) fn describe(kind: Kind, mut params: Params, world: &World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    let name = group_name(&mut params)?;
    let paging = Paging::read(&mut params, 100, 100)?;
    params.finish()?;
    let group = world.scaling_group(&name)?;
    let found = world.attachment_states(group, now);
    let found = found.filter_map(|(source, state)| Some((kind.word_of(source)?, state))).collect();
    let page = paging.page(found, |(word, _)| word, &format!("traffic sources {kind:?} {name}"))?;

    let mut xml = Xml::default();
    let (list, item) = match kind {
        Kind::TargetGroups => ("LoadBalancerTargetGroups", "LoadBalancerTargetGroupARN"),
        Kind::Classic => ("LoadBalancers", "LoadBalancerName"),
    };
    xml.list(list, "member", page.items, |xml, (word, state)| {
        xml.text(item, word);
        xml.text("State", state);
    });
    xml.optional("NextToken", page.next);
    Ok(xml)
}

fn group_and_sources(kind: Kind, params: &mut Params) -> Result<(String, Vec<TrafficSource>), AwsError> {
    let name = group_name(params)?;
    let (parameter, source): (_, fn(String) -> TrafficSource) = match kind {
        Kind::TargetGroups => ("TargetGroupARNs", TrafficSource::TargetGroup),
        Kind::Classic => ("LoadBalancerNames", TrafficSource::Classic),
    };
    let words = at_most(params.texts(parameter)?, MOST, parameter)?;
    params.finish()?;
    if words.is_empty() {
        return Err(validation(format!("{parameter} must be specified")));
    }
    Ok((name, words.into_iter().map(source).collect()))
}

impl Kind {
    /// The ARN or name, where it is of this kind.
    fn word_of(self, source: &TrafficSource) -> Option<&str> {
        match (self, source) {
            (Self::TargetGroups, TrafficSource::TargetGroup(word)) | (Self::Classic, TrafficSource::Classic(word)) => {
                Some(word)
            }
            _ => None,
        }
    }
}
