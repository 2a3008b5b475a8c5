//! Auto Scaling: Standby, and which groups register their instances where.

use aws_sdk_autoscaling::operation::describe_auto_scaling_groups::DescribeAutoScalingGroupsOutput;
use elbm_core::{GroupId, InstanceId};

use super::{Action, Aws, AwsError};

/// An instance in its Auto Scaling group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScalingMember {
    /// The name of the group.
    pub(crate) group: String,
    /// The lifecycle state, in AWS's word.
    pub(crate) state: String,
}

/// The most Auto Scaling groups of a page.
const PAGE: i32 = 100;

/// An Auto Scaling group, and where it registers its instances.
#[derive(Debug, Clone)]
pub(crate) struct Scaled {
    pub(crate) name: String,
    pub(crate) groups: Vec<GroupId>,
}

impl Aws {
    /// Every Auto Scaling group of the region that registers its instances somewhere.
    pub(crate) async fn scaled_groups(&self) -> Result<Vec<Scaled>, AwsError> {
        let ask = self.auto_scaling.describe_auto_scaling_groups().max_records(PAGE).include_instances(false);
        let pages = self
            .pages(
                Action::DescribeAutoScalingGroups,
                |token| ask.clone().set_next_token(token).send(),
                DescribeAutoScalingGroupsOutput::next_token,
            )
            .await?;
        let groups = pages.into_iter().flat_map(|page| page.auto_scaling_groups.unwrap_or_default());
        Ok(groups
            .filter_map(|group| {
                let arns = group.target_group_arns.unwrap_or_default().into_iter().map(GroupId::Arn);
                let names = group.load_balancer_names.unwrap_or_default().into_iter().map(GroupId::Classic);
                Some(Scaled { name: group.auto_scaling_group_name?, groups: arns.chain(names).collect() })
            })
            .collect())
    }

    /// The Auto Scaling group of an instance, and its state there; `None` where it belongs to none.
    pub(crate) async fn scaling_member(&self, id: &InstanceId) -> Result<Option<ScalingMember>, AwsError> {
        let ask = self.auto_scaling.describe_auto_scaling_instances().instance_ids(id.as_str());
        let answer = self.call(Action::DescribeAutoScalingInstances, || ask.clone().send()).await?;
        Ok(answer
            .auto_scaling_instances
            .unwrap_or_default()
            .into_iter()
            .find(|found| found.instance_id.as_deref() == Some(id.as_str()))
            .and_then(|found| {
                Some(ScalingMember { group: found.auto_scaling_group_name?, state: found.lifecycle_state? })
            }))
    }

    /// Puts an instance into Standby, and lowers the desired capacity of its group by one, so that the group launches
    /// none in its place. AWS refuses that below the minimum size.
    pub(crate) async fn enter_standby(&self, group: &str, id: &InstanceId) -> Result<(), AwsError> {
        let ask = self.auto_scaling.enter_standby().auto_scaling_group_name(group).instance_ids(id.as_str());
        let ask = ask.should_decrement_desired_capacity(true);
        self.call(Action::EnterStandby, || ask.clone().send()).await.map(drop)
    }

    /// Brings an instance back from Standby, and raises the desired capacity of its group by one.
    pub(crate) async fn exit_standby(&self, group: &str, id: &InstanceId) -> Result<(), AwsError> {
        let ask = self.auto_scaling.exit_standby().auto_scaling_group_name(group).instance_ids(id.as_str());
        self.call(Action::ExitStandby, || ask.clone().send()).await.map(drop)
    }
}
