//! `AddTags`, `RemoveTags`, `DescribeTags`, and the tags of what is made.

use super::{required, validation};
use crate::state::tags::Tags;
use crate::state::{World, check_balancing_keys, check_balancing_tags};
use crate::wire::{AwsError, Params, Xml};

/// The most resources of a call. Rule: twenty-tagged-resources.
const RESOURCES: usize = 20;

pub(crate) fn add(mut params: Params, world: &mut World) -> Result<Xml, AwsError> {
    let arns = resources(&mut params)?;
    let tags = read(&mut params)?;
    params.finish()?;
    if tags.is_empty() {
        return Err(validation("At least one tag must be specified"));
    }
    world.change_tags_of_arns(&arns, &tags, |own| own.set(&tags))?;
    Ok(Xml::default())
}

pub(crate) fn remove(mut params: Params, world: &mut World) -> Result<Xml, AwsError> {
    let arns = resources(&mut params)?;
    let keys = params.texts("TagKeys")?;
    params.finish()?;
    if keys.is_empty() {
        return Err(validation("At least one tag key must be specified"));
    }
    check_balancing_keys(&keys)?;
    world.change_tags_of_arns(&arns, &[], |own| keys.iter().for_each(|key| own.remove(key)))?;
    Ok(Xml::default())
}

pub(crate) fn describe(mut params: Params, world: &World) -> Result<Xml, AwsError> {
    let arns = resources(&mut params)?;
    params.finish()?;
    let found: Vec<(&String, Option<&Tags>)> =
        arns.iter().map(|arn| Ok((arn, world.tags_of_arn(arn)?))).collect::<Result<_, AwsError>>()?;
    let mut xml = Xml::default();
    xml.list("TagDescriptions", "member", found, |xml, (arn, tags)| {
        xml.text("ResourceArn", arn);
        xml.list("Tags", "member", tags.into_iter().flat_map(Tags::iter), |xml, (key, value)| {
            xml.text("Key", key);
            xml.text("Value", value);
        });
    });
    Ok(xml)
}

/// The tags of something that is being made.
pub(super) fn read_new(params: &mut Params) -> Result<Tags, AwsError> {
    Ok(read(params)?.into_iter().collect())
}

fn read(params: &mut Params) -> Result<Vec<(String, String)>, AwsError> {
    let mut tags = Vec::new();
    for mut tag in params.structures("Tags")? {
        let key = required(&mut tag, "Key", "tag key")?;
        let value = tag.text("Value").unwrap_or_default();
        tag.finish()?;
        tags.push((key, value));
    }
    check_balancing_tags(&tags)?;
    Ok(tags)
}

fn resources(params: &mut Params) -> Result<Vec<String>, AwsError> {
    let arns = params.texts("ResourceArns")?;
    match arns.len() {
        0 => Err(validation("At least one resource ARN must be specified")),
        count if count > RESOURCES => {
            Err(validation(format!("A call names at most {RESOURCES} resources, not {count}")))
        }
        _ => Ok(arns),
    }
}
