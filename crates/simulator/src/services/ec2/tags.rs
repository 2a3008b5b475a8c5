//! `CreateTags`, `DeleteTags`, `DescribeTags`, and the tags of what is made.

use std::borrow::Cow;

use super::filters::{Filtered, Filters, Paging};
use super::{done, missing};
use crate::state::tags::Tags;
use crate::state::{World, check_ec2_tags};
use crate::wire::{AwsError, Params, Xml};

/// A tag and what it is on.
struct Tagged<'a> {
    /// What pages go by.
    place: String,
    resource: &'a str,
    kind: &'static str,
    key: &'a str,
    value: &'a str,
}

impl Filtered for Tagged<'_> {
    const NAMES: &'static [&'static str] = &["key", "resource-id", "resource-type", "value"];

    fn values(&self, name: &str) -> Vec<Cow<'_, str>> {
        vec![match name {
            "key" => self.key.into(),
            "resource-id" => self.resource.into(),
            "resource-type" => self.kind.into(),
            _ => self.value.into(),
        }]
    }

    fn tags(&self) -> Option<&Tags> {
        None
    }
}

pub(crate) fn create(mut params: Params, world: &mut World) -> Result<Xml, AwsError> {
    let ids = resources(&mut params)?;
    let mut tags = Vec::new();
    for mut tag in params.structures("Tag")? {
        tags.push((tag.text("Key").ok_or_else(|| missing("Tag.Key"))?, tag.text("Value").unwrap_or_default()));
        tag.finish()?;
    }
    params.finish()?;
    if tags.is_empty() {
        return Err(missing("Tag"));
    }
    check_ec2_tags(&tags)?;
    world.change_tags_of_ids(&ids, &tags, |own| own.set(&tags))?;
    Ok(done())
}

/// A tag with a value goes only where the resource has this value; without tags all go. Rule: ec2-delete-tags.
pub(crate) fn delete(mut params: Params, world: &mut World) -> Result<Xml, AwsError> {
    let ids = resources(&mut params)?;
    let mut tags = Vec::new();
    for mut tag in params.structures("Tag")? {
        tags.push((tag.text("Key").ok_or_else(|| missing("Tag.Key"))?, tag.text("Value")));
        tag.finish()?;
    }
    params.finish()?;
    let named: Vec<(String, String)> = tags.iter().map(|(key, _)| (key.clone(), String::new())).collect();
    check_ec2_tags(&named)?;
    world.change_tags_of_ids(&ids, &[], |own| {
        if tags.is_empty() {
            own.clear();
        }
        for (key, value) in &tags {
            if value.is_none() || own.get(key) == value.as_deref() {
                own.remove(key);
            }
        }
    })?;
    Ok(done())
}

pub(crate) fn describe(mut params: Params, world: &World) -> Result<Xml, AwsError> {
    let filters = Filters::read::<Tagged<'_>>(&mut params)?;
    let paging = Paging::read(&mut params)?;
    params.finish()?;
    let instances = world.instances.values().map(|found| (found.id.as_str(), "instance", &found.tags));
    let vpcs = world.vpcs.values().map(|found| (found.id.as_str(), "vpc", &found.tags));
    let subnets = world.subnets.values().map(|found| (found.id.as_str(), "subnet", &found.tags));
    let all = instances.chain(vpcs).chain(subnets).flat_map(|(resource, kind, tags)| {
        tags.iter().map(move |(key, value)| Tagged { place: format!("{resource} {key}"), resource, kind, key, value })
    });
    let found = all.filter(|tagged| filters.pass(tagged)).collect();
    let page = paging.page(found, |tagged: &Tagged<'_>| &tagged.place, &format!("tags {filters:?}"))?;
    let mut xml = Xml::default();
    xml.list("tagSet", "item", page.items, |xml, tagged| {
        xml.text("resourceId", tagged.resource);
        xml.text("resourceType", tagged.kind);
        xml.text("key", tagged.key);
        xml.text("value", tagged.value);
    });
    xml.optional("nextToken", page.next);
    Ok(xml)
}

/// The tags of something of this type that is being made. Rule: ec2-tag-specification.
pub(super) fn read_new(params: &mut Params, kind: &str) -> Result<Tags, AwsError> {
    let mut tags = Vec::new();
    for mut specification in params.structures("TagSpecification")? {
        let given = specification.text("ResourceType").ok_or_else(|| missing("TagSpecification.ResourceType"))?;
        if given != kind {
            let message = format!("'{given}' is not a valid taggable resource type for this operation.");
            return Err(AwsError::new("InvalidParameterValue", message));
        }
        for mut tag in specification.structures("Tag")? {
            tags.push((tag.text("Key").ok_or_else(|| missing("Tag.Key"))?, tag.text("Value").unwrap_or_default()));
            tag.finish()?;
        }
        specification.finish()?;
    }
    check_ec2_tags(&tags)?;
    Ok(tags.into_iter().collect())
}

pub(super) fn encode(xml: &mut Xml, tags: &Tags) {
    xml.list("tagSet", "item", tags.iter(), |xml, (key, value)| {
        xml.text("key", key);
        xml.text("value", value);
    });
}

/// The most resources of a call. Rule: ec2-tags.
const RESOURCES: usize = 1000;

fn resources(params: &mut Params) -> Result<Vec<String>, AwsError> {
    let ids = params.texts("ResourceId")?;
    match ids.len() {
        0 => Err(missing("ResourceId")),
        count if count > RESOURCES => {
            let message = format!("A call names at most {RESOURCES} resources, not {count}");
            Err(AwsError::new("InvalidParameterValue", message))
        }
        _ => Ok(ids),
    }
}
