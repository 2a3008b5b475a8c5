//! The record of one change.

use std::time::Instant;

use elbm_api::ErrorCode;
use elbm_core::Change;
use elbm_engine::{Deed, Deeds, End, Seen, WritingCall};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Asked, Outcome};
use crate::http::Exchange;

/// The record of one change, as it stands in the log.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event {
    /// The id of the request.
    pub(super) id: String,
    /// Who asked for it; `null` where that is not known.
    principal: Option<String>,
    /// From which address.
    client: String,
    operation_id: &'static str,
    /// What was asked, as it was sent.
    asked: Map<String, Value>,
    /// Why.
    reason: Option<String>,
    /// What became of it.
    outcome: Option<&'static str>,
    /// What was answered.
    pub(super) status: u16,
    /// The code, where that is an error.
    pub(super) code: Option<ErrorCode>,
    /// Whether the caller was gone by then.
    caller_left: bool,
    /// What became of each registration that was to be written.
    registrations: Vec<Registration>,
    /// The AWS calls that wrote, or tried to.
    calls: Vec<Call>,
    /// How long it took to its end, in milliseconds.
    ms: f64,
    #[serde(skip)]
    started: Instant,
    /// The place of the operation in the contract.
    #[serde(skip)]
    pub(super) operation: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Registration {
    change: &'static str,
    target_group: String,
    target: String,
    port: Option<u16>,
    before: &'static str,
    after: &'static str,
    end: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    action: &'static str,
    /// AWS's id of it; `null` where no answer came.
    request_id: Option<String>,
    /// Why it failed; `null` where it did not.
    failure: Option<String>,
}

impl Event {
    /// Of a request that was answered with this status.
    pub(super) fn new(exchange: &Exchange, mut asked: Asked, status: u16, caller_left: bool) -> Self {
        Self {
            id: exchange.id().to_string(),
            principal: exchange.caller().map(|principal| principal.name.clone()),
            client: exchange.client().to_string(),
            operation_id: asked.operation().id,
            reason: asked.reason(),
            asked: asked.whole(),
            outcome: None,
            status,
            code: exchange.code(),
            caller_left,
            registrations: Vec::new(),
            calls: Vec::new(),
            ms: 0.0,
            started: exchange.started(),
            operation: exchange.operation().unwrap_or_default(),
        }
    }

    /// What was done is known.
    pub(super) fn ends(&mut self, outcome: Outcome, deeds: Deeds) {
        self.outcome = Some(outcome.as_str());
        self.registrations = deeds.registrations.into_iter().map(Registration::from).collect();
        self.calls = deeds.calls.into_iter().map(Call::from).collect();
        self.ms = self.started.elapsed().as_secs_f64() * 1e3;
    }
}

impl From<Deed> for Registration {
    fn from(deed: Deed) -> Self {
        let change = match deed.change {
            Change::Register => "register",
            Change::Deregister => "deregister",
        };
        let state = |seen| match seen {
            Seen::Absent => "absent",
            Seen::Is(state) => elbm_core::TargetState::as_str(state),
            Seen::Unknown => "not seen",
        };
        let end = match deed.end {
            End::Done => "done",
            End::Failed => "failed",
            End::Unverified => "unverified",
        };
        let Deed { group: target_group, target, port, before, after, .. } = deed;
        Self { change, target_group, target, port, before: state(before), after: state(after), end }
    }
}

impl From<WritingCall> for Call {
    fn from(call: WritingCall) -> Self {
        let WritingCall { action, request_id, failure } = call;
        Self { action: action.permission(), request_id, failure: failure.map(|failure| failure.to_string()) }
    }
}
