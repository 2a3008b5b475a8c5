//! AWS: the simulator as a process of its own, slow and throttling as AWS is, read through its control endpoint.

use std::fmt;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use hyper::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::load::{Ask, Connection, Expected};
use crate::process::Running;

/// How AWS is in a scenario.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner<'a> {
    /// How long each call takes.
    pub(crate) latency: Duration,
    /// What throttles, in the words of `simulate --throttle`.
    pub(crate) throttle: &'a str,
}

/// A simulator that runs.
#[derive(Debug)]
pub(crate) struct Aws {
    running: Running,
    control: SocketAddr,
}

/// How many calls AWS had, by their end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Calls {
    /// With what was asked.
    pub(crate) answered: usize,
    /// Throttled.
    pub(crate) throttled: usize,
    /// With another error.
    pub(crate) refused: usize,
}

impl Calls {
    /// All of them.
    pub(crate) fn total(self) -> usize {
        self.answered + self.throttled + self.refused
    }

    /// From what the control endpoint counts: `{"elbv2:RegisterTargets": {"answered": 20, "throttled": 80}}`.
    fn counted(counts: &Value) -> Option<Self> {
        let mut calls = Self::default();
        for outcomes in counts.as_object()?.values() {
            for (outcome, number) in outcomes.as_object()? {
                let number = usize::try_from(number.as_u64()?).ok()?;
                match outcome.as_str() {
                    "answered" => calls.answered += number,
                    "throttled" => calls.throttled += number,
                    _ => calls.refused += number,
                }
            }
        }
        Some(calls)
    }
}

impl fmt::Display for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.total())?;
        if self.throttled > 0 {
            write!(f, ", {} throttled", self.throttled)?;
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Journal {
    calls: Vec<Call>,
}

#[derive(Deserialize)]
struct Call {
    at: DateTime<Utc>,
}

impl Aws {
    /// Starts it on this fleet, a file or a size such as `1x1x20`.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub(crate) async fn start(mut command: Command, fleet: &str, manner: Manner<'_>) -> anyhow::Result<Self> {
        command.args(["simulate", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--fleet", fleet]);
        command.args(["--throttle", manner.throttle, "--latency", &format!("{}ms", manner.latency.as_millis())]);
        let mut running = Running::start(command, &[]).await?;
        let control = running.says("control on http://").await?;
        let control = control.parse().with_context(|| format!("no address: {control}"))?;
        Ok(Self { running, control })
    }

    /// What turns an AWS SDK to it.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        [
            ("AWS_ENDPOINT_URL", format!("http://{}", self.running.address())),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "bench".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "bench".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    /// The calls since the start, or since [`Self::forget_calls`].
    ///
    /// # Errors
    /// Where the simulator does not answer.
    pub(crate) async fn calls(&self) -> anyhow::Result<Calls> {
        let counts = self.ask(json!({"counts": {}})).await?;
        Calls::counted(&counts).with_context(|| format!("no counts of calls: {counts}"))
    }

    /// When the calls began that [`Self::calls`] counts.
    ///
    /// # Errors
    /// Where the simulator does not answer.
    pub(crate) async fn starts(&self) -> anyhow::Result<Vec<DateTime<Utc>>> {
        let journal: Journal = serde_json::from_value(self.ask(json!({"journal": {}})).await?)?;
        Ok(journal.calls.into_iter().map(|call| call.at).collect())
    }

    /// Begins to count anew.
    ///
    /// # Errors
    /// Where the simulator does not answer.
    pub(crate) async fn forget_calls(&self) -> anyhow::Result<()> {
        self.ask(json!({"resetCalls": {}})).await.map(drop)
    }

    /// How many targets a group truly has.
    ///
    /// # Errors
    /// Where the simulator does not answer, or has no such group.
    pub(crate) async fn members(&self, target_group: &str) -> anyhow::Result<usize> {
        let membership = self.ask(json!({"membership": {"targetGroup": target_group}})).await?;
        Ok(membership["targets"].as_array().with_context(|| format!("no membership: {membership}"))?.len())
    }

    async fn ask(&self, operation: Value) -> anyhow::Result<Value> {
        let ask = Ask::new(self.control, Method::POST, "/", None, Expected::Status(StatusCode::OK))?.json(&operation);
        let answer = Connection::open(self.control).await?.ask(&ask).await?;
        ask.check(&answer).map_err(anyhow::Error::msg)?;
        Ok(serde_json::from_slice(&answer.body)?)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Calls;

    #[test]
    fn counts_the_calls_of_all_actions_by_their_end() {
        let counts = json!({
            "elbv2:RegisterTargets": {"answered": 20, "throttled": 80},
            "elbv2:DescribeTargetHealth": {"answered": 3},
            "elb:DescribeLoadBalancers": {"LoadBalancerNotFound": 2, "dropped": 1},
        });
        let calls = Calls { answered: 23, throttled: 80, refused: 3 };
        assert_eq!(Calls::counted(&counts), Some(calls));
        assert_eq!((calls.total(), calls.to_string().as_str()), (106, "106, 80 throttled"));
        assert_eq!(Calls::counted(&json!({})), Some(Calls::default()));
        assert_eq!(Calls::default().to_string(), "0");
        for broken in [json!([]), json!({"a": 1}), json!({"a": {"answered": "1"}})] {
            assert_eq!(Calls::counted(&broken), None, "{broken}");
        }
    }
}
