//! `AddTags`, `RemoveTags`, `DescribeTags`.

use super::{missing, some, validation};
use crate::state::World;
use crate::wire::{AwsError, Params, Xml};

/// The most load balancers whose tags a call asks for. Rule: classic-tags.
const DESCRIBED: usize = 20;

pub(super) fn add(mut params: Params, world: &mut World) -> Result<Xml, AwsError> {
    let name = only_name(&mut params)?;
    let tags = some(params.structures("Tags")?, "tag")?;
    params.finish()?;
    world.tag_classic(&name, read_tags(tags)?)?;
    Ok(Xml::default())
}

pub(super) fn remove(mut params: Params, world: &mut World) -> Result<Xml, AwsError> {
    let name = only_name(&mut params)?;
    let tags = some(params.structures("Tags")?, "tag")?;
    params.finish()?;
    let key = |mut params: Params| {
        let key = params.text("Key").ok_or_else(|| missing("Tags.Key"))?;
        params.finish().map(|()| key)
    };
    let keys: Vec<String> = tags.into_iter().map(key).collect::<Result<_, _>>()?;
    world.untag_classic(&name, &keys)?;
    Ok(Xml::default())
}

pub(super) fn describe(mut params: Params, world: &World) -> Result<Xml, AwsError> {
    let names = some(params.texts("LoadBalancerNames")?, "load balancer name")?;
    params.finish()?;
    if names.len() > DESCRIBED {
        return Err(validation(format!("Tags of at most {DESCRIBED} load balancers can be described")));
    }
    let found = names.iter().map(|name| world.classic(name)).collect::<Result<Vec<_>, _>>()?;
    let mut xml = Xml::default();
    xml.list("TagDescriptions", "member", found, |xml, found| {
        xml.text("LoadBalancerName", &found.name);
        xml.list("Tags", "member", &found.tags, |xml, (key, value)| {
            xml.text("Key", key);
            xml.text("Value", value);
        });
    });
    Ok(xml)
}

/// Keys and values; a tag without a value has an empty one.
pub(super) fn read_tags(tags: Vec<Params>) -> Result<Vec<(String, String)>, AwsError> {
    let tag = |mut params: Params| {
        let key = params.text("Key").ok_or_else(|| missing("Tags.Key"))?;
        let value = params.text("Value").unwrap_or_default();
        params.finish().map(|()| (key, value))
    };
    tags.into_iter().map(tag).collect()
}

/// Rule: classic-tags.
fn only_name(params: &mut Params) -> Result<String, AwsError> {
    match &params.texts("LoadBalancerNames")?[..] {
        [only] => Ok(only.clone()),
        _ => Err(validation("Exactly one load balancer name must be specified")),
    }
}
