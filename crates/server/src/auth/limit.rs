//! How often something may be done.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// A rate limit for each of many.
pub(crate) struct Limit<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    clock: DefaultClock,
}

/// How many may be remembered until those are forgotten that have their whole burst again.
const REMEMBERED: usize = 10_000;

impl<K: Hash + Eq + Clone> Limit<K> {
    pub(crate) fn new(quota: Quota) -> Self {
        Self { limiter: RateLimiter::keyed(quota), clock: DefaultClock::default() }
    }

    /// Takes one.
    ///
    /// # Errors
    /// Where there is none left: how long until there is one.
    pub(crate) fn take(&self, key: &K) -> Result<(), Duration> {
        self.take_some(key, NonZeroU32::MIN)
    }

    /// Takes so many at once.
    ///
    /// # Errors
    /// Where there are not so many left: how long until there are.
    pub(crate) fn take_some(&self, key: &K, number: NonZeroU32) -> Result<(), Duration> {
        if self.limiter.len() > REMEMBERED {
            self.limiter.retain_recent();
        }
        match self.limiter.check_key_n(key, number) {
            Ok(taken) => taken.map_err(|refused| refused.wait_time_from(self.clock.now())),
            // More than there ever are: whatever there is must do.
            Err(_) => self.limiter.check_key(key).map_err(|refused| refused.wait_time_from(self.clock.now())),
        }
    }
}

/// How many passwords may be checked for one address: 30, then one each two seconds. A right password is remembered, and
/// costs one a minute; guessing is slow, and cannot take the processor from others.
pub(super) fn password_checks() -> Limit<IpAddr> {
    const EACH: Duration = Duration::from_secs(2);
    const BURST: NonZeroU32 = NonZeroU32::new(30).expect("more than 0");
    Limit::new(Quota::with_period(EACH).expect("more than 0").allow_burst(BURST))
}

/// What is limited as one address: of IPv6 the network, because a client has a whole one.
pub(super) fn source(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => v6
            .to_ipv4_mapped()
            .map_or_else(|| IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))), IpAddr::V4),
    }
}

#[cfg(test)]
mod tests {
    use super::{Limit, password_checks, source};
    use governor::Quota;
    use std::net::IpAddr;
    use std::num::NonZeroU32;
    use std::time::Duration;

    #[test]
    fn each_has_a_limit_of_its_own() {
        let limit = Limit::new(Quota::per_hour(NonZeroU32::new(2).expect("more than 0")));
        for key in ["a", "b"] {
            assert_eq!([limit.take(&key), limit.take(&key)], [Ok(()), Ok(())], "{key}");
            let wait = limit.take(&key).expect_err("it has no third");
            assert!(wait > Duration::from_mins(29) && wait <= Duration::from_mins(30), "{wait:?}");
        }
    }

    #[test]
    fn what_is_not_used_is_forgotten() {
        let limit = Limit::new(Quota::with_period(Duration::from_nanos(1)).expect("more than 0"));
        for key in 0..50_000 {
            limit.take(&key).expect("each has its first");
        }
        assert!(limit.limiter.len() < 20_000, "{}", limit.limiter.len());
    }

    #[test]
    fn a_network_is_one_source() {
        let of = |text: &str| source(text.parse().expect("an address")).to_string();
        for (address, expected) in [
            ("203.0.113.9", "203.0.113.9"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("::1", "::"),
        ] {
            assert_eq!(of(address), expected);
        }
    }

    #[test]
    fn guesses_are_few() {
        let (limit, here) = (password_checks(), IpAddr::from([203, 0, 113, 9]));
        assert_eq!((0..1000).filter(|_| limit.take(&here).is_ok()).count(), 30);
    }
}
