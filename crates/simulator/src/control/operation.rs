//! What can be asked of the control endpoint: one closed list, and each of it is a method of the [`Handle`].

use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};

use crate::faults::{Fault, Times};
use crate::fleet::FleetError;
use crate::handle::Handle;
use crate::journal::Call;
use crate::load::{ErrorRates, Latency, Throttling};
use crate::services::Action;
use crate::state::{AdministrativeOverride, Anomaly, CheckFailure};
use crate::text::{duration, duration_where_present, parsed, parsed_where_present};

/// The operations of the control endpoint: an example of each, and what it does. Durations are texts such as `1m 30s`, actions
/// such as `elbv2:RegisterTargets`; fields that are marked so may be left out.
pub const OPERATIONS: &[(&str, &str)] = &[
    (r#"{"counts":{}}"#, "how often the calls of each action were answered, throttled, refused with which code"),
    (
        r#"{"journal":{"last":10}}"#,
        "the calls with their parameters, times and outcomes, the last 10,000 at most (last: optional)",
    ),
    (r#"{"membership":{"targetGroup":"default-tg"}}"#, "the true targets of a group, past all faults and stale reads"),
    (
        r#"{"classicMembership":{"loadBalancer":"default-clb"}}"#,
        "the true instances of a Classic load balancer, but for those that drain",
    ),
    (r#"{"now":{}}"#, "the simulator's time"),
    (r#"{"advance":{"by":"5m"}}"#, "moves the time ahead"),
    (r#"{"setThrottling":{"buckets":"documented,elbv2:describe=200/50"}}"#, "throttles calls; off takes it back"),
    (
        r#"{"setLatency":{"action":"elbv2:RegisterTargets","latency":"20ms/300ms"}}"#,
        "lets answers take 20ms, 10ms..50ms (uniform) or 20ms/300ms (median/99th percentile); without latency: takes it back \
         (action: optional, else all)",
    ),
    (
        r#"{"setErrorRates":{"action":"elbv2:RegisterTargets","rates":[{"share":0.2,"fault":"internalFailure"}]}}"#,
        "lets faults befall a share of the calls; without rates: takes it back (action: optional, else all)",
    ),
    (
        r#"{"inject":{"action":"elbv2:RegisterTargets","fault":{"delayed":"2s"},"times":1}}"#,
        "lets a fault befall the next calls (times: optional, else all): throttled, accessDenied, expiredToken, \
         internalFailure, {\"error\":{\"code\":\"…\",\"message\":\"…\",\"status\":400}}, {\"delayed\":\"2s\"}, connectionDropped, \
         connectionDroppedAfterEffect, answerTruncated, {\"effectStale\":\"5s\"}, effectLost",
    ),
    (r#"{"clearFaults":{}}"#, "takes back the injected faults"),
    (r#"{"goAway":{"lasting":"30s"}}"#, "resets every connection for this simulated time (lasting: optional)"),
    (r#"{"comeBack":{}}"#, "takes connections again"),
    (r#"{"stop":{"instance":"i-06060a1e235609999"}}"#, "stops an instance"),
    (r#"{"start":{"instance":"i-06060a1e235609999"}}"#, "starts a stopped instance"),
    (r#"{"terminate":{"instance":"i-06060a1e235609999"}}"#, "terminates an instance; EC2 still knows it"),
    (r#"{"forget":{"instance":"i-06060a1e235609999"}}"#, "lets EC2 forget an instance"),
    (
        r#"{"failChecks":{"target":"i-06060a1e235609999","port":80,"failure":{"responseCode":503}}}"#,
        "lets the health checks of a target fail: {\"responseCode\":503}, timeout, connection, internalError (port: optional, \
         else all)",
    ),
    (
        r#"{"passChecks":{"target":"i-06060a1e235609999","port":80}}"#,
        "lets the health checks of a target pass (port: optional, else all)",
    ),
    (
        r#"{"setAnomaly":{"target":"i-06060a1e235609999","port":80,"anomaly":"anomalous"}}"#,
        "sets what anomaly detection has found of a target: normal, anomalous, mitigated (port: optional, else all)",
    ),
    (
        r#"{"overrideZone":{"loadBalancer":"default-alb","zone":"us-east-1a","state":"zonal_shift_active"}}"#,
        "overrides the targets of a load balancer in a zone; no_override takes it back",
    ),
    (
        r#"{"reserveAddress":{"address":"10.0.0.9"}}"#,
        "lets a load balancer have an address, which is no good target then",
    ),
    (r#"{"releaseAddress":{"address":"10.0.0.9"}}"#, "gives the address free"),
    (r#"{"resetCalls":{}}"#, "forgets the calls and counts"),
    (r#"{"reset":{}}"#, "goes back to the start, but for the time"),
];

/// An operation, as its JSON says it.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(super) enum Operation {
    Counts {},
    Journal {
        #[serde(default = "every_call")]
        last: usize,
    },
    Membership {
        target_group: String,
    },
    ClassicMembership {
        load_balancer: String,
    },
    Now {},
    Advance {
        #[serde(deserialize_with = "duration")]
        by: Duration,
    },
    SetThrottling {
        #[serde(deserialize_with = "parsed")]
        buckets: Throttling,
    },
    SetLatency {
        #[serde(default, deserialize_with = "parsed_where_present")]
        action: Option<Action>,
        #[serde(default, deserialize_with = "parsed_where_present")]
        latency: Option<Latency>,
    },
    SetErrorRates {
        #[serde(default, deserialize_with = "parsed_where_present")]
        action: Option<Action>,
        #[serde(default, deserialize_with = "present")]
        rates: Option<ErrorRates>,
    },
    Inject {
        #[serde(deserialize_with = "parsed")]
        action: Action,
        fault: Fault,
        #[serde(default = "always", deserialize_with = "times")]
        times: Times,
    },
    ClearFaults {},
    GoAway {
        #[serde(default, deserialize_with = "duration_where_present")]
        lasting: Option<Duration>,
    },
    ComeBack {},
    Stop {
        instance: String,
    },
    Start {
        instance: String,
    },
    Terminate {
        instance: String,
    },
    Forget {
        instance: String,
    },
    FailChecks {
        target: String,
        #[serde(default, deserialize_with = "present")]
        port: Option<u16>,
        failure: CheckFailure,
    },
    PassChecks {
        target: String,
        #[serde(default, deserialize_with = "present")]
        port: Option<u16>,
    },
    SetAnomaly {
        target: String,
        #[serde(default, deserialize_with = "present")]
        port: Option<u16>,
        anomaly: Anomaly,
    },
    OverrideZone {
        load_balancer: String,
        zone: String,
        state: AdministrativeOverride,
    },
    ReserveAddress {
        address: IpAddr,
    },
    ReleaseAddress {
        address: IpAddr,
    },
    ResetCalls {},
    Reset {},
}

fn every_call() -> usize {
    usize::MAX
}

fn always() -> Times {
    Times::All
}

fn times<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Times, D::Error> {
    usize::deserialize(deserializer).map(Times::Next)
}

/// A field that may be absent, but not `null`.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl Operation {
    /// Carries it out and returns the answer.
    pub(super) fn run(self, handle: &Handle) -> Result<Value, FleetError> {
        match self {
            Self::Counts {} => return Ok(counts(handle)),
            Self::Journal { last } => {
                let calls = handle.calls();
                let skipped = calls.len().saturating_sub(last);
                return Ok(json!({ "calls": calls[skipped..].iter().map(call).collect::<Vec<_>>() }));
            }
            Self::Membership { target_group } => return membership(handle, &target_group),
            Self::ClassicMembership { load_balancer } => {
                return Ok(json!({ "instances": handle.classic_membership(&load_balancer)? }));
            }
            Self::Now {} => return Ok(json!({ "now": time(handle.now()) })),
            Self::Advance { by } => handle.advance(by),
            Self::SetThrottling { buckets } => handle.set_throttling(buckets),
            Self::SetLatency { action, latency } => handle.set_latency(action.into(), latency),
            Self::SetErrorRates { action, rates } => handle.set_error_rates(action.into(), rates),
            Self::Inject { action, fault, times } => handle.inject(action, times, fault),
            Self::ClearFaults {} => handle.clear_faults(),
            Self::GoAway { lasting } => handle.go_away(lasting),
            Self::ComeBack {} => handle.come_back(),
            Self::Stop { instance } => handle.stop(&instance)?,
            Self::Start { instance } => handle.start(&instance)?,
            Self::Terminate { instance } => handle.terminate(&instance)?,
            Self::Forget { instance } => handle.forget(&instance)?,
            Self::FailChecks { target, port, failure } => handle.fail_checks(&target, port, failure)?,
            Self::PassChecks { target, port } => handle.pass_checks(&target, port)?,
            Self::SetAnomaly { target, port, anomaly } => handle.set_anomaly(&target, port, anomaly)?,
            Self::OverrideZone { load_balancer, zone, state } => handle.override_zone(&load_balancer, &zone, state)?,
            Self::ReserveAddress { address } => handle.reserve_address(address),
            Self::ReleaseAddress { address } => handle.release_address(address),
            Self::ResetCalls {} => handle.reset_calls(),
            Self::Reset {} => handle.reset(),
        }
        Ok(json!({}))
    }
}

/// `{"elbv2:RegisterTargets": {"answered": 20, "throttled": 80}}`.
fn counts(handle: &Handle) -> Value {
    let actions = handle.counts().into_iter().map(|(action, outcomes)| {
        let outcomes = outcomes.into_iter().map(|(outcome, calls)| (outcome.to_string(), json!(calls)));
        (action.full_name(), Value::Object(outcomes.collect()))
    });
    Value::Object(actions.collect::<Map<_, _>>())
}

fn call(call: &Call) -> Value {
    json!({
        "action": call.action.full_name(),
        "parameters": call.parameters,
        "at": time(call.at),
        "outcome": call.outcome.to_string(),
    })
}

fn membership(handle: &Handle, target_group: &str) -> Result<Value, FleetError> {
    let targets = handle.membership(target_group)?.into_iter().map(|member| {
        json!({
            "id": member.id,
            "port": member.port,
            "state": member.health.state.as_str(),
            "reason": member.health.reason,
        })
    });
    Ok(json!({ "targets": targets.collect::<Vec<_>>() }))
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
#[path = "operation_tests.rs"]
mod tests;
