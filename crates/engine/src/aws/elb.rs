//! elbv2: load balancers, target groups, listeners, targets.

use aws_sdk_elasticloadbalancingv2::operation::describe_listeners::DescribeListenersOutput;
use aws_sdk_elasticloadbalancingv2::operation::describe_load_balancers::DescribeLoadBalancersOutput;
use aws_sdk_elasticloadbalancingv2::operation::describe_target_groups::DescribeTargetGroupsOutput;
use aws_sdk_elasticloadbalancingv2::types as sdk;
use elbm_core::{
    InstanceId, Kind, LoadBalancer, LoadBalancerState, Scheme, Target, TargetGroup, TargetState, TargetType,
};

use super::{Action, Aws, AwsError};

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

    /// The target groups of a load balancer, or of the whole region, in order of ARN.
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
        found.sort_by(|a, b| a.arn.cmp(&b.arn));
        Ok(found)
    }

    /// The ARNs of the groups that the default actions of a load balancer's listeners forward to.
    pub(crate) async fn default_groups(&self, load_balancer_arn: &str) -> Result<Vec<String>, AwsError> {
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
            .collect())
    }

    /// Every target of a group, draining ones too.
    pub(crate) async fn targets(&self, group_arn: &str) -> Result<Vec<Target>, AwsError> {
        let answer = self
            .call(Action::DescribeTargetHealth, || self.elb.describe_target_health().target_group_arn(group_arn).send())
            .await?;
        Ok(answer.target_health_descriptions.unwrap_or_default().into_iter().filter_map(target).collect())
    }

    /// Registers an instance in a group, on each port.
    pub(crate) async fn register(&self, group_arn: &str, id: &InstanceId, ports: &[u16]) -> Result<(), AwsError> {
        self.call(Action::RegisterTargets, || {
            self.elb.register_targets().target_group_arn(group_arn).set_targets(Some(descriptions(id, ports))).send()
        })
        .await
        .map(drop)
    }

    /// Deregisters an instance from a group, from each port exactly.
    pub(crate) async fn deregister(&self, group_arn: &str, id: &InstanceId, ports: &[u16]) -> Result<(), AwsError> {
        self.call(Action::DeregisterTargets, || {
            self.elb.deregister_targets().target_group_arn(group_arn).set_targets(Some(descriptions(id, ports))).send()
        })
        .await
        .map(drop)
    }
}

fn descriptions(id: &InstanceId, ports: &[u16]) -> Vec<sdk::TargetDescription> {
    ports.iter().map(|&port| sdk::TargetDescription::builder().id(id.as_str()).port(i32::from(port)).build()).collect()
}

/// `None` for one that lacks its name or ARN, or is of a kind that this version does not know.
fn load_balancer(found: sdk::LoadBalancer) -> Option<LoadBalancer> {
    Some(LoadBalancer {
        arn: found.load_balancer_arn?,
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
    })
}

/// `None` for one that lacks its name or ARN, or whose targets are of a type that this version does not know.
fn target_group(found: sdk::TargetGroup) -> Option<TargetGroup> {
    Some(TargetGroup {
        arn: found.target_group_arn?,
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
        load_balancer_arns: found.load_balancer_arns.unwrap_or_default(),
    })
}

fn target(found: sdk::TargetHealthDescription) -> Option<Target> {
    let described = found.target?;
    let health = found.target_health;
    Some(Target {
        id: described.id?,
        port: port(described.port),
        state: health
            .as_ref()
            .and_then(|health| health.state.as_ref())
            .map_or(TargetState::Unknown, |state| TargetState::from_aws(state.as_str())),
        reason: health.as_ref().and_then(|health| health.reason.as_ref()).map(|reason| reason.as_str().to_owned()),
        description: health.and_then(|health| health.description),
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
