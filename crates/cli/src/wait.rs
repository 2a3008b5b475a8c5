//! Waiting until a machine has settled, by asking again and again: the service holds each answer for some seconds.

use std::time::{Duration, Instant};

use elbm_client::Client;
use elbm_client::types::{InstanceId, TargetGroupTargets};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::Line;
use crate::wanted::{Action, Answer, Wanted};

/// The longest time for which the service holds an answer.
const LONGEST_HOLD: Duration = Duration::from_secs(50);

/// The same where somebody looks on: states change in between.
const SHORT_HOLD: Duration = Duration::from_secs(10);

/// The pause before a request is repeated that failed.
const PAUSE: Duration = Duration::from_secs(2);

/// The reasons for which a registered machine gets no traffic until somebody does something. The service does not hold its
/// answer for them either.
const HOPELESS: [&str; 3] = ["Target.NotInUse", "Target.InvalidState", "Target.IpUnusable"];

/// How waiting ended.
#[derive(Debug)]
pub(crate) enum Waited {
    Settled(Answer),
    /// The time was up.
    Pending,
    /// It will not settle, or nobody says any more whether it does.
    Failed(Failure),
}

/// Waits until the machine has settled or the time is up; `seen` gets what is seen on the way.
pub(crate) async fn settle(
    client: &Client,
    server: &str,
    wanted: &Wanted,
    machine: &InstanceId,
    line: &Line,
    mut seen: impl FnMut(&Answer),
) -> Waited {
    let longest = if line.is_looked_at() { SHORT_HOLD } else { LONGEST_HOLD };
    loop {
        let left = line.deadline().saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Waited::Pending;
        }
        let hold = Duration::from_secs(left.as_secs().max(1)).min(longest);
        let asked = Instant::now();
        match wanted.ask(client, server, machine, Some(hold)).await {
            Ok(answer) if answer.settled => return Waited::Settled(answer),
            Ok(answer) => {
                line.tell(wanted, &answer);
                seen(&answer);
                // The service says at once what it does not wait for.
                if asked.elapsed() < hold / 2
                    && let Some(failure) = hopeless(wanted, &answer)
                {
                    return Waited::Failed(failure);
                }
                tokio::time::sleep(Duration::from_secs(1).saturating_sub(asked.elapsed())).await;
            }
            Err(failure) if failure.is_passing() => {
                line.trouble(&failure);
                let pause = failure.retry_after.unwrap_or(PAUSE);
                if pause >= line.deadline().saturating_duration_since(Instant::now()) {
                    return Waited::Failed(Failure { exit: Exit::Pending, ..failure });
                }
                tokio::time::sleep(pause).await;
            }
            Err(failure) => return Waited::Failed(Failure { exit: Exit::Failed, ..failure }),
        }
    }
}

/// What keeps a machine from becoming healthy, if anything does.
fn hopeless(wanted: &Wanted, answer: &Answer) -> Option<Failure> {
    let Action::Attach = wanted.action else { return None };
    let target = wanted
        .registrations(&answer.machine)
        .find(|target| target.reason.as_deref().is_some_and(|reason| HOPELESS.contains(&reason)))?;
    let words = [target.reason.as_deref(), target.description.as_deref(), target.remedy.as_deref()];
    let why: Vec<_> = words.into_iter().flatten().collect();
    Some(Failure::new(Exit::Failed, format!("it does not become healthy: {}", why.join(": "))))
}

/// What AWS may take beyond what the settings say.
const MARGIN: Duration = Duration::from_secs(30);

/// What network and gateway load balancers take more, each way: 180 to 300 s by AWS's pages.
const SLOW_KINDS: Duration = Duration::from_mins(5);

/// How long it may take by the settings of the target groups that it is about.
pub(crate) fn longest(wanted: &Wanted, groups: &[TargetGroupTargets]) -> Duration {
    let named = wanted.target_group.as_ref().map(|name| name.as_str());
    let groups = groups.iter().filter(|group| named.is_none() || group.target_group.as_deref() == named);
    groups.map(|group| of_group(&wanted.action, group)).max().unwrap_or_default() + MARGIN
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
        let wanted = |action, target_group: Option<&str>| Wanted {
            action,
            load_balancer: "web".parse().expect("a name"),
            kind: None,
            target_group: target_group.map(|name| name.parse().expect("a name")),
            port: None,
        };
        let detach = || Action::Detach { force: false, reason: None };
        for (wanted, seconds) in [
            (wanted(Action::Attach, Some("http")), 4 * 35 + 30),
            (wanted(Action::Attach, Some("tcp")), 4 * 35 + 300 + 30),
            (wanted(detach(), Some("http")), 120 + 30),
            (wanted(detach(), None), 120 + 300 + 30),
        ] {
            assert_eq!(longest(&wanted, &groups).as_secs(), seconds, "{wanted:?}");
        }
    }
}
