//! A certificate with its chain and key, from two PEM files.

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::{Error as PemError, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use rustls::{CertificateError as Verdict, Error as RustlsError, InconsistentKeys, RootCertStore};

/// A certificate that fits its key.
pub(crate) struct Certificate {
    pub(super) key: CertifiedKey,
    /// From when until when.
    pub(super) valid: (DateTime<Utc>, DateTime<Utc>),
}

/// The files cannot be used. Nothing of the key is shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CertificateError {
    /// There is no certificate in it.
    #[error(
        "the TLS certificate {0} has no certificate: it must be PEM, -----BEGIN CERTIFICATE-----, with the chain behind it"
    )]
    NoCertificate(PathBuf),
    /// There is no key in it.
    #[error("the TLS key {0} has no private key: it must be PEM, -----BEGIN PRIVATE KEY-----, without a passphrase")]
    NoKey(PathBuf),
    /// Its PEM is broken.
    #[error("the TLS file {path} is no PEM")]
    Pem {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: PemError,
    },
    /// What it has is no certificate.
    #[error("the TLS certificate {path} cannot be read")]
    Certificate {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: RustlsError,
    },
    /// They are of different pairs.
    #[error("the TLS key {key} is not the key of the certificate {certificate}")]
    OtherKey {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
    },
    /// The key is of a kind that TLS has not.
    #[error("the TLS key {path} cannot be used")]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: RustlsError,
    },
}

/// A file by its name and content.
pub(crate) type Named<'a> = (&'a PathBuf, &'a [u8]);

impl Certificate {
    /// Reads the certificate, with the chain behind it, and its key.
    ///
    /// # Errors
    /// Where they cannot be used; the sentence says which, and why.
    pub(crate) fn read(certificate: Named<'_>, key: Named<'_>) -> Result<Self, CertificateError> {
        let (path, text) = certificate;
        let pem = |source| CertificateError::Pem { path: path.clone(), source };
        let chain = CertificateDer::pem_slice_iter(text).collect::<Result<Vec<_>, _>>().map_err(pem)?;
        let first = chain.first().ok_or_else(|| CertificateError::NoCertificate(path.clone()))?;
        let parsed = ParsedCertificate::try_from(first)
            .map_err(|source| CertificateError::Certificate { path: path.clone(), source })?;
        let valid = validity(&parsed);

        let (key_path, text) = key;
        let key = PrivateKeyDer::from_pem_slice(text).map_err(|error| match error {
            PemError::NoItemsFound => CertificateError::NoKey(key_path.clone()),
            source => CertificateError::Pem { path: key_path.clone(), source },
        })?;
        let key = CertifiedKey::from_der(chain, key, &default_provider()).map_err(|error| match error {
            RustlsError::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
                CertificateError::OtherKey { certificate: path.clone(), key: key_path.clone() }
            }
            source => CertificateError::Key { path: key_path.clone(), source },
        })?;
        Ok(Self { key, valid })
    }
}

/// From when until when the certificate is valid. The verifier says so where it is asked for the beginning and the end of time:
/// the library has no other way, and another one that reads certificates would be no less than the whole of X.509 again.
fn validity(certificate: &ParsedCertificate<'_>) -> (DateTime<Utc>, DateTime<Utc>) {
    let algorithms = default_provider().signature_verification_algorithms.all;
    let verdict = |time: Duration| {
        let time = UnixTime::since_unix_epoch(time);
        verify_server_cert_signed_by_trust_anchor(certificate, &RootCertStore::empty(), &[], time, algorithms)
    };
    let utc = |time: UnixTime| i64::try_from(time.as_secs()).ok().and_then(|time| DateTime::from_timestamp(time, 0));
    let from = match verdict(Duration::ZERO) {
        Err(RustlsError::InvalidCertificate(Verdict::NotValidYetContext { not_before, .. })) => utc(not_before),
        _ => None,
    };
    let until = match verdict(END_OF_TIME) {
        Err(RustlsError::InvalidCertificate(Verdict::ExpiredContext { not_after, .. })) => utc(not_after),
        _ => None,
    };
    (from.unwrap_or(DateTime::UNIX_EPOCH), until.unwrap_or(DateTime::<Utc>::MAX_UTC))
}

/// Later than any certificate can say: they end with the year 9999.
const END_OF_TIME: Duration = Duration::from_hours(24 * 366 * 10_000);

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use chrono::{Datelike as _, Utc};
    use rcgen::{CertificateParams, CertifiedKey, KeyPair, date_time_ymd, generate_simple_self_signed};

    use super::Certificate;

    fn pair() -> (String, String) {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).expect("a pair");
        (cert.pem(), signing_key.serialize_pem())
    }

    fn read(certificate: &str, key: &str) -> Result<Certificate, String> {
        let paths = [PathBuf::from("tls.crt"), PathBuf::from("tls.key")];
        Certificate::read((&paths[0], certificate.as_bytes()), (&paths[1], key.as_bytes()))
            .map_err(|error| format!("{:#}", anyhow::Error::from(error)))
    }

    #[test]
    fn a_pair_is_read_with_its_chain_and_its_time() {
        let (key, mut params) = (KeyPair::generate().expect("a key"), CertificateParams::default());
        params.not_before = date_time_ymd(2020, 2, 3);
        params.not_after = date_time_ymd(2021, 3, 4);
        let own = params.self_signed(&key).expect("a certificate").pem();
        let (other, _) = pair();
        // What else stands in the files does not matter.
        let read = read(&format!("subject=/CN=a\n{own}\n{other}"), &format!("{own}{}", key.serialize_pem()));
        let read = read.expect("a pair");
        assert_eq!(read.key.cert.len(), 2);
        let date = |time: chrono::DateTime<Utc>| (time.year(), time.month(), time.day());
        assert_eq!((date(read.valid.0), date(read.valid.1)), ((2020, 2, 3), (2021, 3, 4)));
    }

    #[test]
    fn what_is_wrong_is_said_with_the_file() {
        let ((certificate, key), (_, other)) = (pair(), pair());
        let encrypted = key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
        let no_der = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let no_key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        for (certificate, key, parts) in [
            ("", key.as_str(), ["tls.crt", "has no certificate"]),
            (key.as_str(), key.as_str(), ["tls.crt", "has no certificate"]),
            ("not PEM", key.as_str(), ["tls.crt", "has no certificate"]),
            (no_der, key.as_str(), ["tls.crt", "cannot be read"]),
            (&certificate[..certificate.len() - 30], key.as_str(), ["tls.crt", "is no PEM"]),
            (&certificate, "", ["tls.key", "has no private key"]),
            (&certificate, certificate.as_str(), ["tls.key", "has no private key"]),
            (&certificate, encrypted.as_str(), ["tls.key", "without a passphrase"]),
            (&certificate, no_key, ["tls.key", "cannot be used"]),
            (&certificate, other.as_str(), ["tls.key", "is not the key of the certificate tls.crt"]),
        ] {
            let error = read(certificate, key).err().unwrap_or_else(|| panic!("taken: {parts:?}"));
            assert!(parts.iter().all(|part| error.contains(part)), "{parts:?}: {error}");
            let secret = key.lines().nth(1).unwrap_or("-");
            assert!(secret.len() < 10 || !error.contains(secret), "{error}");
        }
    }
}
