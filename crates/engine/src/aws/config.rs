//! Where AWS is: the environment's account, or a simulator.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;

/// How long an AWS call may take.
#[derive(Debug, Clone, Copy)]
pub struct AwsSettings {
    /// The longest time for one attempt of one call, connecting included.
    pub attempt_timeout: Duration,
}

/// The AWS configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Neither the environment, nor the profile, nor the instance names a region.
    #[error("no AWS region is configured: set AWS_REGION, or a region in the AWS profile")]
    NoRegion,
}

/// The account and region of the AWS environment: its variables, profiles and, on a machine of AWS, its role.
///
/// # Errors
/// [`ConfigError::NoRegion`] where no region is configured.
pub async fn from_environment(settings: AwsSettings) -> Result<SdkConfig, ConfigError> {
    let config = aws_config::defaults(BehaviorVersion::latest())
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts(settings))
        .load()
        .await;
    if config.region().is_none() {
        return Err(ConfigError::NoRegion);
    }
    Ok(config)
}

/// A simulator of this region at `endpoint`. Built in code from end to end, so that no profile or variable of the environment can turn
/// it to a real account.
#[must_use]
pub fn simulated(endpoint: &str, region: String, settings: AwsSettings) -> SdkConfig {
    let credentials = Credentials::new("simulated", "simulated", None, None, "simulator");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint)
        .region(Region::new(region))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts(settings))
        .build()
}

/// The SDK's own retries are off: [`super::call`] has the one loop.
fn timeouts(settings: AwsSettings) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(settings.attempt_timeout)
        .operation_attempt_timeout(settings.attempt_timeout)
        .build()
}
