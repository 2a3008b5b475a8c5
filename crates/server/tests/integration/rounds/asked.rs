//! What a client asks of one machine behind one load balancer, and what the answer says of it.

use fastrand::Rng;
use reqwest::Method;
use serde_json::json;

use crate::backend::{Backend, KINDS};
use crate::context::{Answer, Caller};

/// How many machines the load balancers of a world may have.
pub(crate) const MACHINES: usize = 8;

/// What one client asks of one machine.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// The number of the load balancer in [`KINDS`].
    pub(super) balancer: usize,
    pub(super) machine: usize,
    pub(super) attach: bool,
    /// Whether it passes over the guard.
    pub(super) force: bool,
    way: Way,
}

/// The operation by which it is asked.
#[derive(Debug, Clone, Copy)]
enum Way {
    Body,
    Path,
    ChangeSet,
}

/// What an answer says of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    /// It was attached, or detached, by this.
    Changed,
    /// It may have been.
    Unknown,
    /// It was not, by this.
    Unchanged,
}

impl Asked {
    /// `share` of the changes are attaches. Where `forces`, a few detaches pass over the guard.
    pub(crate) fn any(rng: &mut Rng, share: f64, forces: bool) -> Self {
        let attach = rng.f64() < share;
        let way = [Way::Body, Way::Path, Way::ChangeSet][rng.usize(..3)];
        let force = forces && !attach && rng.u8(..16) == 0;
        Self { balancer: rng.usize(..KINDS.len()), machine: rng.usize(..MACHINES), attach, force, way }
    }

    pub(crate) async fn send(&self, aws: &Backend, caller: &Caller) -> Answer {
        let machine = aws.machine(self.machine);
        let path = format!("/elb/{}", KINDS[self.balancer].0);
        let query = if self.force { "&force=true" } else { "" };
        let query = format!("?kind={}{query}", KINDS[self.balancer].1.word());
        let (method, path, body) = match (self.way, self.attach) {
            (Way::Body, true) => (Method::POST, format!("{path}{query}"), Some(json!({"instanceId": machine}))),
            (Way::Body, false) => (Method::DELETE, format!("{path}{query}"), Some(json!({"instanceId": machine}))),
            (Way::Path, true) => (Method::PUT, format!("{path}/instances/{machine}{query}"), None),
            (Way::Path, false) => (Method::DELETE, format!("{path}/instances/{machine}{query}"), None),
            (Way::ChangeSet, attach) => {
                let item = json!({"action": if attach { "attach" } else { "detach" }, "instanceId": machine});
                (Method::POST, format!("{path}/changes{query}"), Some(json!({"items": [item]})))
            }
        };
        caller
            .send(method, &path, |request| {
                let request = request.header("x-reason", "a round");
                if let Some(body) = &body { request.json(body) } else { request }
            })
            .await
    }

    /// What the answer says; every way to say it is the contract's.
    pub(crate) fn said(&self, answer: &Answer) -> Said {
        let outcome = || answer.body["items"][0]["outcome"].as_str();
        match (answer.status, self.way) {
            (200, Way::ChangeSet) if outcome() == Some("unchanged") => Said::Unchanged,
            (201, Way::Body | Way::Path) | (200, Way::ChangeSet) => Said::Changed,
            (200, Way::Path) if answer.body["changed"] == true => Said::Changed,
            (200, Way::Path) => Said::Unchanged,
            _ if answer.body["error"] == "EffectUnverified" => Said::Unknown,
            (409 | 422 | 500 | 502 | 503 | 504, _) => Said::Unchanged,
            _ => panic!("{self:?}: {answer:?}"),
        }
    }
}
