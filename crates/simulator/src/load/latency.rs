//! How long answers take.

use std::f64::consts::TAU;
use std::str::FromStr;
use std::time::Duration;

use fastrand::Rng;

/// How long answers take, in real time: always the same, or drawn anew for each call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Latency(Distribution);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Distribution {
    Fixed(Duration),
    Uniform(Duration, Duration),
    LogNormal { median: Duration, p99: Duration },
}

/// A latency that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LatencyError {
    /// The longest latency is an hour.
    #[error("a latency is an hour at most")]
    TooLong,
    /// A range that ends before it begins.
    #[error("the least latency is at most the greatest")]
    Reversed,
    /// The median must be above 0, and the 99th percentile not below it.
    #[error("the median is above 0, and the 99th percentile at least the median")]
    NoSpread,
    /// A text of another form.
    #[error("'{0}' is not a latency: it is 20ms, or 10ms..50ms (uniform), or 20ms/300ms (median and 99th percentile)")]
    Malformed(String),
}

/// The longest latency.
const LONGEST: Duration = Duration::from_hours(1);

/// The 99th percentile of the standard normal distribution.
const P99: f64 = 2.326_347_874_040_841;

impl Latency {
    /// The same for each call.
    ///
    /// # Errors
    /// It is longer than an hour.
    pub fn fixed(latency: Duration) -> Result<Self, LatencyError> {
        checked(latency).map(|latency| Self(Distribution::Fixed(latency)))
    }

    /// Anything between the two, each equally likely.
    ///
    /// # Errors
    /// The range is reversed, or ends after an hour.
    pub fn uniform(least: Duration, greatest: Duration) -> Result<Self, LatencyError> {
        if least > greatest {
            return Err(LatencyError::Reversed);
        }
        checked(greatest).map(|greatest| Self(Distribution::Uniform(least, greatest)))
    }

    /// Log-normal, as latencies are: most near the median, few far above it. One call in a hundred takes longer than
    /// `p99`; none takes longer than an hour.
    ///
    /// # Errors
    /// The median is 0 or above `p99`, or `p99` is longer than an hour.
    pub fn log_normal(median: Duration, p99: Duration) -> Result<Self, LatencyError> {
        if median.is_zero() || p99 < median {
            return Err(LatencyError::NoSpread);
        }
        checked(p99).map(|p99| Self(Distribution::LogNormal { median, p99 }))
    }

    pub(crate) fn draw(&self, rng: &mut Rng) -> Duration {
        match self.0 {
            Distribution::Fixed(latency) => latency,
            Distribution::Uniform(least, greatest) => least + greatest.saturating_sub(least).mul_f64(rng.f64()),
            Distribution::LogNormal { median, p99 } => {
                let spread = p99.as_secs_f64() / median.as_secs_f64();
                let seconds = median.as_secs_f64() * spread.powf(standard_normal(rng) / P99);
                Duration::try_from_secs_f64(seconds).map_or(LONGEST, |latency| latency.min(LONGEST))
            }
        }
    }
}

fn checked(latency: Duration) -> Result<Duration, LatencyError> {
    if latency <= LONGEST { Ok(latency) } else { Err(LatencyError::TooLong) }
}

/// By the method of Box and Muller.
fn standard_normal(rng: &mut Rng) -> f64 {
    let above_zero = 1.0 - rng.f64();
    (-2.0 * above_zero.ln()).sqrt() * (TAU * rng.f64()).cos()
}

impl FromStr for Latency {
    type Err = LatencyError;

    /// `20ms`, `10ms..50ms`, `20ms/300ms`.
    fn from_str(text: &str) -> Result<Self, LatencyError> {
        let duration =
            |part: &str| humantime::parse_duration(part).map_err(|_| LatencyError::Malformed(text.to_owned()));
        if let Some((least, greatest)) = text.split_once("..") {
            Self::uniform(duration(least)?, duration(greatest)?)
        } else if let Some((median, p99)) = text.split_once('/') {
            Self::log_normal(duration(median)?, duration(p99)?)
        } else {
            Self::fixed(duration(text)?)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, proptest};

    use super::*;

    fn draws(text: &str, seed: u64) -> Vec<Duration> {
        let latency: Latency = text.parse().unwrap();
        let mut rng = Rng::with_seed(seed);
        std::iter::repeat_with(|| latency.draw(&mut rng)).take(10_000).collect()
    }

    fn share(draws: &[Duration], of: impl Fn(&Duration) -> bool) -> f64 {
        let found = u32::try_from(draws.iter().filter(|draw| of(draw)).count()).unwrap();
        f64::from(found) / f64::from(u32::try_from(draws.len()).unwrap())
    }

    #[test]
    fn latencies_follow_their_distribution() {
        let ms = Duration::from_millis;
        assert!(draws("20ms", 1).iter().all(|draw| *draw == ms(20)));
        let uniform = draws("10ms..50ms", 1);
        assert!(uniform.iter().all(|draw| (ms(10)..=ms(50)).contains(draw)));
        assert!((share(&uniform, |draw| *draw < ms(20)) - 0.25).abs() < 0.02);
        let log_normal = draws("20ms/300ms", 1);
        assert!((share(&log_normal, |draw| *draw > ms(20)) - 0.5).abs() < 0.02);
        assert!((share(&log_normal, |draw| *draw > ms(300)) - 0.01).abs() < 0.004);
    }

    #[test]
    fn the_same_seed_gives_the_same_latencies() {
        for text in ["10ms..50ms", "20ms/300ms"] {
            assert_eq!(draws(text, 7), draws(text, 7));
            assert_ne!(draws(text, 7), draws(text, 8));
        }
    }

    #[test]
    fn what_is_no_latency_is_refused() {
        let malformed = ["", "20", "-1s", "NaN", "1s..", "..", "/", "1s/", "1s..2s..3s", "twenty"];
        for text in malformed {
            assert_eq!(text.parse::<Latency>(), Err(LatencyError::Malformed(text.to_owned())));
        }
        assert_eq!("2s..1s".parse::<Latency>(), Err(LatencyError::Reversed));
        assert_eq!("0s/1s".parse::<Latency>(), Err(LatencyError::NoSpread));
        assert_eq!("2s/1s".parse::<Latency>(), Err(LatencyError::NoSpread));
        for text in ["61m", "1s..61m", "1s/61m"] {
            assert_eq!(text.parse::<Latency>(), Err(LatencyError::TooLong));
        }
    }

    proptest! {
        #[test]
        fn no_latency_causes_a_panic(a in 0..5_000_000_u64, b in 0..5_000_000_u64, seed in any::<u64>()) {
            let (a, b) = (Duration::from_millis(a), Duration::from_millis(b));
            for latency in [Latency::fixed(a), Latency::uniform(a, b), Latency::log_normal(a, b)].into_iter().flatten() {
                prop_assert!(latency.draw(&mut Rng::with_seed(seed)) <= LONGEST);
            }
        }
    }
}
