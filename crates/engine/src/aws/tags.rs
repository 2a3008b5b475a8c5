//! EC2: the tags of instances.

use std::collections::BTreeMap;

use aws_sdk_ec2::operation::describe_tags::DescribeTagsOutput;
use aws_sdk_ec2::types as sdk;
use elbm_core::{Instance, InstanceId};

use super::ec2::{filter, instance};
use super::{Action, Aws, AwsError};

/// Tags, by key.
pub(crate) type Tags = BTreeMap<String, String>;

/// What EC2 says of an instance, with its tags.
#[derive(Debug, Clone)]
pub(crate) struct Tagged {
    pub(crate) instance: Instance,
    pub(crate) tags: Tags,
}

impl Tagged {
    /// The name of the Auto Scaling group that has it.
    pub(crate) fn auto_scaling_group(&self) -> Option<&str> {
        self.instance.auto_scaling_group.as_deref()
    }
}

impl Aws {
    /// What EC2 says of an instance; `None` where it does not know it.
    pub(crate) async fn tagged_instance(&self, id: &InstanceId) -> Result<Option<Tagged>, AwsError> {
        let found = self.found(vec![filter("instance-id", vec![id.to_string()])]).await?;
        Ok(found.into_iter().find_map(tagged))
    }

    /// The instances that have a tag of any of these keys, 200 at most.
    pub(crate) async fn instances_with_tags(&self, keys: Vec<String>) -> Result<Vec<Tagged>, AwsError> {
        let found = self.found(vec![filter("tag-key", keys)]).await?;
        Ok(found.into_iter().filter_map(tagged).collect())
    }

    /// The tags of an instance.
    pub(crate) async fn tags(&self, id: &InstanceId) -> Result<Tags, AwsError> {
        let ask = self.ec2.describe_tags().filters(filter("resource-id", vec![id.to_string()]));
        let pages = self
            .pages(
                Action::DescribeTags,
                |token| ask.clone().set_next_token(token).send(),
                DescribeTagsOutput::next_token,
            )
            .await?;
        let tags = pages.into_iter().flat_map(|page| page.tags.unwrap_or_default());
        Ok(tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect())
    }

    /// Sets tags of an instance; those whose keys are there get the new values.
    pub(crate) async fn create_tags(&self, id: &InstanceId, tags: &[(String, String)]) -> Result<(), AwsError> {
        let ask = self.ec2.create_tags().resources(id.as_str()).set_tags(Some(written(tags)));
        self.call(Action::CreateTags, || ask.clone().send()).await.map(drop)
    }

    /// Deletes tags of an instance, each only where it has this value.
    pub(crate) async fn delete_tags(&self, id: &InstanceId, tags: &[(String, String)]) -> Result<(), AwsError> {
        let ask = self.ec2.delete_tags().resources(id.as_str()).set_tags(Some(written(tags)));
        self.call(Action::DeleteTags, || ask.clone().send()).await.map(drop)
    }
}

fn written(tags: &[(String, String)]) -> Vec<sdk::Tag> {
    tags.iter().map(|(key, value)| sdk::Tag::builder().key(key).value(value).build()).collect()
}

fn tagged(found: sdk::Instance) -> Option<Tagged> {
    let tags = found.tags.iter().flatten();
    let tags = tags.filter_map(|tag| Some((tag.key.clone()?, tag.value.clone().unwrap_or_default()))).collect();
    Some(Tagged { tags, instance: instance(found)? })
}
