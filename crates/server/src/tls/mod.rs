//! TLS by option: a certificate and its key from PEM files, which can be replaced while the service runs.

mod certificate;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::Utc;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;

pub(crate) use certificate::Certificate;

/// What accepts TLS: versions 1.2 and 1.3, for HTTP/1.1.
pub(crate) struct Tls {
    acceptor: TlsAcceptor,
    shown: Arc<Shown>,
}

/// The certificate that new connections are shown. Those that are open keep theirs.
struct Shown(RwLock<Arc<CertifiedKey>>);

impl Tls {
    /// Shows this certificate.
    ///
    /// # Errors
    /// Where the cryptography has no safe version of TLS, which it has.
    pub(crate) fn new(certificate: Certificate) -> Result<Self, rustls::Error> {
        judge(&certificate);
        let shown = Arc::new(Shown(RwLock::new(Arc::new(certificate.key))));
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&shown) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), shown })
    }

    /// Shows this certificate from now on.
    pub(crate) fn replace(&self, certificate: Certificate) {
        judge(&certificate);
        *self.shown.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(certificate.key);
    }

    /// What makes a connection one of TLS.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        self.acceptor.clone()
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _client: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shown")
    }
}

/// A certificate whose time is not now is shown all the same: load balancers do not look at it, and a service that does not
/// start would serve nobody.
fn judge(certificate: &Certificate) {
    let (from, until) = certificate.valid;
    if (from..=until).contains(&Utc::now()) {
        tracing::info!(%until, "the TLS certificate is valid");
    } else {
        tracing::warn!(%from, %until, "the TLS certificate is not valid now: most clients refuse it");
    }
}
