//! What can go wrong with an AWS call, sorted by what it means for the caller of the service.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_elasticloadbalancingv2::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::Class;

/// The AWS calls that the service makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Reads load balancers.
    DescribeLoadBalancers,
    /// Reads target groups.
    DescribeTargetGroups,
    /// Reads listeners.
    DescribeListeners,
    /// Reads the targets of a group and their health.
    DescribeTargetHealth,
    /// Registers targets.
    RegisterTargets,
    /// Deregisters targets.
    DeregisterTargets,
    /// Reads the attributes of a target group.
    DescribeTargetGroupAttributes,
    /// Reads Classic load balancers.
    DescribeClassicLoadBalancers,
    /// Reads the instances of a Classic load balancer and their health.
    DescribeInstanceHealth,
    /// Reads the attributes of a Classic load balancer.
    DescribeLoadBalancerAttributes,
    /// Registers instances with a Classic load balancer.
    RegisterInstancesWithLoadBalancer,
    /// Deregisters instances from a Classic load balancer.
    DeregisterInstancesFromLoadBalancer,
    /// Reads how much an account may have.
    DescribeAccountLimits,
    /// Reads how much an account may have of Classic load balancers.
    DescribeClassicAccountLimits,
    /// Reads the tags of target groups.
    DescribeGroupTags,
    /// Reads the tags of Classic load balancers.
    DescribeClassicTags,
    /// Reads instances.
    DescribeInstances,
    /// Reads tags.
    DescribeTags,
    /// Sets tags of an instance.
    CreateTags,
    /// Deletes tags of an instance.
    DeleteTags,
    /// Reads the lifecycle states of instances in their Auto Scaling groups.
    DescribeAutoScalingInstances,
    /// Reads Auto Scaling groups.
    DescribeAutoScalingGroups,
    /// Puts an instance of an Auto Scaling group into Standby.
    EnterStandby,
    /// Brings an instance back from Standby.
    ExitStandby,
    /// Tells who has signed the call.
    GetCallerIdentity,
    /// Writes a lease.
    PutItem,
}

impl Action {
    /// Every call.
    pub const ALL: [Self; 26] = [
        Self::DescribeLoadBalancers,
        Self::DescribeTargetGroups,
        Self::DescribeListeners,
        Self::DescribeTargetHealth,
        Self::RegisterTargets,
        Self::DeregisterTargets,
        Self::DescribeTargetGroupAttributes,
        Self::DescribeClassicLoadBalancers,
        Self::DescribeInstanceHealth,
        Self::DescribeLoadBalancerAttributes,
        Self::RegisterInstancesWithLoadBalancer,
        Self::DeregisterInstancesFromLoadBalancer,
        Self::DescribeAccountLimits,
        Self::DescribeClassicAccountLimits,
        Self::DescribeGroupTags,
        Self::DescribeClassicTags,
        Self::DescribeInstances,
        Self::DescribeTags,
        Self::CreateTags,
        Self::DeleteTags,
        Self::DescribeAutoScalingInstances,
        Self::DescribeAutoScalingGroups,
        Self::EnterStandby,
        Self::ExitStandby,
        Self::GetCallerIdentity,
        Self::PutItem,
    ];

    /// AWS's name of it; two services have calls of the same name, see [`Class::service`].
    #[must_use]
    pub fn name(self) -> &'static str {
        let permission = self.permission();
        permission.split_once(':').map_or(permission, |(_, name)| name)
    }

    /// The permission it takes, as IAM policies write it.
    #[must_use]
    pub fn permission(self) -> &'static str {
        match self {
            Self::DescribeLoadBalancers | Self::DescribeClassicLoadBalancers => {
                "elasticloadbalancing:DescribeLoadBalancers"
            }
            Self::DescribeTargetGroups => "elasticloadbalancing:DescribeTargetGroups",
            Self::DescribeListeners => "elasticloadbalancing:DescribeListeners",
            Self::DescribeTargetHealth => "elasticloadbalancing:DescribeTargetHealth",
            Self::RegisterTargets => "elasticloadbalancing:RegisterTargets",
            Self::DeregisterTargets => "elasticloadbalancing:DeregisterTargets",
            Self::DescribeTargetGroupAttributes => "elasticloadbalancing:DescribeTargetGroupAttributes",
            Self::DescribeInstanceHealth => "elasticloadbalancing:DescribeInstanceHealth",
            Self::DescribeLoadBalancerAttributes => "elasticloadbalancing:DescribeLoadBalancerAttributes",
            Self::RegisterInstancesWithLoadBalancer => "elasticloadbalancing:RegisterInstancesWithLoadBalancer",
            Self::DeregisterInstancesFromLoadBalancer => "elasticloadbalancing:DeregisterInstancesFromLoadBalancer",
            Self::DescribeAccountLimits | Self::DescribeClassicAccountLimits => {
                "elasticloadbalancing:DescribeAccountLimits"
            }
            Self::DescribeGroupTags | Self::DescribeClassicTags => "elasticloadbalancing:DescribeTags",
            Self::DescribeInstances => "ec2:DescribeInstances",
            Self::DescribeTags => "ec2:DescribeTags",
            Self::CreateTags => "ec2:CreateTags",
            Self::DeleteTags => "ec2:DeleteTags",
            Self::DescribeAutoScalingInstances => "autoscaling:DescribeAutoScalingInstances",
            Self::DescribeAutoScalingGroups => "autoscaling:DescribeAutoScalingGroups",
            Self::EnterStandby => "autoscaling:EnterStandby",
            Self::ExitStandby => "autoscaling:ExitStandby",
            Self::GetCallerIdentity => "sts:GetCallerIdentity",
            Self::PutItem => "dynamodb:PutItem",
        }
    }

    /// Whether it changes load balancers, instances or Auto Scaling groups.
    #[must_use]
    pub fn writes(self) -> bool {
        match self {
            Self::RegisterTargets
            | Self::DeregisterTargets
            | Self::RegisterInstancesWithLoadBalancer
            | Self::DeregisterInstancesFromLoadBalancer
            | Self::CreateTags
            | Self::DeleteTags
            | Self::EnterStandby
            | Self::ExitStandby => true,
            Self::DescribeLoadBalancers
            | Self::DescribeTargetGroups
            | Self::DescribeListeners
            | Self::DescribeTargetHealth
            | Self::DescribeTargetGroupAttributes
            | Self::DescribeClassicLoadBalancers
            | Self::DescribeInstanceHealth
            | Self::DescribeLoadBalancerAttributes
            | Self::DescribeAccountLimits
            | Self::DescribeClassicAccountLimits
            | Self::DescribeGroupTags
            | Self::DescribeClassicTags
            | Self::DescribeInstances
            | Self::DescribeTags
            | Self::DescribeAutoScalingInstances
            | Self::DescribeAutoScalingGroups
            | Self::GetCallerIdentity
            | Self::PutItem => false,
        }
    }

    /// The class that AWS counts it to.
    #[must_use]
    pub fn class(self) -> Class {
        match self {
            Self::DescribeLoadBalancers
            | Self::DescribeTargetGroups
            | Self::DescribeListeners
            | Self::DescribeTargetHealth
            | Self::DescribeTargetGroupAttributes
            | Self::DescribeAccountLimits
            | Self::DescribeGroupTags => Class::ElbReads,
            Self::RegisterTargets | Self::DeregisterTargets => Class::ElbWrites,
            Self::DescribeClassicLoadBalancers
            | Self::DescribeInstanceHealth
            | Self::DescribeLoadBalancerAttributes
            | Self::DescribeClassicAccountLimits
            | Self::DescribeClassicTags => Class::ClassicReads,
            Self::RegisterInstancesWithLoadBalancer | Self::DeregisterInstancesFromLoadBalancer => Class::ClassicWrites,
            Self::DescribeInstances | Self::DescribeTags => Class::Ec2Reads,
            Self::CreateTags | Self::DeleteTags => Class::Ec2Writes,
            Self::DescribeAutoScalingGroups
            | Self::DescribeAutoScalingInstances
            | Self::EnterStandby
            | Self::ExitStandby => Class::AutoScaling,
            Self::GetCallerIdentity => Class::Sts,
            Self::PutItem => Class::Leases,
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.permission())
    }
}

/// An AWS call that failed. `Display` is one sentence without AWS's details; they are in the source.
#[derive(Debug, thiserror::Error)]
#[error("{action} failed: {kind}")]
pub struct AwsError {
    /// The call.
    pub action: Action,
    /// What it means.
    pub kind: AwsErrorKind,
    /// Whether a write may have happened all the same: the answer of this attempt, or of one before it, was lost.
    pub may_have_happened: bool,
    /// What the SDK said, for the log.
    pub source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What a failed AWS call means.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AwsErrorKind {
    /// The service lacks the permission.
    #[error("access denied")]
    AccessDenied,
    /// There are no credentials, or AWS does not take them (any more).
    #[error("no valid AWS credentials")]
    Credentials,
    /// AWS throttles the account.
    #[error("throttled")]
    Throttled,
    /// The service's own budget of calls is spent.
    #[error("the budget of calls is spent for {} s", until.as_secs_f64())]
    BudgetSpent {
        /// When it would have been the call's turn.
        until: Duration,
    },
    /// The lease under which the call was to be made is over, or lost to another replica: the call was not made.
    #[error("the lease is lost")]
    LeaseLost,
    /// No connection, or it broke.
    #[error("AWS could not be reached")]
    Unreachable,
    /// No answer in time.
    #[error("AWS did not answer in time")]
    Timeout,
    /// AWS failed by its own account, or its answer could not be read.
    #[error("AWS failed")]
    Failed,
    /// AWS refused the call for what was asked.
    #[error("AWS refused it: {code}")]
    Rejected {
        /// AWS's error code.
        code: String,
        /// AWS's sentence.
        message: String,
    },
}

impl AwsErrorKind {
    /// Whether another attempt may succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Throttled | Self::Unreachable | Self::Timeout | Self::Failed)
    }

    /// Whether a write whose attempt ended so may have happened all the same.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        matches!(self, Self::Unreachable | Self::Timeout | Self::Failed)
    }
}

impl AwsError {
    /// AWS's error code, where AWS refused the call.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match &self.kind {
            AwsErrorKind::Rejected { code, .. } => Some(code),
            _ => None,
        }
    }

    pub(super) fn from_sdk<E>(action: Action, error: SdkError<E, HttpResponse>) -> Self
    where
        E: StdError + ProvideErrorMetadata + Send + Sync + 'static,
    {
        let kind = match &error {
            SdkError::TimeoutError(_) => AwsErrorKind::Timeout,
            SdkError::DispatchFailure(failure) if failure.is_timeout() => AwsErrorKind::Timeout,
            SdkError::DispatchFailure(_) if concerns_credentials(&error) => AwsErrorKind::Credentials,
            SdkError::DispatchFailure(_) => AwsErrorKind::Unreachable,
            SdkError::ServiceError(answer) => {
                from_answer(answer.err().code(), answer.err().message(), answer.raw().status().as_u16())
            }
            SdkError::ConstructionFailure(_) if concerns_credentials(&error) => AwsErrorKind::Credentials,
            _ => AwsErrorKind::Failed,
        };
        Self { action, may_have_happened: kind.is_ambiguous(), kind, source: Some(Box::new(error)) }
    }
}

/// AWS's codes, sorted. Those that are not here and come with a 4xx concern what was asked.
fn from_answer(code: Option<&str>, message: Option<&str>, status: u16) -> AwsErrorKind {
    match code {
        Some(
            "Throttling"
            | "ThrottlingException"
            | "ThrottledException"
            | "RequestLimitExceeded"
            | "RequestThrottled"
            | "ProvisionedThroughputExceededException",
        ) => AwsErrorKind::Throttled,
        Some("AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "OptInRequired") => {
            AwsErrorKind::AccessDenied
        }
        Some(
            "ExpiredToken"
            | "ExpiredTokenException"
            | "RequestExpired"
            | "InvalidClientTokenId"
            | "UnrecognizedClientException"
            | "InvalidAccessKeyId"
            | "AuthFailure"
            | "SignatureDoesNotMatch"
            | "IncompleteSignature"
            | "MissingAuthenticationToken",
        ) => AwsErrorKind::Credentials,
        Some(code) if status < 500 => {
            AwsErrorKind::Rejected { code: code.to_owned(), message: message.unwrap_or_default().to_owned() }
        }
        _ => AwsErrorKind::Failed,
    }
}

/// The SDK has no type of its own for missing credentials: they are a source of the failure to send.
fn concerns_credentials(error: &(dyn StdError + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<CredentialsError>() {
            return true;
        }
        next = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{Action, AwsErrorKind, from_answer};

    #[test]
    fn each_action_has_its_place() {
        for (number, action) in Action::ALL.into_iter().enumerate() {
            assert_eq!(action as usize, number, "{action}");
        }
        assert_eq!(Action::DescribeClassicTags.name(), "DescribeTags");
    }

    #[test]
    fn sorts_the_codes_of_aws() {
        let rejected = |code: &str| AwsErrorKind::Rejected { code: code.to_owned(), message: "sentence".to_owned() };
        let cases = [
            (Some("Throttling"), 400, AwsErrorKind::Throttled),
            (Some("RequestLimitExceeded"), 503, AwsErrorKind::Throttled),
            (Some("AccessDenied"), 403, AwsErrorKind::AccessDenied),
            (Some("UnauthorizedOperation"), 403, AwsErrorKind::AccessDenied),
            (Some("ExpiredToken"), 403, AwsErrorKind::Credentials),
            (Some("AuthFailure"), 401, AwsErrorKind::Credentials),
            (Some("InternalFailure"), 500, AwsErrorKind::Failed),
            (Some("InvalidTarget"), 400, rejected("InvalidTarget")),
            (None, 502, AwsErrorKind::Failed),
            (None, 400, AwsErrorKind::Failed),
        ];
        for (code, status, expected) in cases {
            assert_eq!(from_answer(code, Some("sentence"), status), expected, "{code:?} {status}");
        }
    }
}
