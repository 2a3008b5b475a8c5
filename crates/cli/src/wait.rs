//! Waiting until a machine has settled, by asking again and again: the service holds each answer for some seconds.

use std::time::{Duration, Instant};

use elbm_client::types::{TargetGroupName, TargetGroupTargets};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::Line;
use crate::wanted::Action;

/// The longest time for which the service holds an answer.
const LONGEST_HOLD: Duration = Duration::from_secs(50);

/// The same where somebody looks on: states change in between.
const SHORT_HOLD: Duration = Duration::from_secs(10);

/// The pause before a request is repeated that failed or was not held.
const PAUSE: Duration = Duration::from_secs(2);

/// What is seen of what is waited for.
#[derive(Debug)]
pub(crate) struct Seen<T> {
    pub(crate) answer: T,
    pub(crate) settled: bool,
    /// Its states, for people.
    pub(crate) text: String,
    /// Why it will not settle without somebody's help.
    pub(crate) hopeless: Option<Failure>,
}

/// How waiting ended.
#[derive(Debug)]
pub(crate) enum Waited<T> {
    Settled(T),
    /// The time was up.
    Pending,
    /// It will not settle, or nobody says any more whether it does.
    Failed(Failure),
}

/// Asks, each time with the longest time to hold the answer, until all has settled or the time is up; `remember` gets what is
/// seen on the way.
pub(crate) async fn settle<T>(
    line: &Line,
    ask: impl AsyncFn(Duration) -> Result<Seen<T>, Failure>,
    mut remember: impl FnMut(T),
) -> Waited<T> {
    let longest = if line.is_looked_at() { SHORT_HOLD } else { LONGEST_HOLD };
    let left = || line.deadline().saturating_duration_since(Instant::now());
    while !left().is_zero() {
        let hold = Duration::from_secs(left().as_secs().max(1)).min(longest);
        let asked = Instant::now();
        match ask(hold).await {
            Ok(seen) if seen.settled => return Waited::Settled(seen.answer),
            Ok(seen) => {
                line.tell(&seen.text);
                remember(seen.answer);
                // The service says at once what it does not wait for.
                if asked.elapsed() < hold / 2
                    && let Some(failure) = seen.hopeless
                {
                    return Waited::Failed(failure);
                }
                tokio::time::sleep(PAUSE.saturating_sub(asked.elapsed())).await;
            }
            Err(failure) if failure.is_passing() => {
                line.tell(&format!("{}; trying again", failure.message));
                let pause = failure.retry_after.unwrap_or(PAUSE);
                if pause >= left() {
                    return Waited::Failed(Failure { exit: Exit::Pending, ..failure });
                }
                tokio::time::sleep(pause).await;
            }
            Err(failure) => return Waited::Failed(Failure { exit: Exit::Failed, ..failure }),
        }
    }
    Waited::Pending
}

/// What AWS may take beyond what the settings say.
const MARGIN: Duration = Duration::from_secs(30);

/// What network and gateway load balancers take more, each way: 180 to 300 s by AWS's pages.
const SLOW_KINDS: Duration = Duration::from_mins(5);

/// How long it may take where the settings are not seen: as long as AWS's defaults let a target drain, of a slow kind.
pub(crate) const UNKNOWN: Duration = Duration::from_mins(11);

/// How long it may take by the settings of the target groups, of the named one if one is.
pub(crate) fn longest<'a>(
    actions: impl IntoIterator<Item = (&'a Action, Option<&'a TargetGroupName>)>,
    groups: &[TargetGroupTargets],
) -> Duration {
    let of_one = |(action, named): (&Action, Option<&TargetGroupName>)| {
        let named = named.map(|name| name.as_str());
        let groups = groups.iter().filter(|group| named.is_none() || group.target_group.as_deref() == named);
        groups.map(|group| of_group(action, group)).max().unwrap_or_default()
    };
    actions.into_iter().map(of_one).max().unwrap_or_default() + MARGIN
}

fn of_group(action: &Action, group: &TargetGroupTargets) -> Duration {
    let Some(settings) = &group.settings else { return Duration::ZERO };
    let check = settings.health_check.as_ref();
    let own = match action {
        Action::Detach { .. } => settings.deregistration_delay,
        Action::Attach => check.map_or(0, |check| {
            let [threshold, interval, timeout] = [check.healthy_threshold, check.interval, check.timeout];
            threshold.unwrap_or(0) * (interval.unwrap_or(0) + timeout.unwrap_or(0))
        }),
    };
    // A Classic load balancer has no target group, and an Application Load Balancer speaks HTTP to it.
    let quick = group.target_group.is_none() || matches!(group.protocol.as_deref(), None | Some("HTTP" | "HTTPS"));
    Duration::from_secs(u64::try_from(own).unwrap_or(0)) + if quick { Duration::ZERO } else { SLOW_KINDS }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_time_comes_from_the_settings_of_the_groups() {
        let group = |name: &str, protocol: &str| {
            serde_json::from_value(json!({
                "targetGroup": name, "protocol": protocol, "inUse": true, "targets": [],
                "settings": {"deregistrationDelay": 120,
                    "healthCheck": {"enabled": true, "interval": 30, "timeout": 5, "healthyThreshold": 4}}
            }))
            .expect("a group")
        };
        let groups: Vec<TargetGroupTargets> = vec![group("http", "HTTP"), group("tcp", "TCP")];
        let http = Some("http".parse().expect("a name"));
        let tcp = Some("tcp".parse().expect("a name"));
        let detach = Action::Detach { force: false, reason: None };
        for (actions, seconds) in [
            (vec![(&Action::Attach, http.as_ref())], 4 * 35 + 30),
            (vec![(&Action::Attach, tcp.as_ref())], 4 * 35 + 300 + 30),
            (vec![(&detach, http.as_ref())], 120 + 30),
            (vec![(&detach, None)], 120 + 300 + 30),
            (vec![(&detach, http.as_ref()), (&Action::Attach, http.as_ref())], 4 * 35 + 30),
        ] {
            assert_eq!(longest(actions.clone(), &groups).as_secs(), seconds, "{actions:?}");
        }
    }
}
