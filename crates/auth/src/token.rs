//! Bearer tokens. They are random numbers of 256 bits, so that one round of SHA-256 hides them as well as argon2 would.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// How a token starts, so that scanners for leaked secrets can know it.
const PREFIX: &str = "elbm_";

/// What is kept of a token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TokenHash([u8; 32]);

/// A new token, and what is to be kept of it.
///
/// # Errors
/// Where the system has no random numbers.
pub fn generate() -> Result<(Zeroizing<String>, TokenHash), getrandom::Error> {
    let mut random = Zeroizing::new([0; 32]);
    getrandom::fill(random.as_mut_slice())?;
    let encoded = Zeroizing::new(BASE64_URL_SAFE_NO_PAD.encode(random.as_slice()));
    let token = Zeroizing::new(format!("{PREFIX}{}", *encoded));
    let hash = TokenHash::of(token.as_bytes());
    Ok((token, hash))
}

impl TokenHash {
    /// The hash of a token.
    #[must_use]
    pub fn of(token: &[u8]) -> Self {
        Self(Sha256::digest(token).into())
    }

    /// Reads `sha256:` and 64 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut hash = [0; 32];
        hex::decode_to_slice(text.strip_prefix("sha256:")?, &mut hash).ok()?;
        Some(Self(hash))
    }

    /// Whether both are of the same token, in a time that does not tell where they differ.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", hex::encode(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::{TokenHash, generate};

    #[test]
    fn a_token_is_known_by_its_hash_again() {
        let (token, hash) = generate().expect("random numbers");
        let (other, _) = generate().expect("random numbers");
        assert!(token.len() == 48 && token.starts_with("elbm_") && *token != *other);
        assert_eq!(TokenHash::parse(&hash.to_string()), Some(hash));
        assert!(hash.matches(&TokenHash::of(token.as_bytes())) && !hash.matches(&TokenHash::of(other.as_bytes())));
    }

    #[test]
    fn the_hash_is_that_of_sha256sum() {
        let abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(TokenHash::of(b"abc").to_string(), abc);
        for text in ["", "sha256:", &abc[7..], &abc[..70], &format!("{abc}00"), &abc.replace('b', "g")] {
            assert_eq!(TokenHash::parse(text), None, "{text}");
        }
    }
}
