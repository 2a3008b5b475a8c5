//! The tags of target groups and Classic load balancers.

use aws_sdk_elasticloadbalancing::types as classic;
use aws_sdk_elasticloadbalancingv2::types as v2;
use elbm_core::GroupId;
use futures_util::future::{try_join, try_join_all};

use super::{Action, Aws, AwsError};

/// The most resources that a call names, in both generations.
const RESOURCES: usize = 20;

/// A group and its tags, keys and values.
pub(crate) type GroupTags = (GroupId, Vec<(String, String)>);

impl Aws {
    /// The tags of these groups, one call for each 20.
    pub(crate) async fn tags_of_groups(&self, groups: &[GroupId]) -> Result<Vec<GroupTags>, AwsError> {
        let arns: Vec<_> = groups.iter().filter_map(GroupId::arn).collect();
        let names: Vec<_> = groups.iter().filter_map(GroupId::classic).collect();
        let (mut of_groups, of_classic) = try_join(
            try_join_all(arns.chunks(RESOURCES).map(|arns| self.group_tags(arns))),
            try_join_all(names.chunks(RESOURCES).map(|names| self.classic_tags(names))),
        )
        .await?;
        of_groups.extend(of_classic);
        Ok(of_groups.into_iter().flatten().collect())
    }

    async fn group_tags(&self, arns: &[&str]) -> Result<Vec<GroupTags>, AwsError> {
        let arns = Some(arns.iter().map(|&arn| arn.to_owned()).collect());
        let ask = self.elb.describe_tags().set_resource_arns(arns);
        let answer = self.call(Action::DescribeGroupTags, || ask.clone().send()).await?;
        let pair = |tag: v2::Tag| Some((tag.key?, tag.value.unwrap_or_default()));
        let tagged = |found: v2::TagDescription| {
            Some((
                GroupId::Arn(found.resource_arn?),
                found.tags.unwrap_or_default().into_iter().filter_map(pair).collect(),
            ))
        };
        Ok(answer.tag_descriptions.unwrap_or_default().into_iter().filter_map(tagged).collect())
    }

    async fn classic_tags(&self, names: &[&str]) -> Result<Vec<GroupTags>, AwsError> {
        let names = Some(names.iter().map(|&name| name.to_owned()).collect());
        let ask = self.classic.describe_tags().set_load_balancer_names(names);
        let answer = self.call(Action::DescribeClassicTags, || ask.clone().send()).await?;
        let pair = |tag: classic::Tag| (tag.key, tag.value.unwrap_or_default());
        let tagged = |found: classic::TagDescription| {
            let tags = found.tags.unwrap_or_default().into_iter().map(pair).collect();
            Some((GroupId::Classic(found.load_balancer_name?), tags))
        };
        Ok(answer.tag_descriptions.unwrap_or_default().into_iter().filter_map(tagged).collect())
    }
}
