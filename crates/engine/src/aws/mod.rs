//! The SDK adapters: each turns one AWS call, all its pages, into the domain's types.

mod call;
mod config;
mod ec2;
mod elb;
mod error;

pub use call::Retry;
pub use config::{AwsSettings, ConfigError, from_environment, simulated};
pub use error::{Action, AwsError, AwsErrorKind};

/// One AWS account and region, as the service uses it.
#[derive(Debug, Clone)]
pub struct Aws {
    elb: aws_sdk_elasticloadbalancingv2::Client,
    ec2: aws_sdk_ec2::Client,
    retry: Retry,
}

impl Aws {
    /// The clients for this configuration; nothing is called.
    #[must_use]
    pub fn new(config: &aws_config::SdkConfig, retry: Retry) -> Self {
        Self { elb: aws_sdk_elasticloadbalancingv2::Client::new(config), ec2: aws_sdk_ec2::Client::new(config), retry }
    }
}
