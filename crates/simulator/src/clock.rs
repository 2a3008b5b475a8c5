//! The simulator's time: real, sped up, or moved by hand.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

/// How the simulator's time runs. Health, draining, the visibility of stale writes and the end of an outage follow it.
/// Answers are late by real time, which is tokio's: where that is paused, the simulator stands still with it. Throttling follows the callers' time: real time, and what the clock is moved by hand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Clock {
    /// A second is a second.
    Real,
    /// Simulated seconds per real second: 60.0 makes a minute pass in a second. More than 0, at most 10,000.
    Scaled(f64),
    /// Stands still; only [`Handle::advance`](crate::Handle::advance) moves it.
    Stepped,
}

/// A factor that time cannot run by.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("time cannot run by a factor of {0}: it must be more than 0 and at most 10000")]
pub struct ClockError(pub f64);

/// A running clock.
#[derive(Debug)]
pub(crate) struct RunningClock {
    epoch: DateTime<Utc>,
    started: Instant,
    factor: f64,
    advanced: Duration,
}

impl RunningClock {
    pub(crate) fn start(clock: Clock) -> Result<Self, ClockError> {
        let factor = match clock {
            Clock::Real => 1.0,
            Clock::Scaled(factor) if factor > 0.0 && factor <= 10_000.0 => factor,
            Clock::Scaled(factor) => return Err(ClockError(factor)),
            Clock::Stepped => 0.0,
        };
        Ok(Self { epoch: Utc::now(), started: Instant::now(), factor, advanced: Duration::ZERO })
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        let elapsed = self.started.elapsed().mul_f64(self.factor).saturating_add(self.advanced);
        TimeDelta::from_std(elapsed)
            .ok()
            .and_then(|elapsed| self.epoch.checked_add_signed(elapsed))
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// How much time has passed for the callers: real time, whatever the factor, and what the clock was moved by hand.
    pub(crate) fn for_callers(&self) -> Duration {
        let elapsed = if self.factor > 0.0 { self.started.elapsed() } else { Duration::ZERO };
        elapsed.saturating_add(self.advanced)
    }

    /// The time of the callers, who sign with it.
    pub(crate) fn of_callers(&self) -> DateTime<Utc> {
        TimeDelta::from_std(self.advanced)
            .ok()
            .and_then(|advanced| Utc::now().checked_add_signed(advanced))
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.advanced = self.advanced.saturating_add(by);
    }
}

/// Whether `duration` has passed from `since` to `now`. Compares instead of adding, so that no time overflows.
pub(crate) fn has_passed(duration: Duration, since: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now.signed_duration_since(since).to_std().is_ok_and(|elapsed| elapsed >= duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stepped_clock_stands_still_until_it_is_advanced() {
        let mut clock = RunningClock::start(Clock::Stepped).unwrap();
        let before = clock.now();
        std::thread::sleep(Duration::from_millis(3));
        assert_eq!(clock.now(), before);
        clock.advance(Duration::from_secs(90));
        assert_eq!(clock.now() - before, TimeDelta::seconds(90));
    }

    #[test]
    fn a_scaled_clock_runs_ahead_of_the_real_one() {
        let clock = RunningClock::start(Clock::Scaled(1000.0)).unwrap();
        std::thread::sleep(Duration::from_millis(10));
        assert!(clock.now() - Utc::now() > TimeDelta::seconds(5));
    }

    #[test]
    fn the_callers_time_is_real_or_moved_by_hand() {
        let mut stepped = RunningClock::start(Clock::Stepped).unwrap();
        assert_eq!(stepped.for_callers(), Duration::ZERO);
        stepped.advance(Duration::from_secs(2));
        assert_eq!(stepped.for_callers(), Duration::from_secs(2));
        let mut fast = RunningClock::start(Clock::Scaled(10_000.0)).unwrap();
        fast.advance(Duration::from_secs(3));
        let real = fast.started;
        let passed = fast.for_callers();
        assert!(passed > Duration::from_secs(3) && passed <= real.elapsed() + Duration::from_secs(3));
    }

    #[test]
    fn only_factors_that_time_can_run_by_are_taken() {
        for factor in [0.0, -1.0, f64::NAN, f64::INFINITY, 10_001.0] {
            assert!(RunningClock::start(Clock::Scaled(factor)).is_err(), "{factor}");
        }
    }

    #[test]
    fn time_ends_without_a_panic() {
        let mut clock = RunningClock::start(Clock::Stepped).unwrap();
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), DateTime::<Utc>::MAX_UTC);
        let start = DateTime::<Utc>::MIN_UTC;
        assert!(has_passed(Duration::from_secs(1), start, clock.now()));
        assert!(!has_passed(Duration::ZERO, clock.now(), start));
    }
}
