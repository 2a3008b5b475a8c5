//! How often somebody may fail.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many failures an address has at first, and in which time it gets another one: as with wrong passwords.
const MOST: u32 = 30;
const EACH: Duration = Duration::from_secs(2);

/// How many addresses are remembered until those are forgotten that have all their failures again.
const REMEMBERED: usize = 10_000;

/// The failures of each address. A success costs none, so that many who share an address do not keep each other out.
#[derive(Default)]
pub(super) struct Failures(Mutex<HashMap<IpAddr, Instant>>);

impl Failures {
    /// Whether this address may still fail.
    ///
    /// # Errors
    /// How long until it may.
    pub(super) fn check(&self, source: IpAddr, now: Instant) -> Result<(), Duration> {
        let sources = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let owed = sources.get(&source).map_or(Duration::ZERO, |paid| paid.saturating_duration_since(now));
        match owed.checked_sub(EACH * (MOST - 1)) {
            Some(wait) if !wait.is_zero() => Err(wait),
            _ => Ok(()),
        }
    }

    /// Notes a failure.
    pub(super) fn note(&self, source: IpAddr, now: Instant) {
        let mut sources = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sources.len() >= REMEMBERED {
            sources.retain(|_, paid| *paid > now);
        }
        // When the last of its failures will be forgotten.
        let paid = sources.entry(source).or_insert(now);
        *paid = (*paid).max(now) + EACH;
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::time::Instant;

    use super::{EACH, Failures, MOST};

    #[test]
    fn an_address_may_fail_so_often_and_then_once_in_a_while() {
        let (failures, start) = (Failures::default(), Instant::now());
        let (here, there) = (IpAddr::from([203, 0, 113, 9]), IpAddr::from([203, 0, 113, 10]));
        for number in 0..MOST {
            assert_eq!(failures.check(here, start), Ok(()), "{number}");
            failures.note(here, start);
        }
        assert_eq!(failures.check(here, start), Err(EACH));
        assert_eq!(failures.check(there, start), Ok(()), "it has failures of its own");
        assert_eq!(failures.check(here, start + EACH / 2), Err(EACH / 2));
        assert_eq!(failures.check(here, start + EACH), Ok(()));
        failures.note(here, start + EACH);
        assert_eq!(failures.check(here, start + EACH), Err(EACH));
        assert_eq!(failures.check(here, start + EACH * 100), Ok(()));
    }

    #[test]
    fn who_has_not_failed_lately_is_forgotten() {
        let (failures, start) = (Failures::default(), Instant::now());
        for number in 0..30_000_u32 {
            failures.note(IpAddr::from(number.to_be_bytes()), start + EACH * number);
        }
        assert!(failures.0.lock().expect("not poisoned").len() <= 10_000);
    }
}
