//! What was verified lately.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

/// What is known of a secret that was verified: nothing without the key of this process.
pub(super) type Fingerprint = [u8; 32];

/// A bounded memory of verified secrets, by their fingerprints.
pub(super) struct Remembered<T> {
    /// The fingerprint of nothing yet, which every one begins with.
    keyed: Hmac<Sha256>,
    capacity: usize,
    lifetime: Duration,
    verified: Mutex<HashMap<Fingerprint, (T, Instant)>>,
}

impl<T: Clone> Remembered<T> {
    /// A memory of at most so many secrets, each for at most this time after it was verified.
    ///
    /// # Errors
    /// Where the system has no random numbers.
    pub(super) fn new(capacity: usize, lifetime: Duration) -> Result<Self, getrandom::Error> {
        let mut key = Zeroizing::new([0; 64]);
        getrandom::fill(key.as_mut_slice())?;
        Ok(Self { keyed: Hmac::new((&*key).into()), capacity, lifetime, verified: Mutex::default() })
    }

    /// The fingerprint of a secret.
    pub(super) fn fingerprint(&self, secret: &[u8]) -> Fingerprint {
        let mut mac = self.keyed.clone();
        mac.update(secret);
        mac.finalize().into_bytes().into()
    }

    /// Whose secret it is, where it was verified lately.
    pub(super) fn get(&self, fingerprint: &Fingerprint, now: Instant) -> Option<T> {
        let verified = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        let (whose, since) = verified.get(fingerprint)?;
        (now.saturating_duration_since(*since) < self.lifetime).then(|| whose.clone())
    }

    /// Remembers a secret that was verified now. Where there is no room, what has expired or is the oldest goes.
    pub(super) fn insert(&self, fingerprint: Fingerprint, whose: T, now: Instant) {
        let mut verified = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        if verified.len() >= self.capacity {
            verified.retain(|_, (_, since)| now.saturating_duration_since(*since) < self.lifetime);
        }
        if verified.len() >= self.capacity
            && let Some(oldest) = verified.iter().min_by_key(|(_, (_, since))| *since).map(|(key, _)| *key)
        {
            verified.remove(&oldest);
        }
        verified.insert(fingerprint, (whose, now));
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Remembered;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_secret_is_remembered_for_its_time() {
        let (memory, start) = (Remembered::new(2, SECOND * 60).expect("random numbers"), Instant::now());
        let (known, unknown) = (memory.fingerprint(b"a:b"), memory.fingerprint(b"a:c"));
        memory.insert(known, 'a', start);
        assert_eq!(memory.get(&known, start), Some('a'));
        assert_eq!(memory.get(&known, start + SECOND * 59), Some('a'));
        assert_eq!(memory.get(&known, start + SECOND * 60), None);
        assert_eq!(memory.get(&unknown, start), None);
    }

    #[test]
    fn the_oldest_makes_room() {
        let (memory, start) = (Remembered::new(2, SECOND * 60).expect("random numbers"), Instant::now());
        let keys: Vec<_> = [b"a", b"b", b"c", b"d"].map(|secret| memory.fingerprint(secret)).to_vec();
        for (key, after) in keys.iter().zip(0..3) {
            memory.insert(*key, after, start + SECOND * after);
        }
        let seen: Vec<_> = keys.iter().map(|key| memory.get(key, start + SECOND * 3)).collect();
        assert_eq!(seen, [None, Some(1), Some(2), None]);
        memory.insert(keys[3], 3, start + SECOND * 100);
        assert_eq!(memory.verified.lock().expect("not poisoned").len(), 1, "what had expired stayed");
    }

    #[test]
    fn two_processes_have_different_fingerprints() {
        let memories = [(); 2].map(|()| Remembered::<()>::new(1, SECOND).expect("random numbers"));
        assert_ne!(memories[0].fingerprint(b"a:b"), memories[1].fingerprint(b"a:b"));
    }
}
