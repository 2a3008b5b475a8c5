//! The SDK adapters: each turns one AWS call, all its pages, into the domain's types.

mod auto_scaling;
mod budget;
mod call;
mod classic;
mod config;
mod ec2;
mod elb;
mod error;
mod group_tags;
mod lease_table;
mod limits;
mod probe;
mod right;
mod sts;
mod tags;

use std::time::Duration;

use elbm_core::{GroupId, Lane, Target, TargetKey};

use budget::Budget;

use crate::metrics::Metrics;

pub(crate) use auto_scaling::{Scaled, ScalingMember};
pub use budget::{BudgetSettings, Class};
pub use call::Retry;
pub use config::{AwsSettings, ConfigError, from_environment, simulated};
pub use error::{Action, AwsError, AwsErrorKind};
pub(crate) use group_tags::GroupTags;
pub(crate) use lease_table::Put;
pub(crate) use right::Right;
pub use sts::{NoSts, SignedRequest, Sts, StsEndpoint};
pub(crate) use tags::{Tagged, Tags};

/// One AWS account and region, as the service uses it.
#[derive(Debug, Clone)]
pub struct Aws {
    auto_scaling: aws_sdk_autoscaling::Client,
    classic: aws_sdk_elasticloadbalancing::Client,
    dynamodb: aws_sdk_dynamodb::Client,
    elb: aws_sdk_elasticloadbalancingv2::Client,
    ec2: aws_sdk_ec2::Client,
    retry: Retry,
    budget: Budget,
    lane: Lane,
    metrics: Metrics,
    right: Right,
}

impl Aws {
    /// The clients for this configuration; nothing is called.
    #[must_use]
    pub fn new(config: &aws_config::SdkConfig, retry: Retry, budget: &BudgetSettings) -> Self {
        Self {
            auto_scaling: aws_sdk_autoscaling::Client::new(config),
            classic: aws_sdk_elasticloadbalancing::Client::new(config),
            dynamodb: aws_sdk_dynamodb::Client::new(config),
            elb: aws_sdk_elasticloadbalancingv2::Client::new(config),
            ec2: aws_sdk_ec2::Client::new(config),
            retry,
            budget: Budget::new(budget),
            lane: Lane::Read,
            metrics: Metrics::new(),
            right: Right::default(),
        }
    }

    /// The same, with calls for this reason.
    pub(crate) fn on(&self, lane: Lane) -> Self {
        Self { lane, ..self.clone() }
    }

    /// The same, with calls that are made only as long as this right holds.
    pub(crate) fn with(&self, right: Right) -> Self {
        Self { right, ..self.clone() }
    }

    /// The calls that the budget has left, by class; less than none where AWS throttled.
    #[must_use]
    pub fn left(&self) -> [(Class, f64); Class::ALL.len()] {
        self.budget.left()
    }

    /// What is counted.
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Counts what the budget has now.
    pub(crate) fn count_budget(&self) {
        for (class, left) in self.left() {
            self.metrics.budget_is(class, left, self.budget.burst(class));
        }
    }
}

impl Aws {
    /// Every target of a group, draining ones too.
    pub(crate) async fn targets(&self, group: &GroupId) -> Result<Vec<Target>, AwsError> {
        match group {
            GroupId::Arn(arn) => self.group_targets(arn).await,
            GroupId::Classic(name) => self.classic_targets(name).await,
        }
    }

    /// Registers targets in a group, all or none.
    pub(crate) async fn register(&self, group: &GroupId, keys: &[TargetKey]) -> Result<(), AwsError> {
        match group {
            GroupId::Arn(arn) => self.register_in_group(arn, keys).await,
            GroupId::Classic(name) => self.register_in_classic(name, keys).await,
        }
    }

    /// Deregisters targets from a group, each key exactly.
    pub(crate) async fn deregister(&self, group: &GroupId, keys: &[TargetKey]) -> Result<(), AwsError> {
        match group {
            GroupId::Arn(arn) => self.deregister_from_group(arn, keys).await,
            GroupId::Classic(name) => self.deregister_from_classic(name, keys).await,
        }
    }

    /// The attributes of a group, one call.
    pub(crate) async fn settings(&self, group: &GroupId) -> Result<GroupSettings, AwsError> {
        match group {
            GroupId::Arn(arn) => self.group_settings(arn).await,
            GroupId::Classic(name) => self.classic_settings(name).await,
        }
    }
}

/// What the attributes of a group say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GroupSettings {
    /// How long a deregistered target drains.
    pub(crate) delay: Duration,
    /// Whether connections are ended then.
    pub(crate) terminates_connections: bool,
    /// Over how long a new target gets its full share of requests.
    pub(crate) slow_start: Option<Duration>,
}
