//! Classic load balancers: each is its own one group, of instances without ports.

use std::time::Duration;

use aws_sdk_elasticloadbalancing::operation::describe_load_balancers::DescribeLoadBalancersOutput;
use aws_sdk_elasticloadbalancing::types as sdk;
use elbm_core::{
    GroupId, HealthCheck, Kind, LoadBalancer, LoadBalancerState, Scheme, Target, TargetGroup, TargetKey, TargetState,
    TargetType,
};

use super::{Action, Aws, AwsError, GroupSettings};

impl Aws {
    /// The Classic load balancer of this name; `None` where the region has none.
    pub(crate) async fn classic_load_balancer(
        &self,
        name: &str,
    ) -> Result<Option<(LoadBalancer, TargetGroup)>, AwsError> {
        let ask = self.classic.describe_load_balancers().load_balancer_names(name);
        match self.call(Action::DescribeClassicLoadBalancers, || ask.clone().send()).await {
            Ok(answer) => Ok(answer
                .load_balancer_descriptions
                .unwrap_or_default()
                .into_iter()
                .filter_map(load_balancer)
                .find(|(found, _)| found.name == name)),
            Err(error) if error.code() == Some("LoadBalancerNotFound") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Every Classic load balancer of the region.
    pub(crate) async fn classic_load_balancers(&self) -> Result<Vec<(LoadBalancer, TargetGroup)>, AwsError> {
        let pages = self
            .pages(
                Action::DescribeClassicLoadBalancers,
                |marker| self.classic.describe_load_balancers().set_marker(marker).send(),
                DescribeLoadBalancersOutput::next_marker,
            )
            .await?;
        Ok(pages
            .into_iter()
            .flat_map(|page| page.load_balancer_descriptions.unwrap_or_default())
            .filter_map(load_balancer)
            .collect())
    }

    pub(super) async fn classic_targets(&self, name: &str) -> Result<Vec<Target>, AwsError> {
        let answer = self
            .call(Action::DescribeInstanceHealth, || {
                self.classic.describe_instance_health().load_balancer_name(name).send()
            })
            .await?;
        Ok(answer.instance_states.unwrap_or_default().into_iter().filter_map(target).collect())
    }

    pub(super) async fn register_in_classic(&self, name: &str, keys: &[TargetKey]) -> Result<(), AwsError> {
        self.call(Action::RegisterInstancesWithLoadBalancer, || {
            let ask = self.classic.register_instances_with_load_balancer();
            ask.load_balancer_name(name).set_instances(Some(instances(keys))).send()
        })
        .await
        .map(drop)
    }

    pub(super) async fn deregister_from_classic(&self, name: &str, keys: &[TargetKey]) -> Result<(), AwsError> {
        self.call(Action::DeregisterInstancesFromLoadBalancer, || {
            let ask = self.classic.deregister_instances_from_load_balancer();
            ask.load_balancer_name(name).set_instances(Some(instances(keys))).send()
        })
        .await
        .map(drop)
    }

    /// At once where connections are not drained.
    pub(super) async fn classic_settings(&self, name: &str) -> Result<GroupSettings, AwsError> {
        let answer = self
            .call(Action::DescribeLoadBalancerAttributes, || {
                self.classic.describe_load_balancer_attributes().load_balancer_name(name).send()
            })
            .await?;
        let draining = answer.load_balancer_attributes.and_then(|attributes| attributes.connection_draining);
        let delay =
            draining.filter(|draining| draining.enabled).and_then(|draining| u64::try_from(draining.timeout?).ok());
        Ok(GroupSettings {
            delay: Duration::from_secs(delay.unwrap_or_default()),
            terminates_connections: true,
            slow_start: None,
        })
    }
}

fn instances(keys: &[TargetKey]) -> Vec<sdk::Instance> {
    keys.iter().map(|key| sdk::Instance::builder().instance_id(&key.id).build()).collect()
}

/// `None` for one that lacks its name.
fn load_balancer(found: sdk::LoadBalancerDescription) -> Option<(LoadBalancer, TargetGroup)> {
    let name = found.load_balancer_name?;
    let number = |value: i32| u32::try_from(value).unwrap_or_default();
    let group = TargetGroup {
        id: GroupId::Classic(name.clone()),
        name: name.clone(),
        protocol: None,
        port: None,
        target_type: TargetType::Instance,
        vpc: found.vpc_id,
        health_check: found.health_check.map(|check| HealthCheck {
            enabled: true,
            interval: number(check.interval),
            timeout: number(check.timeout),
            healthy_threshold: number(check.healthy_threshold),
            unhealthy_threshold: number(check.unhealthy_threshold),
        }),
        load_balancer_arns: Vec::new(),
    };
    let load_balancer = LoadBalancer {
        arn: None,
        name,
        kind: Kind::Classic,
        scheme: match found.scheme.as_deref() {
            Some("internet-facing") => Some(Scheme::InternetFacing),
            Some("internal") => Some(Scheme::Internal),
            _ => None,
        },
        dns_name: found.dns_name,
        // A Classic load balancer has no states: it is there, or not.
        state: Some(LoadBalancerState::Active),
        zones: found.availability_zones.unwrap_or_default(),
    };
    Some((load_balancer, group))
}

/// What AWS says of an instance that drains, which it shows as `InService` (from memory; AWS's pages do not say).
const DRAINING: &str = "Instance deregistration currently in progress";

/// Classic states in the words of target groups.
fn target(found: sdk::InstanceState) -> Option<Target> {
    let draining = found.description.as_deref().is_some_and(|sentence| sentence.starts_with(DRAINING));
    let (state, reason) = match (found.state.as_deref(), found.reason_code.as_deref()) {
        _ if draining => (TargetState::Draining, Some("Target.DeregistrationInProgress")),
        (Some("InService"), _) => (TargetState::Healthy, None),
        (Some("OutOfService"), Some("ELB")) => (TargetState::Initial, Some("Elb.RegistrationInProgress")),
        (Some("OutOfService"), _) => (TargetState::Unhealthy, Some("Target.FailedHealthChecks")),
        _ => (TargetState::Unknown, None),
    };
    Some(Target {
        key: TargetKey { id: found.instance_id?, port: None, zone: None },
        state,
        reason: reason.map(str::to_owned),
        description: found.description.filter(|sentence| sentence != "N/A"),
        zonal_shift: None,
        anomaly: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_told_in_the_words_of_target_groups() {
        for (state, reason, description, expected) in [
            ("InService", "N/A", "N/A", TargetState::Healthy),
            ("InService", "N/A", "Instance deregistration currently in progress.", TargetState::Draining),
            ("OutOfService", "ELB", "Instance registration is still in progress.", TargetState::Initial),
            (
                "OutOfService",
                "Instance",
                "Instance has failed at least the UnhealthyThreshold …",
                TargetState::Unhealthy,
            ),
            ("Unknown", "ELB", "A transient error occurred.", TargetState::Unknown),
        ] {
            let shown = sdk::InstanceState::builder().instance_id("i-0a1b2c3d").state(state).reason_code(reason);
            let told = target(shown.description(description).build()).expect("a target");
            assert_eq!(told.state, expected, "{state} {reason} {description}");
            assert_eq!(told.description.is_none(), description == "N/A");
        }
    }
}
