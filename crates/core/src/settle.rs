//! When a change has settled, when it never will, and how long it may take.

use std::time::Duration;

use crate::{HealthCheck, Kind, Shown, Target, TargetKey, TargetState};

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Goal {
    /// Every registration is healthy.
    Healthy,
    /// No registration is left, draining ones included.
    Gone,
}

/// How far registrations are on their way to a goal, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Progress {
    /// The goal is reached.
    Settled,
    /// It is not; an unhealthy machine may still be booting.
    Pending,
    /// It will not be without somebody's help.
    Hopeless,
}

/// The reasons for which AWS sends no traffic until somebody does something.
const HOPELESS: [&str; 3] = ["Target.NotInUse", "Target.InvalidState", "Target.IpUnusable"];

/// How far these registrations are. `missed` is how many reads in a row, this one not counted, have shown a registration
/// missing that should become healthy: AWS may show a new one late, once.
#[must_use]
pub fn progress(goal: Goal, keys: &[TargetKey], targets: &[Target], missed: u32) -> Progress {
    let shown = Shown::new(targets);
    match goal {
        Goal::Gone if keys.iter().all(|key| shown.target(key).is_none()) => Progress::Settled,
        Goal::Gone => Progress::Pending,
        Goal::Healthy => {
            let found: Vec<_> = keys.iter().map(|key| shown.target(key)).collect();
            if found.iter().all(|target| target.is_some_and(|target| target.state == TargetState::Healthy)) {
                return Progress::Settled;
            }
            let reason = |target: &Target| target.reason.as_deref().is_some_and(|reason| HOPELESS.contains(&reason));
            let hopeless = found.iter().flatten().any(|target| reason(target));
            if hopeless || (is_missing(keys, targets) && missed > 0) { Progress::Hopeless } else { Progress::Pending }
        }
    }
}

/// Whether a registration that should become healthy is not there.
#[must_use]
pub fn is_missing(keys: &[TargetKey], targets: &[Target]) -> bool {
    let shown = Shown::new(targets);
    keys.iter().any(|key| !shown.target(key).is_some_and(Target::is_live))
}

/// What AWS may take beyond what the settings say.
const MARGIN: Duration = Duration::from_secs(30);

/// What network and gateway load balancers take more, each way: 180 to 300 s by AWS's pages.
const SLOW_KINDS: Duration = Duration::from_mins(5);

/// By when the goal is reached, if it is, counted from the write.
#[must_use]
pub fn deadline(goal: Goal, kind: Kind, check: Option<HealthCheck>, deregistration_delay: Duration) -> Duration {
    let own = match (goal, check) {
        (Goal::Gone, _) => deregistration_delay,
        (Goal::Healthy, Some(check)) => {
            Duration::from_secs(u64::from(check.healthy_threshold) * u64::from(check.timeout + check.interval))
        }
        (Goal::Healthy, None) => Duration::ZERO,
    };
    let slow = match kind {
        Kind::Network | Kind::Gateway => SLOW_KINDS,
        Kind::Application | Kind::Classic => Duration::ZERO,
    };
    own + slow + MARGIN
}

/// The pause after a number of polls: 2 s, growing by half to 15 s.
#[must_use]
pub fn poll_pause(polls: u32) -> Duration {
    const FIRST: Duration = Duration::from_secs(2);
    const LONGEST: Duration = Duration::from_secs(15);
    FIRST.mul_f64(1.5_f64.powi(i32::try_from(polls.min(20)).unwrap_or(20))).min(LONGEST)
}
