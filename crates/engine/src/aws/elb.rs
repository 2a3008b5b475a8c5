//! elbv2: load balancers, target groups, listeners, targets.

use std::time::Duration;

use aws_sdk_elasticloadbalancingv2::operation::describe_listeners::DescribeListenersOutput;
use aws_sdk_elasticloadbalancingv2::operation::describe_load_balancers::DescribeLoadBalancersOutput;
use aws_sdk_elasticloadbalancingv2::operation::describe_target_groups::DescribeTargetGroupsOutput;
use aws_sdk_elasticloadbalancingv2::types as sdk;
use elbm_core::{
    GroupId, HealthCheck, Kind, LoadBalancer, LoadBalancerState, Scheme, Target, TargetGroup, TargetKey, TargetState,
    TargetType,
};

use super::{Action, Aws, AwsError, GroupSettings};

impl Aws {
    /// The load balancer of this name; `None` where the region has none.
    pub(crate) async fn load_balancer(&self, name: &str) -> Result<Option<LoadBalancer>, AwsError> {
        let answer =
            self.call(Action::DescribeLoadBalancers, || self.elb.describe_load_balancers().names(name).send()).await;
        match answer {
            // Held to the letter: credentials are for names, and AWS does not say whether case counts for it.
            Ok(answer) => Ok(answer
                .load_balancers
                .unwrap_or_default()
                .into_iter()
                .filter_map(load_balancer)
                .find(|found| found.name == name)),
            Err(error) if error.code() == Some("LoadBalancerNotFound") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Every load balancer of the region.
    pub(crate) async fn load_balancers(&self) -> Result<Vec<LoadBalancer>, AwsError> {
        let pages = self
            .pages(
                Action::DescribeLoadBalancers,
                |marker| self.elb.describe_load_balancers().set_marker(marker).send(),
                DescribeLoadBalancersOutput::next_marker,
            )
            .await?;
        Ok(pages
            .into_iter()
            .flat_map(|page| page.load_balancers.unwrap_or_default())
            .filter_map(load_balancer)
            .collect())
    }

    /// The target groups of a load balancer, or of the whole region, in order of id.
    pub(crate) async fn target_groups(&self, load_balancer_arn: Option<&str>) -> Result<Vec<TargetGroup>, AwsError> {
        let ask = self.elb.describe_target_groups().set_load_balancer_arn(load_balancer_arn.map(str::to_owned));
        let pages = self
            .pages(
                Action::DescribeTargetGroups,
                |marker| ask.clone().set_marker(marker).send(),
                DescribeTargetGroupsOutput::next_marker,
            )
            .await;
        let pages = match pages {
            // How AWS answers for a load balancer without groups is not documented; moto answers so.
            Err(error) if error.code() == Some("TargetGroupNotFound") => return Ok(Vec::new()),
            pages => pages?,
        };
        let mut found: Vec<_> = pages
            .into_iter()
            .flat_map(|page| page.target_groups.unwrap_or_default())
            .filter_map(target_group)
            .collect();
        found.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(found)
    }

    /// The ARNs of the groups that the default actions of a load balancer's listeners forward to.
    pub(crate) async fn default_groups(&self, load_balancer_arn: &str) -> Result<Vec<GroupId>, AwsError> {
        let ask = self.elb.describe_listeners().load_balancer_arn(load_balancer_arn);
        let pages = self
            .pages(
                Action::DescribeListeners,
                |marker| ask.clone().set_marker(marker).send(),
                DescribeListenersOutput::next_marker,
            )
            .await?;
        Ok(pages
            .into_iter()
            .flat_map(|page| page.listeners.unwrap_or_default())
            .flat_map(|listener| listener.default_actions.unwrap_or_default())
            .flat_map(forwards_to)
            .map(GroupId::Arn)
            .collect())
    }

    pub(super) async fn group_targets(&self, group_arn: &str) -> Result<Vec<Target>, AwsError> {
        let answer = self
            .call(Action::DescribeTargetHealth, || self.elb.describe_target_health().target_group_arn(group_arn).send())
            .await?;
        Ok(answer.target_health_descriptions.unwrap_or_default().into_iter().filter_map(target).collect())
    }

    pub(super) async fn register_in_group(&self, group_arn: &str, keys: &[TargetKey]) -> Result<(), AwsError> {
        self.call(Action::RegisterTargets, || {
            self.elb.register_targets().target_group_arn(group_arn).set_targets(Some(descriptions(keys))).send()
        })
        .await
        .map(drop)
    }

    pub(super) async fn deregister_from_group(&self, group_arn: &str, keys: &[TargetKey]) -> Result<(), AwsError> {
        self.call(Action::DeregisterTargets, || {
            self.elb.deregister_targets().target_group_arn(group_arn).set_targets(Some(descriptions(keys))).send()
        })
        .await
        .map(drop)
    }

    pub(super) async fn group_settings(&self, group_arn: &str) -> Result<GroupSettings, AwsError> {
        let answer = self
            .call(Action::DescribeTargetGroupAttributes, || {
                self.elb.describe_target_group_attributes().target_group_arn(group_arn).send()
            })
            .await?;
        let attributes = answer.attributes.unwrap_or_default();
        let value = |key: &str| {
            let attribute = attributes.iter().find(|attribute| attribute.key.as_deref() == Some(key));
            attribute.and_then(|attribute| attribute.value.as_deref())
        };
        let delay = value("deregistration_delay.timeout_seconds").and_then(|seconds| seconds.parse().ok());
        let terminates = value("deregistration_delay.connection_termination.enabled");
        // AWS's defaults.
        Ok(GroupSettings {
            delay: Duration::from_secs(delay.unwrap_or(300)),
            terminates_connections: terminates == Some("true"),
            slow_start: value("slow_start.duration_seconds")
                .and_then(|seconds| seconds.parse().ok())
                .map(Duration::from_secs),
        })
    }
}

fn descriptions(keys: &[TargetKey]) -> Vec<sdk::TargetDescription> {
    let described = |key: &TargetKey| {
        sdk::TargetDescription::builder()
            .id(&key.id)
            .set_port(key.port.map(i32::from))
            .set_availability_zone(key.zone.clone())
            .build()
    };
    keys.iter().map(described).collect()
}

/// `None` for one that lacks its name or ARN, or is of a kind that this version does not know.
fn load_balancer(found: sdk::LoadBalancer) -> Option<LoadBalancer> {
    Some(LoadBalancer {
        arn: Some(found.load_balancer_arn?),
        name: found.load_balancer_name?,
        kind: match found.r#type? {
            sdk::LoadBalancerTypeEnum::Application => Kind::Application,
            sdk::LoadBalancerTypeEnum::Network => Kind::Network,
            sdk::LoadBalancerTypeEnum::Gateway => Kind::Gateway,
            _ => return None,
        },
        scheme: match found.scheme {
            Some(sdk::LoadBalancerSchemeEnum::InternetFacing) => Some(Scheme::InternetFacing),
            Some(sdk::LoadBalancerSchemeEnum::Internal) => Some(Scheme::Internal),
            _ => None,
        },
        dns_name: found.dns_name,
        state: match found.state.and_then(|state| state.code) {
            Some(sdk::LoadBalancerStateEnum::Active) => Some(LoadBalancerState::Active),
            Some(sdk::LoadBalancerStateEnum::Provisioning) => Some(LoadBalancerState::Provisioning),
            Some(sdk::LoadBalancerStateEnum::ActiveImpaired) => Some(LoadBalancerState::ActiveImpaired),
            Some(sdk::LoadBalancerStateEnum::Failed) => Some(LoadBalancerState::Failed),
            _ => None,
        },
        zones: found.availability_zones.unwrap_or_default().into_iter().filter_map(|zone| zone.zone_name).collect(),
    })
}

/// `None` for one that lacks its name or ARN, or whose targets are of a type that this version does not know.
fn target_group(found: sdk::TargetGroup) -> Option<TargetGroup> {
    let health_check = health_check(&found);
    Some(TargetGroup {
        id: GroupId::Arn(found.target_group_arn?),
        name: found.target_group_name?,
        protocol: found.protocol.map(|protocol| protocol.as_str().to_owned()),
        port: port(found.port),
        target_type: match found.target_type {
            // AWS's default where the type is not given.
            None | Some(sdk::TargetTypeEnum::Instance) => TargetType::Instance,
            Some(sdk::TargetTypeEnum::Ip) => TargetType::Ip,
            Some(sdk::TargetTypeEnum::Lambda) => TargetType::Lambda,
            Some(sdk::TargetTypeEnum::Alb) => TargetType::Alb,
            Some(_) => return None,
        },
        vpc: found.vpc_id,
        health_check,
        load_balancer_arns: found.load_balancer_arns.unwrap_or_default(),
    })
}

fn target(found: sdk::TargetHealthDescription) -> Option<Target> {
    let described = found.target?;
    let health = found.target_health;
    Some(Target {
        key: TargetKey {
            id: described.id?,
            port: port(described.port),
            // AWS shows the zone of every target; it tells targets apart only where it was given, for addresses outside.
            zone: described.availability_zone.filter(|zone| zone == "all"),
        },
        state: health
            .as_ref()
            .and_then(|health| health.state.as_ref())
            .map_or(TargetState::Unknown, |state| TargetState::from_aws(state.as_str())),
        reason: health.as_ref().and_then(|health| health.reason.as_ref()).map(|reason| reason.as_str().to_owned()),
        description: health.and_then(|health| health.description),
        zonal_shift: found
            .administrative_override
            .and_then(|shift| shift.state)
            .filter(|state| *state != sdk::TargetAdministrativeOverrideStateEnum::NoOverride)
            .map(|state| state.as_str().to_owned()),
        anomaly: found.anomaly_detection.and_then(|anomaly| Some(anomaly.result?.as_str().to_owned())),
    })
}

fn health_check(found: &sdk::TargetGroup) -> Option<HealthCheck> {
    let number = |value: Option<i32>| value.and_then(|value| u32::try_from(value).ok());
    Some(HealthCheck {
        enabled: found.health_check_enabled.unwrap_or(true),
        interval: number(found.health_check_interval_seconds)?,
        timeout: number(found.health_check_timeout_seconds)?,
        healthy_threshold: number(found.healthy_threshold_count)?,
        unhealthy_threshold: number(found.unhealthy_threshold_count)?,
    })
}

fn port(number: Option<i32>) -> Option<u16> {
    number.and_then(|number| u16::try_from(number).ok())
}

/// An action names one group, or several with weights.
fn forwards_to(action: sdk::Action) -> Vec<String> {
    let weighted = action.forward_config.and_then(|config| config.target_groups).unwrap_or_default();
    action.target_group_arn.into_iter().chain(weighted.into_iter().filter_map(|group| group.target_group_arn)).collect()
}

#[cfg(test)]
mod tests {
    use elbm_core::remedy;

    use super::*;

    #[test]
    fn every_state_and_reason_of_aws_is_known_and_has_a_sentence_of_its_own() {
        for state in sdk::TargetHealthStateEnum::values() {
            let known = TargetState::from_aws(state);
            assert_ne!(known, TargetState::Unknown, "{state}");
            assert_eq!(remedy(known, None).is_none(), known == TargetState::Healthy, "{state}");
        }
        for reason in sdk::TargetHealthReasonEnum::values() {
            let fallback = remedy(TargetState::Unknown, None);
            assert_ne!(remedy(TargetState::Unknown, Some(reason)), fallback, "{reason}");
        }
        let counts = (sdk::TargetHealthStateEnum::values().len(), sdk::TargetHealthReasonEnum::values().len());
        assert!(counts >= (7, 12), "{counts:?}");
    }
}
