//! Signing in with AWS: the token is a presigned `sts:GetCallerIdentity`, which the service shows to AWS. It is good for two
//! minutes, and for the service alone for which it is signed.

use std::time::{Duration, SystemTime};

use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::provider::ProvideCredentials as _;
use aws_sdk_sts::config::endpoint::{DefaultResolver, Params, ResolveEndpoint as _};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign};
use aws_sigv4::sign::v4;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::secret::Secret;

/// How long a token is good: long enough for clocks that differ by a little.
const GOOD: Duration = Duration::from_mins(2);

/// How long one is used.
pub(crate) const RENEWED: Duration = Duration::from_mins(1);

/// Who signs: the AWS credentials of the environment, of a profile, or of the role of this machine.
pub(crate) struct Signer {
    config: SdkConfig,
    /// `https://sts.us-east-1.amazonaws.com`
    origin: String,
    region: String,
}

impl Signer {
    /// What the AWS environment says.
    pub(crate) async fn of_environment() -> Result<Self, Failure> {
        let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
        let Some(region) = config.region().map(ToString::to_string) else {
            return Err(failed("set AWS_REGION, or a region in the AWS profile"));
        };
        let origin = match config.endpoint_url() {
            Some(own) => own.to_owned(),
            None => origin(&config, &region).await?,
        };
        Ok(Self { origin: origin.trim_end_matches('/').to_owned(), config, region })
    }

    /// A token for the service of this name.
    pub(crate) async fn token(&self, server: &str) -> Result<Secret, Failure> {
        let provider = self.config.credentials_provider().ok_or_else(|| failed("there are no AWS credentials"))?;
        let credentials = provider.provide_credentials().await.map_err(|error| {
            let why = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            failed(&format!("there are no AWS credentials: {why}"))
        })?;
        let url = self.signed(server, credentials).map_err(|error| failed(&error.to_string()))?;
        Ok(Secret::new(format!("elbm-aws-v1.{}", BASE64_URL_SAFE_NO_PAD.encode(url))))
    }

    fn signed(
        &self,
        server: &str,
        credentials: aws_credential_types::Credentials,
    ) -> Result<String, Box<dyn std::error::Error>> {
        let mut settings = SigningSettings::default();
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(GOOD);
        let identity = credentials.into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("sts")
            .time(SystemTime::now())
            .settings(settings)
            .build()?
            .into();
        let mut url = format!("{}/?Action=GetCallerIdentity&Version=2011-06-15", self.origin);
        let headers = [("x-elbm-server", server)].into_iter();
        let request = SignableRequest::new("GET", url.as_str(), headers, SignableBody::Bytes(&[]))?;
        let (instructions, _) = sign(request, &parameters)?.into_parts();
        for (name, value) in instructions.params() {
            url.push('&');
            url.push_str(name);
            url.push('=');
            url.extend(utf8_percent_encode(value, NON_ALPHANUMERIC));
        }
        Ok(url)
    }
}

async fn origin(config: &SdkConfig, region: &str) -> Result<String, Failure> {
    let parameters = Params::builder()
        .region(region)
        .use_fips(config.use_fips().unwrap_or_default())
        .use_dual_stack(config.use_dual_stack().unwrap_or_default())
        .build()
        .map_err(|error| failed(&error.to_string()))?;
    let endpoint = DefaultResolver::new().resolve_endpoint(&parameters).await;
    Ok(endpoint.map_err(|error| failed(&error.to_string()))?.url().to_owned())
}

fn failed(why: &str) -> Failure {
    Failure::new(Exit::Failed, format!("cannot sign in with AWS: {why}"))
}
