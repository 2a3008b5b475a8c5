//! What the state refuses, in AWS's codes and sentences.

use super::arn::Resource;
use crate::wire::AwsError;

/// Why an action is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// Rule: not-found.
    #[error("One or more {}s not found", .0.words())]
    NotFound(Resource),
    /// Rule: malformed-arn.
    #[error("'{arn}' is not a valid {} ARN", .resource.words())]
    MalformedArn { resource: Resource, arn: String },
    /// Rule: register-malformed-id.
    #[error("Instance ID '{0}' is not valid")]
    MalformedInstanceId(String),
    /// Rule: register-target-type.
    #[error("The target ID '{0}' is not valid for the target type of the target group")]
    WrongTargetType(String),
    /// Rule: lambda-has-no-port.
    #[error("You cannot specify a port for a target of type lambda: '{0}'")]
    PortOfLambda(String),
    /// Rule: geneve-port.
    #[error("The port of the target '{0}' is not supported: the supported port of GENEVE is 6081")]
    PortOfGeneve(String),
    /// Rule: register-duplicates.
    #[error("The following targets are specified more than once: {}", quoted(.0))]
    DuplicateTargets(Vec<String>),
    /// Rule: register-unknown-instance.
    #[error("The following instances do not exist: {}", quoted(.0))]
    UnknownInstances(Vec<String>),
    /// Rule: register-not-running.
    #[error("The following targets are not in a running state and cannot be registered: {}", quoted(.0))]
    NotRunning(Vec<String>),
    /// Rule: register-other-vpc.
    #[error("The following targets are not in the target group VPC '{vpc}': {}", quoted(.ids))]
    OtherVpc { vpc: String, ids: Vec<String> },
    /// Rule: ec2-instance-id.
    #[error("Invalid id: \"{0}\"")]
    Ec2MalformedInstanceId(String),
    /// Rule: ec2-unknown-instance.
    #[error("{}", ec2_unknown(.0))]
    Ec2UnknownInstances(Vec<String>),
    /// What is refused in one place only, where its rule is named.
    #[error("{message}")]
    Because { code: &'static str, message: String },
}

impl Refusal {
    /// A refusal of one place.
    pub(crate) fn because(code: &'static str, message: impl Into<String>) -> Self {
        Self::Because { code, message: message.into() }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(Resource::LoadBalancer) => "LoadBalancerNotFound",
            Self::NotFound(Resource::TargetGroup) => "TargetGroupNotFound",
            Self::NotFound(Resource::Listener) => "ListenerNotFound",
            Self::NotFound(Resource::ListenerRule) => "RuleNotFound",
            Self::MalformedArn { .. }
            | Self::MalformedInstanceId(_)
            | Self::WrongTargetType(_)
            | Self::PortOfLambda(_)
            | Self::PortOfGeneve(_)
            | Self::DuplicateTargets(_) => "ValidationError",
            Self::UnknownInstances(_) | Self::NotRunning(_) | Self::OtherVpc { .. } => "InvalidTarget",
            Self::Ec2MalformedInstanceId(_) => "InvalidInstanceID.Malformed",
            Self::Ec2UnknownInstances(_) => "InvalidInstanceID.NotFound",
            Self::Because { code, .. } => code,
        }
    }
}

impl From<Refusal> for AwsError {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.code(), refusal.to_string())
    }
}

/// Ids in quotation marks, between commas.
fn quoted(ids: &[String]) -> String {
    ids.iter().map(|id| format!("'{id}'")).collect::<Vec<_>>().join(", ")
}

fn ec2_unknown(ids: &[String]) -> String {
    match ids {
        [id] => format!("The instance ID '{id}' does not exist"),
        ids => format!("The instance IDs '{}' do not exist", ids.join(", ")),
    }
}
