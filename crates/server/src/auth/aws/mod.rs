//! Signing in with AWS: no secret is shared. A caller presigns `sts:GetCallerIdentity` with its own AWS credentials, and this
//! service asks AWS whose signature that is.

pub(super) mod token;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;
use elbm_engine::aws::{Aws, AwsError, AwsErrorKind, Sts};
use tokio::sync::Semaphore;

pub(crate) use token::BadToken;

use super::TooOften;
use super::failures::Failures;
use super::limit;
use super::remembered::Remembered;

/// How many signatures are asked about at once.
const CALLS: usize = 16;

/// How many signatures are remembered, and for how long: a token that is sent with each request costs one call a minute.
const REMEMBERED: (usize, Duration) = (1000, Duration::from_mins(1));

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotSignedIn {
    /// The token is none, or not for now.
    #[error(transparent)]
    Token(#[from] BadToken),
    /// AWS does not take the signature.
    #[error(
        "AWS does not take the AWS sign-in: it was signed for another service than '{server}', with credentials that are not \
         valid any more, or by nobody"
    )]
    Signature {
        /// The name that this service goes by.
        server: String,
    },
    /// AWS knows who it is, this service does not.
    #[error("no principal of this service is {0}")]
    Stranger(String),
    /// AWS could not be asked.
    #[error("AWS could not be asked who the caller is")]
    Aws(#[source] AwsError),
    /// Too many of its address have failed; this one was not looked at.
    #[error(transparent)]
    TooOften(#[from] TooOften),
}

/// Asks AWS who callers are.
pub(crate) struct SignIn {
    /// The name that tokens have to be for.
    server: String,
    aws: Aws,
    sts: Sts,
    /// ARNs, by the fingerprints of tokens.
    remembered: Remembered<Arc<str>>,
    failures: Failures,
    calls: Semaphore,
}

impl SignIn {
    /// For tokens that are signed for the service of this name.
    ///
    /// # Errors
    /// Where the system has no random numbers.
    pub(crate) fn new(server: String, aws: Aws, sts: Sts) -> Result<Self, getrandom::Error> {
        let (capacity, lifetime) = REMEMBERED;
        let remembered = Remembered::new(capacity, lifetime)?;
        Ok(Self { server, aws, sts, remembered, failures: Failures::default(), calls: Semaphore::new(CALLS) })
    }

    /// The ARN of whoever has signed the token, which came from this address.
    ///
    /// # Errors
    /// [`NotSignedIn`], but for the stranger, whom the caller of this knows.
    pub(super) async fn signer(&self, token: &[u8], address: IpAddr) -> Result<Arc<str>, NotSignedIn> {
        let request = token::read(token, self.sts.endpoints(), &self.server, Utc::now())?;
        let fingerprint = self.remembered.fingerprint(token);
        let source = limit::source(address);
        let too_often = |wait| TooOften::SignIns { wait };
        if let Some(arn) = self.remembered.get(&fingerprint, Instant::now()) {
            return Ok(arn);
        }
        self.failures.check(source, Instant::now()).map_err(too_often)?;
        // The semaphore is never closed.
        let _place = self.calls.acquire().await;
        // Another request may have asked the same, or failed, while this one waited.
        if let Some(arn) = self.remembered.get(&fingerprint, Instant::now()) {
            return Ok(arn);
        }
        self.failures.check(source, Instant::now()).map_err(too_often)?;
        match self.aws.signer(&self.sts, &request).await {
            Ok(arn) => {
                let arn: Arc<str> = arn.into();
                self.remembered.insert(fingerprint, Arc::clone(&arn), Instant::now());
                Ok(arn)
            }
            Err(error) if is_refusal(&error.kind) => {
                self.failures.note(source, Instant::now());
                tracing::info!(%address, error = &error as &dyn std::error::Error, "AWS refuses a sign-in");
                Err(NotSignedIn::Signature { server: self.server.clone() })
            }
            Err(error) => Err(NotSignedIn::Aws(error)),
        }
    }

    /// Notes that whoever called from this address is nobody here.
    pub(super) fn stranger(&self, address: IpAddr) {
        self.failures.note(limit::source(address), Instant::now());
    }
}

/// Whether AWS has looked at the signature and does not take it.
fn is_refusal(kind: &AwsErrorKind) -> bool {
    matches!(kind, AwsErrorKind::Credentials | AwsErrorKind::AccessDenied | AwsErrorKind::Rejected { .. })
}
