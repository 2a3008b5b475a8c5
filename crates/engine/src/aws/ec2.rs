//! EC2: what it says of instances.

use aws_sdk_ec2::operation::describe_instances::DescribeInstancesOutput;
use aws_sdk_ec2::types as sdk;
use chrono::DateTime;
use elbm_core::{Instance, InstanceId, InstanceState};
use futures_util::future::try_join_all;

use super::{Action, Aws, AwsError};

/// The most values a filter of `DescribeInstances` takes.
const FILTER_VALUES: usize = 200;

impl Aws {
    /// What EC2 says of these instances; those that it does not know are left out. The filter is used because asking by
    /// id fails as a whole for one unknown id.
    pub(crate) async fn instances(&self, ids: &[InstanceId]) -> Result<Vec<Instance>, AwsError> {
        let found = try_join_all(ids.chunks(FILTER_VALUES).map(|ids| {
            self.instances_that(vec![filter("instance-id", ids.iter().map(ToString::to_string).collect())])
        }))
        .await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// The instances of a VPC that have any of these private addresses.
    pub(crate) async fn instances_at(&self, vpc: &str, addresses: &[String]) -> Result<Vec<Instance>, AwsError> {
        let found = try_join_all(addresses.chunks(FILTER_VALUES).map(|addresses| {
            self.instances_that(vec![
                filter("vpc-id", vec![vpc.to_owned()]),
                filter("network-interface.addresses.private-ip-address", addresses.to_vec()),
            ])
        }))
        .await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn instances_that(&self, pass: Vec<sdk::Filter>) -> Result<Vec<Instance>, AwsError> {
        Ok(self.found(pass).await?.into_iter().filter_map(instance).collect())
    }

    /// The instances that pass the filters, as EC2 describes them.
    pub(super) async fn found(&self, pass: Vec<sdk::Filter>) -> Result<Vec<sdk::Instance>, AwsError> {
        let ask = self.ec2.describe_instances().set_filters(Some(pass));
        let pages = self
            .pages(
                Action::DescribeInstances,
                |token| ask.clone().set_next_token(token).send(),
                DescribeInstancesOutput::next_token,
            )
            .await?;
        Ok(pages
            .into_iter()
            .flat_map(|page| page.reservations.unwrap_or_default())
            .flat_map(|reservation| reservation.instances.unwrap_or_default())
            .collect())
    }
}

pub(super) fn filter(name: &str, values: Vec<String>) -> sdk::Filter {
    sdk::Filter::builder().name(name).set_values(Some(values)).build()
}

/// The tag by which Auto Scaling marks the instances of a group; only Auto Scaling can set it.
const AUTO_SCALING_GROUP: &str = "aws:autoscaling:groupName";

pub(super) fn instance(found: sdk::Instance) -> Option<Instance> {
    let tags = found.tags.unwrap_or_default();
    let tag = |key: &str| tags.iter().find(|tag| tag.key.as_deref() == Some(key)).and_then(|tag| tag.value.clone());
    Some(Instance {
        id: InstanceId::parse(found.instance_id.as_deref()?)?,
        instance_type: found.instance_type.map(|name| name.as_str().to_owned()),
        launch_time: found.launch_time.and_then(|time| DateTime::from_timestamp(time.secs(), time.subsec_nanos())),
        state: found
            .state
            .and_then(|state| state.name)
            .map_or(InstanceState::Unknown, |name| InstanceState::from_aws(name.as_str())),
        availability_zone: found.placement.and_then(|placement| placement.availability_zone),
        vpc: found.vpc_id,
        private_ips: found
            .network_interfaces
            .unwrap_or_default()
            .into_iter()
            .flat_map(|interface| interface.private_ip_addresses.unwrap_or_default())
            .filter_map(|address| address.private_ip_address)
            .chain(found.private_ip_address.clone())
            .collect(),
        private_ip: found.private_ip_address,
        name: tag("Name"),
        auto_scaling_group: tag(AUTO_SCALING_GROUP),
    })
}
