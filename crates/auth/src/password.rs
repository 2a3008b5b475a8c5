//! Passwords: argon2id, with the parameters that its crate recommends.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params};

/// The fewest characters of a password.
pub const SHORTEST: usize = 12;

/// What checking one password may cost at most: memory in KiB, passes, lanes. A file of other costs would let each request
/// take the machine's memory.
const MOST_MEMORY: u32 = 256 * 1024;
const MOST_PASSES: u32 = 10;
const MOST_LANES: u32 = 16;

/// Hashes a password with a salt of its own.
///
/// # Errors
/// Where the system has no random numbers.
pub fn hash(password: &str) -> argon2::password_hash::Result<PasswordHash> {
    Argon2::default().hash_password(password.as_bytes())
}

/// Reads a hash of the form that [`hash()`] makes, `$argon2id$…`, of any costs that can be borne.
pub(crate) fn parse(text: &str) -> Option<PasswordHash> {
    let hash = PasswordHash::new(text).ok()?;
    let bearable = Params::try_from(&hash).is_ok_and(|costs| {
        costs.m_cost() <= MOST_MEMORY && costs.t_cost() <= MOST_PASSES && costs.p_cost() <= MOST_LANES
    });
    let usable = hash.algorithm.as_str() == Algorithm::Argon2id.as_str()
        && bearable
        && hash.salt.is_some()
        && hash.hash.is_some();
    usable.then_some(hash)
}

/// Whether the password is the one of the hash. Takes tens of milliseconds and 19 MiB.
#[must_use]
pub fn verify(password: &[u8], hash: &PasswordHash) -> bool {
    Argon2::default().verify_password(password, hash).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{hash, parse, verify};

    #[test]
    fn a_hash_is_read_back_and_knows_its_password() {
        let made = hash("correct horse battery").expect("random numbers").to_string();
        let read = parse(&made).expect("well formed");
        assert_eq!(read.to_string(), made);
        assert!(verify(b"correct horse battery", &read) && !verify(b"correct horse batterx", &read));
        assert_ne!(hash("correct horse battery").expect("random numbers").to_string(), made, "no salt");
    }

    #[test]
    fn nothing_else_is_a_hash() {
        let made = hash("correct horse battery").expect("random numbers").to_string();
        for text in [
            "",
            "correct horse battery",
            "$argon2id$",
            "$argon2id$v=19$m=19456,t=2,p=1",
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA",
            &made.replace("argon2id", "argon2i"),
            &made.replace("t=2", "t=0"),
            &made.replace("t=2", "t=11"),
            &made.replace("m=19456", "m=262145"),
            &made.replace("p=1", "p=17"),
            &made[..made.rfind('$').expect("parts")],
        ] {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
