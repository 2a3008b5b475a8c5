//! A simulator on a free port, and clients of the real SDK that talk to it and to nothing else.

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_autoscaling as scaling;
use aws_sdk_ec2 as ec2;
use aws_sdk_elasticloadbalancing as classic;
use aws_sdk_elasticloadbalancingv2 as elb;
use aws_sdk_elasticloadbalancingv2::types::TargetDescription;
use aws_sdk_sts as sts;
use elbm_simulator::{Clock, Config, Fleet, Handle, Load, Simulator};

pub(crate) const LOOSE: &str = "i-06060a1e235609999";

pub(crate) struct Bench {
    pub(crate) simulator: Simulator,
    pub(crate) handle: Handle,
    pub(crate) elb: elb::Client,
    pub(crate) classic: classic::Client,
    pub(crate) ec2: ec2::Client,
    pub(crate) scaling: scaling::Client,
    pub(crate) sts: sts::Client,
}

impl Bench {
    /// How the simulator of a test is started.
    pub(crate) fn config(fleet: Fleet) -> Config {
        Config { listen: ([127, 0, 0, 1], 0).into(), clock: Clock::Stepped, fleet, load: Load::default() }
    }

    pub(crate) async fn start(fleet: Fleet) -> Self {
        Self::run(Self::config(fleet)).await
    }

    pub(crate) async fn run(config: Config) -> Self {
        let simulator = Simulator::start(config).await.unwrap();
        let sdk = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(simulator.endpoint())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::for_tests()))
            .retry_config(RetryConfig::disabled())
            .build();
        Self {
            handle: simulator.handle(),
            simulator,
            elb: elb::Client::new(&sdk),
            classic: classic::Client::new(&sdk),
            ec2: ec2::Client::new(&sdk),
            scaling: scaling::Client::new(&sdk),
            sts: sts::Client::new(&sdk),
        }
    }

    pub(crate) async fn seeded() -> Self {
        Self::start(Fleet::seeded()).await
    }

    /// The ARN of the target group of this name.
    pub(crate) async fn group(&self, name: &str) -> String {
        let found = self.elb.describe_target_groups().names(name).send().await.unwrap();
        found.target_groups()[0].target_group_arn().unwrap().to_owned()
    }

    /// The targets that a read shows: `id:port state reason`, with the reason where there is one.
    pub(crate) async fn shown(&self, arn: &str) -> Vec<String> {
        let shown = self.elb.describe_target_health().target_group_arn(arn).send().await.unwrap();
        shown.target_health_descriptions().iter().map(words).collect()
    }
}

/// `id:port state reason`, with the reason where there is one.
pub(crate) fn words(found: &elb::types::TargetHealthDescription) -> String {
    let (target, health) = (found.target().unwrap(), found.target_health().unwrap());
    let id = target.id().unwrap();
    let port = target.port().map(|port| format!(":{port}")).unwrap_or_default();
    let reason = health.reason().map(|reason| format!(" {reason}")).unwrap_or_default();
    format!("{id}{port} {}{reason}", health.state().unwrap())
}

pub(crate) fn target(id: &str) -> TargetDescription {
    TargetDescription::builder().id(id).build()
}

pub(crate) fn target_on(id: &str, port: i32) -> TargetDescription {
    TargetDescription::builder().id(id).port(port).build()
}

/// The code and message of an SDK error, and its HTTP status.
macro_rules! refusal {
    ($call:expr) => {{
        use aws_sdk_elasticloadbalancingv2::error::ProvideErrorMetadata as _;
        let error = $call.send().await.unwrap_err();
        let status = error.raw_response().map(|response| response.status().as_u16());
        (error.code().map(str::to_owned), error.message().map(str::to_owned), status)
    }};
}
pub(crate) use refusal;

/// What [`refusal!`] gives for an error with status 400.
pub(crate) fn refused(code: &str, message: &str) -> (Option<String>, Option<String>, Option<u16>) {
    refused_with(code, message, 400)
}

/// What [`refusal!`] gives for an error.
pub(crate) fn refused_with(code: &str, message: &str, status: u16) -> (Option<String>, Option<String>, Option<u16>) {
    (Some(code.to_owned()), Some(message.to_owned()), Some(status))
}
