//! Who has which access key in the simulator, and what they sign.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign};
use aws_sigv4::sign::v4;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use elbm_simulator::{AccessKeySpec, Fleet};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Somebody with an access key.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) key: String,
    pub(crate) secret: String,
    pub(crate) session_token: Option<String>,
    pub(crate) arn: String,
}

impl Identity {
    fn new(key: &str, session_token: Option<&str>, what: &str) -> Self {
        Self {
            key: key.to_owned(),
            secret: format!("secret/of+{key}"),
            session_token: session_token.map(str::to_owned),
            arn: format!("arn:aws:{what}"),
        }
    }

    /// A session of the role `deploy`.
    pub(crate) fn deploy() -> Self {
        Self::new("ASIADEPLOY0000000000", Some("session/of+deploy=="), "sts::123456789012:assumed-role/deploy/ann")
    }

    /// A user whom the tests let read.
    pub(crate) fn vic() -> Self {
        Self::new("AKIAVIC0000000000000", None, "iam::123456789012:user/vic")
    }

    /// A user whom nobody knows.
    pub(crate) fn eve() -> Self {
        Self::new("AKIAEVE0000000000000", None, "iam::123456789012:user/eve")
    }

    /// Somebody who has assumed the role of the machines.
    pub(crate) fn pretender() -> Self {
        Self::new("ASIAPRETENDER0000000", Some("a"), "sts::123456789012:assumed-role/web/i-am-a-machine")
    }

    /// The instance of this id.
    pub(crate) fn machine(id: &str) -> Self {
        let key = format!("ASIA{}", id.replace('-', "").to_uppercase());
        Self::new(&key, Some("session/of+machine=="), &format!("sts::123456789012:assumed-role/web/{id}"))
    }

    /// Puts them all into a fleet with these machines.
    pub(crate) fn add_all(fleet: &mut Fleet, machines: &[String]) {
        let all = [Self::deploy(), Self::vic(), Self::eve(), Self::pretender()];
        for one in all.into_iter().chain(machines.iter().map(|id| Self::machine(id))) {
            let Self { key: id, secret, session_token, arn } = one;
            fleet.access_key(AccessKeySpec { id, secret, session_token, arn });
        }
    }

    /// The URL of a presigned `GetCallerIdentity`, for the service of this name.
    pub(crate) fn presigned(&self, aws: &str, server: &str, at: SystemTime) -> String {
        let mut settings = SigningSettings::default();
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::from_mins(1));
        let token = self.session_token.clone();
        let identity = Credentials::new(&self.key, &self.secret, token, None, "test").into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region("us-east-1")
            .name("sts")
            .time(at)
            .settings(settings)
            .build()
            .expect("whole")
            .into();
        let mut url = format!("{aws}/?Action=GetCallerIdentity&Version=2011-06-15");
        let headers = [("x-elbm-server", server)].into_iter();
        let request = SignableRequest::new("GET", url.as_str(), headers, SignableBody::Bytes(&[])).expect("a request");
        let (instructions, _) = sign(request, &parameters).expect("signed").into_parts();
        for (name, value) in instructions.params() {
            url.extend(["&", name, "="]);
            url.extend(utf8_percent_encode(value, NON_ALPHANUMERIC));
        }
        url
    }

    /// Its token for the service of this name.
    pub(crate) fn token(&self, aws: &str, server: &str) -> String {
        token(&self.presigned(aws, server, SystemTime::now()))
    }
}

/// The token of a URL.
pub(crate) fn token(url: &str) -> String {
    format!("elbm-aws-v1.{}", BASE64_URL_SAFE_NO_PAD.encode(url))
}
