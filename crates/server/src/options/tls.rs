//! Whether and how connections are encrypted.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::seconds;

/// Whether and how connections are encrypted.
#[derive(Debug, Args)]
pub(crate) struct TlsOptions {
    /// Listens for TLS, version 1.2 or 1.3, with the certificate of this PEM file, the chain behind it. It is read anew when
    /// it changes
    #[arg(
        id = "tls_certificate",
        long = "tls-certificate",
        env = "ELB_MANAGER_TLS_CERTIFICATE",
        value_name = "FILE",
        requires = "tls_key"
    )]
    pub certificate: Option<PathBuf>,
    /// The PEM file of its private key, without a passphrase
    #[arg(
        id = "tls_key",
        long = "tls-key",
        env = "ELB_MANAGER_TLS_KEY",
        value_name = "FILE",
        requires = "tls_certificate"
    )]
    pub key: Option<PathBuf>,
    /// How long the handshake of TLS may take, in seconds
    #[arg(long = "tls-handshake-timeout", env = "ELB_MANAGER_TLS_HANDSHAKE_TIMEOUT", value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub handshake_timeout: Duration,
}

impl TlsOptions {
    /// The files of certificate and key, where TLS is wanted.
    pub(crate) fn files(&self) -> Option<[PathBuf; 2]> {
        Some([self.certificate.clone()?, self.key.clone()?])
    }
}
