//! The record of changes, held in every test: each answer of an operation that may change something has exactly one event, with
//! what was answered; and no call that writes has escaped. A test is known by its thread.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use elbm_simulator::{AutoScaling, Call, Ec2, Elb, Elbv2, Outcome};
use serde_json::Value;

static TESTS: LazyLock<Mutex<HashMap<ThreadId, Test>>> = LazyLock::new(Mutex::default);

/// What a test has seen.
#[derive(Debug, Default)]
struct Test {
    /// How many services write their logs.
    logs: usize,
    /// The answers that are to be recorded: by request id operation, status, and code.
    answered: BTreeMap<String, (String, u16, Value)>,
    /// What was recorded.
    events: Vec<Value>,
    /// Whether records may be missing.
    gaps: bool,
}

/// The log of a service of a test.
#[derive(Debug)]
pub(crate) struct Log(ThreadId);

fn tests() -> MutexGuard<'static, HashMap<ThreadId, Test>> {
    TESTS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Log {
    /// A service of this test begins to write.
    pub(crate) fn begin() -> Self {
        let id = thread::current().id();
        let mut tests = tests();
        let test = tests.entry(id).or_default();
        if test.logs == 0 {
            // What other services have written was held.
            *test = Test { gaps: test.gaps, ..Test::default() };
        }
        test.logs += 1;
        Self(id)
    }

    /// It has written a line.
    pub(crate) fn line(&self, line: &str) {
        // Other lines may be no JSON, e.g. those of a panic.
        if let Ok(event) = serde_json::from_str::<Value>(line)
            && event["target"] == "audit"
        {
            tests().entry(self.0).or_default().events.push(event);
        }
    }

    /// It has written all of it. Once that is so of all services of the test, everything is held against each other.
    pub(crate) fn end(self) {
        let mut tests = tests();
        let test = tests.entry(self.0).or_default();
        test.logs -= 1;
        if test.logs == 0 {
            test.hold();
        }
    }
}

impl Test {
    fn hold(&self) {
        let mut recorded: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for event in &self.events {
            recorded.entry(event["id"].as_str().expect("an id")).or_default().push(event);
        }
        for (id, (operation, status, code)) in &self.answered {
            let events = recorded.get(id.as_str()).map_or(&[][..], Vec::as_slice);
            if self.gaps && events.is_empty() {
                continue;
            }
            let [event] = events else { panic!("{operation} {status} {code} has the records {events:?}") };
            let told = (&event["operationId"], &event["status"], &event["code"]);
            assert_eq!(told, (&operation.as_str().into(), &(*status).into(), code), "{event}");
            assert!(event["outcome"].is_string(), "{event}");
        }
    }
}

/// An operation has answered. `body` is that of the answer.
pub(crate) fn answered(method: &str, operation: &str, id: &str, status: u16, body: &Value) {
    if method != "GET" {
        let code = if status < 400 { Value::Null } else { body["error"].clone() };
        let mut tests = tests();
        let test = tests.entry(thread::current().id()).or_default();
        test.answered.insert(id.to_owned(), (operation.to_owned(), status, code));
    }
}

/// From here on records of this test may be missing: a service is killed, or its log can't be read.
pub(crate) fn may_have_gaps() {
    tests().entry(thread::current().id()).or_default().gaps = true;
}

/// What this test's services have recorded until now.
pub(crate) fn events() -> Vec<Value> {
    tests().get(&thread::current().id()).map(|test| test.events.clone()).unwrap_or_default()
}

/// Waits for an event of this test.
pub(crate) async fn event(wanted: impl Fn(&Value) -> bool) -> Value {
    let found = async {
        loop {
            if let Some(found) = events().into_iter().find(&wanted) {
                return found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(crate::context::PATIENCE, found).await.expect("a record in time")
}

/// What AWS calls the calls that write.
fn writes(call: &Call) -> Option<&'static str> {
    use elbm_simulator::Action;
    match call.action {
        Action::Elbv2(Elbv2::RegisterTargets) => Some("elasticloadbalancing:RegisterTargets"),
        Action::Elbv2(Elbv2::DeregisterTargets) => Some("elasticloadbalancing:DeregisterTargets"),
        Action::Elb(Elb::RegisterInstancesWithLoadBalancer) => {
            Some("elasticloadbalancing:RegisterInstancesWithLoadBalancer")
        }
        Action::Elb(Elb::DeregisterInstancesFromLoadBalancer) => {
            Some("elasticloadbalancing:DeregisterInstancesFromLoadBalancer")
        }
        Action::Ec2(Ec2::CreateTags) => Some("ec2:CreateTags"),
        Action::Ec2(Ec2::DeleteTags) => Some("ec2:DeleteTags"),
        Action::AutoScaling(AutoScaling::EnterStandby) => Some("autoscaling:EnterStandby"),
        Action::AutoScaling(AutoScaling::ExitStandby) => Some("autoscaling:ExitStandby"),
        _ => None,
    }
}

/// Each of the calls that writes is in a record of this test with AWS's id of it. Where no whole answer came, or none in time, the
/// service may not know the id: then there is a call of that name without one.
pub(crate) fn hold_calls(calls: &[Call]) {
    if tests().get(&thread::current().id()).is_some_and(|test| test.gaps) {
        return;
    }
    let events = events();
    let recorded: Vec<&Value> = events.iter().flat_map(|event| event["calls"].as_array().expect("calls")).collect();
    let ids: BTreeSet<_> = recorded.iter().filter_map(|call| call["requestId"].as_str()).collect();
    let mut unknown: BTreeMap<&str, usize> = BTreeMap::new();
    for call in recorded.iter().filter(|call| call["requestId"].is_null()) {
        *unknown.entry(call["action"].as_str().expect("an action")).or_default() += 1;
    }
    // Somebody else's calls are not the service's to record.
    for call in calls.iter().filter(|call| call.access_key == "test") {
        let Some(action) = writes(call) else { continue };
        if ids.contains(call.request_id.as_str()) {
            continue;
        }
        let without_id = unknown.get_mut(action).filter(|number| **number > 0);
        let without_id = without_id.unwrap_or_else(|| panic!("no record has {call:?}; there are {events:#?}"));
        assert!(call.outcome != Outcome::Throttled, "it was answered: {call:?}");
        *without_id -= 1;
    }
}
