//! `DescribeRules`, `CreateRule`, `ModifyRule`, `DeleteRule`, `SetRulePriorities`.

use chrono::{DateTime, Utc};

use super::{Paging, actions, at_most_one, conditions, required, tags, validation};
use crate::state::{Listener, ListenerRule, World};
use crate::wire::{AwsError, Params, Xml};

/// The last priority.
const LAST: u32 = 50_000;

/// A rule that is shown: with its ARN, its listener, and priority and content where it is no default rule.
type Shown<'a> = (String, &'a Listener, Option<(u32, &'a ListenerRule)>);

pub(crate) fn describe(mut params: Params, world: &World) -> Result<Xml, AwsError> {
    let listener = params.text("ListenerArn");
    let arns = params.texts("RuleArns")?;
    let paging = Paging::read(&mut params)?;
    params.finish()?;
    at_most_one(&[("a listener ARN", listener.is_some()), ("rule ARNs", !arns.is_empty())])?;
    let found: Vec<Shown<'_>> = match &listener {
        Some(arn) => {
            let (_, listener) = world.listener(arn)?;
            let own =
                listener.rules.iter().map(|(priority, rule)| (rule.arn.clone(), listener, Some((*priority, rule))));
            own.chain([(listener.default_rule_arn(), listener, None)]).collect()
        }
        // Rule: required-parameter.
        None if arns.is_empty() => {
            return Err(validation("You must specify either listener rule ARNs or a listener ARN"));
        }
        None => arns.iter().map(|arn| shown(world, arn)).collect::<Result<_, _>>()?,
    };
    // In the order of their priorities, the default rule last.
    let place = |(arn, _, rule): &Shown<'_>| format!("{:05} {arn}", rule.map_or(LAST + 1, |(priority, _)| priority));
    let placed: Vec<(String, Shown<'_>)> = found.into_iter().map(|shown| (place(&shown), shown)).collect();
    let page = paging.page(placed, |(place, _)| place, &format!("rules {listener:?} {arns:?}"))?;
    let mut xml = encode(page.items.into_iter().map(|(_, shown)| shown));
    xml.optional("NextMarker", page.next);
    Ok(xml)
}

pub(crate) fn create(mut params: Params, world: &mut World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    let listener = required(&mut params, "ListenerArn", "listener ARN")?;
    let priority = params.number("Priority", 1, LAST)?.ok_or_else(|| validation("A priority must be specified"))?;
    let conditions = conditions::read(&mut params)?;
    let action = actions::read(&mut params, "Actions")?.ok_or_else(|| validation("An action must be specified"))?;
    let tags = tags::read_new(&mut params)?;
    params.finish()?;
    if conditions.is_empty() {
        return Err(validation("A condition must be specified"));
    }
    let rule = ListenerRule { arn: String::new(), conditions, action, tags };
    let arn = world.create_rule(&listener, priority, rule, now)?;
    Ok(encode([shown(world, &arn)?]))
}

pub(crate) fn modify(mut params: Params, world: &mut World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    let arn = required(&mut params, "RuleArn", "rule ARN")?;
    let conditions = Some(conditions::read(&mut params)?).filter(|given| !given.is_empty());
    let action = actions::read(&mut params, "Actions")?;
    params.finish()?;
    if conditions.is_none() && action.is_none() {
        return Err(validation("Either conditions or actions must be specified"));
    }
    world.modify_rule(&arn, conditions, action, now)?;
    Ok(encode([shown(world, &arn)?]))
}

pub(crate) fn delete(mut params: Params, world: &mut World, now: DateTime<Utc>) -> Result<Xml, AwsError> {
    let arn = required(&mut params, "RuleArn", "rule ARN")?;
    params.finish()?;
    world.delete_rule(&arn, now)?;
    Ok(Xml::default())
}

pub(crate) fn set_priorities(mut params: Params, world: &mut World) -> Result<Xml, AwsError> {
    let mut wanted = Vec::new();
    for mut pair in params.structures("RulePriorities")? {
        let arn = required(&mut pair, "RuleArn", "rule ARN")?;
        let priority = pair.number("Priority", 1, LAST)?.ok_or_else(|| validation("A priority must be specified"))?;
        pair.finish()?;
        wanted.push((arn, priority));
    }
    params.finish()?;
    world.set_rule_priorities(&wanted)?;
    let rules: Vec<Shown<'_>> = wanted.iter().map(|(arn, _)| shown(world, arn)).collect::<Result<_, _>>()?;
    Ok(encode(rules))
}

fn shown<'a>(world: &'a World, arn: &str) -> Result<Shown<'a>, AwsError> {
    let (listener, rule) = world.rule(arn)?;
    Ok((arn.to_owned(), listener, rule))
}

/// Rule: default-rule.
fn encode<'a>(rules: impl IntoIterator<Item = Shown<'a>>) -> Xml {
    let mut xml = Xml::default();
    xml.list("Rules", "member", rules, |xml, (arn, listener, rule)| {
        xml.text("RuleArn", arn);
        xml.text("Priority", rule.map_or_else(|| "default".to_owned(), |(priority, _)| priority.to_string()));
        let own = rule.iter().flat_map(|(_, rule)| &rule.conditions);
        xml.list("Conditions", "member", own, conditions::encode);
        let action = rule.map_or(&listener.default_action, |(_, rule)| &rule.action);
        xml.list("Actions", "member", [action], actions::encode);
        xml.text("IsDefault", rule.is_none());
    });
    xml
}
