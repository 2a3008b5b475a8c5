//! Auto Scaling: Standby.

use elbm_core::InstanceId;

use super::{Action, Aws, AwsError};

/// An instance in its Auto Scaling group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScalingMember {
    /// The name of the group.
    pub(crate) group: String,
    /// The lifecycle state, in AWS's word.
    pub(crate) state: String,
}

impl Aws {
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
