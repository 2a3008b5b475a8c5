//! Whom AWS takes for the signer of a request: the one call that is not made with the service's own credentials.

use std::fmt;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sts::config::endpoint::{DefaultResolver, Params, ResolveEndpoint as _};
use aws_sdk_sts::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_sts::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_sts::error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::http::Headers;
use elbm_core::Lane;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::{Action, Aws, AwsError, AwsErrorKind};

/// How long STS may take for all attempts: whoever signs in waits for it.
const PATIENCE: Duration = Duration::from_secs(10);

/// An endpoint of STS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StsEndpoint {
    /// Scheme, host and, where it is not the scheme's, port: `https://sts.us-east-1.amazonaws.com`.
    pub origin: String,
    /// The region that requests to it are signed for.
    pub region: String,
}

/// A `GetCallerIdentity` that somebody else has signed. Whoever has it can make the call, so that it is not shown.
#[derive(Clone)]
pub struct SignedRequest {
    /// The URL, with the signature.
    pub url: Zeroizing<String>,
    /// A header that is signed too.
    pub header: (&'static str, String),
}

/// The endpoints of STS for the region of the service, and what calls them.
#[derive(Debug, Clone)]
pub struct Sts {
    client: aws_sdk_sts::Client,
    endpoints: Vec<StsEndpoint>,
}

/// AWS has no STS where the configuration is.
#[derive(Debug, thiserror::Error)]
#[error("AWS has no STS in the region {region}")]
pub struct NoSts {
    /// The region.
    region: String,
    /// What the SDK says.
    source: BoxError,
}

impl Sts {
    /// STS in the region of this configuration, and where that is an ordinary one of the partition `aws`, the global one.
    ///
    /// # Errors
    /// Where the SDK knows no STS there.
    pub async fn new(config: &SdkConfig) -> Result<Self, NoSts> {
        // The request is replaced before it is sent: what this signs is never seen.
        let nobody = Credentials::new("replaced", "replaced", None, None, "sign-in");
        let own = aws_sdk_sts::config::Builder::from(config)
            .credentials_provider(SharedCredentialsProvider::new(nobody))
            .build();
        Ok(Self { client: aws_sdk_sts::Client::from_conf(own), endpoints: endpoints(config).await? })
    }

    /// Where a request may have been signed for.
    #[must_use]
    pub fn endpoints(&self) -> &[StsEndpoint] {
        &self.endpoints
    }
}

async fn endpoints(config: &SdkConfig) -> Result<Vec<StsEndpoint>, NoSts> {
    let region = config.region().map(ToString::to_string).unwrap_or_default();
    if let Some(own) = config.endpoint_url() {
        return Ok(vec![StsEndpoint { origin: own.trim_end_matches('/').to_owned(), region }]);
    }
    let fips = config.use_fips().unwrap_or_default();
    let regional = resolved(&region, fips, config.use_dual_stack().unwrap_or_default(), false).await?;
    let is_ordinary = regional.origin == format!("https://sts.{region}.amazonaws.com");
    let mut endpoints = vec![regional];
    if is_ordinary && !region.starts_with("us-gov-") {
        endpoints.push(resolved("us-east-1", false, false, true).await?);
    }
    Ok(endpoints)
}

async fn resolved(region: &str, fips: bool, dual_stack: bool, global: bool) -> Result<StsEndpoint, NoSts> {
    let failed = |source: BoxError| NoSts { region: region.to_owned(), source };
    let params = Params::builder()
        .region(region)
        .use_fips(fips)
        .use_dual_stack(dual_stack)
        .use_global_endpoint(global)
        .build()
        .map_err(|error| failed(error.into()))?;
    let endpoint = DefaultResolver::new().resolve_endpoint(&params).await.map_err(failed)?;
    Ok(StsEndpoint { origin: endpoint.url().trim_end_matches('/').to_owned(), region: region.to_owned() })
}

impl Aws {
    /// The ARN of whoever has signed the request. [`AwsErrorKind::Credentials`] where AWS does not take the signature.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn signer(&self, sts: &Sts, request: &SignedRequest) -> Result<String, AwsError> {
        let action = Action::GetCallerIdentity;
        let failed = |kind| AwsError { action, kind, may_have_happened: false, source: None };
        let read = self.on(Lane::Read);
        let call = read.call(action, || {
            sts.client.get_caller_identity().customize().interceptor(Replacing(request.clone())).send()
        });
        let answer = timeout(PATIENCE, call).await.map_err(|_| failed(AwsErrorKind::Timeout))??;
        answer.arn.ok_or_else(|| failed(AwsErrorKind::Failed))
    }
}

/// Makes the SDK's own request the signed one. All else is the SDK's: connections, TLS, timeouts, the answer. It stays the same
/// request, as it holds what the SDK closes a bad connection by.
struct Replacing(SignedRequest);

impl fmt::Debug for Replacing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Replacing")
    }
}

impl fmt::Debug for SignedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedRequest")
    }
}

impl Intercept for Replacing {
    fn name(&self) -> &'static str {
        "Replacing"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let SignedRequest { url, header: (name, value) } = &self.0;
        let request = context.request_mut();
        request.set_method("GET")?;
        request.set_uri(url.as_str())?;
        *request.headers_mut() = Headers::new();
        request.headers_mut().try_insert(*name, value.clone())?;
        *request.body_mut() = HttpRequest::empty().into_body();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use aws_config::{BehaviorVersion, Region, SdkConfig};

    use super::endpoints;

    #[tokio::test]
    async fn the_endpoints_are_those_of_the_partition() {
        for (region, fips, expected) in [
            ("us-east-1", false, &["https://sts.us-east-1.amazonaws.com", "https://sts.amazonaws.com"][..]),
            ("eu-central-1", false, &["https://sts.eu-central-1.amazonaws.com", "https://sts.amazonaws.com"]),
            ("us-east-1", true, &["https://sts-fips.us-east-1.amazonaws.com"]),
            ("us-gov-west-1", false, &["https://sts.us-gov-west-1.amazonaws.com"]),
            ("cn-north-1", false, &["https://sts.cn-north-1.amazonaws.com.cn"]),
        ] {
            let config = SdkConfig::builder()
                .behavior_version(BehaviorVersion::latest())
                .region(Region::new(region))
                .use_fips(fips);
            let found = endpoints(&config.build()).await.expect("there is one");
            let origins: Vec<_> = found.iter().map(|endpoint| endpoint.origin.as_str()).collect();
            assert_eq!(origins, expected, "{region}");
            // The global one takes signatures for us-east-1.
            let regions: Vec<_> = found.iter().map(|endpoint| endpoint.region.as_str()).collect();
            assert_eq!(regions, [region, "us-east-1"][..expected.len()], "{region}");
        }
    }

    #[tokio::test]
    async fn an_endpoint_of_the_configuration_is_the_only_one() {
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .endpoint_url("http://127.0.0.1:4566/")
            .build();
        let found = endpoints(&config).await.expect("there is one");
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].origin.as_str(), found[0].region.as_str()), ("http://127.0.0.1:4566", "eu-west-1"));
    }
}
