//! A change of one machine: asked for once, and then again while it is waited for.

use std::time::Duration;

use comfy_table::Cell;
use elbm_client::types::{InstanceId, LoadBalancerName, PlacedRegistration, Registration, TargetState};
use serde::Serialize;

use crate::commands::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// A change of one machine.
pub(crate) trait Change {
    /// What the service tells of the machine.
    type Machine: Clone + Serialize;

    fn machine(&self) -> &InstanceId;

    /// The load balancer, where it is about one.
    fn load_balancer(&self) -> Option<&LoadBalancerName>;

    /// What the machine is afterwards.
    fn participle(&self) -> &'static str;

    /// Makes the change, without waiting.
    async fn make(&self, context: &Context) -> Result<Answer<Self::Machine>, Failure>;

    /// How far it is since it was last seen, the answer held so long at most.
    async fn look(
        &self,
        context: &Context,
        hold: Duration,
        last: Self::Machine,
    ) -> Result<Answer<Self::Machine>, Failure>;

    /// The registrations that it is about, each with its load balancer.
    fn registrations<'a>(&'a self, machine: &'a Self::Machine) -> Vec<Placed<'a>>;

    /// Whether the registrations are to become healthy, not to go.
    fn attaches(&self) -> bool;

    /// What may undo the change, or should be known beside.
    fn warnings<'a>(&self, machine: &'a Self::Machine) -> &'a [String];
}

/// What the service answers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer<M> {
    pub(crate) machine: M,
    /// Whether anything was written.
    pub(crate) changed: bool,
    /// Whether the machine is healthy, or gone.
    pub(crate) settled: bool,
    /// Whether connections may go on although it is gone.
    pub(crate) connections_may_remain: bool,
}

/// A registration in a load balancer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed<'a> {
    pub(crate) load_balancer: Option<&'a str>,
    pub(crate) target_group: Option<&'a str>,
    pub(crate) port: Option<i32>,
    pub(crate) state: TargetState,
    pub(crate) reason: Option<&'a str>,
    pub(crate) description: Option<&'a str>,
    pub(crate) remedy: Option<&'a str>,
}

impl<'a> From<&'a PlacedRegistration> for Placed<'a> {
    fn from(registration: &'a PlacedRegistration) -> Self {
        Self {
            load_balancer: registration.load_balancer.as_deref(),
            target_group: registration.target_group.as_deref(),
            port: registration.port,
            state: registration.state,
            reason: registration.reason.as_deref(),
            description: registration.description.as_deref(),
            remedy: registration.remedy.as_deref(),
        }
    }
}

impl<'a> Placed<'a> {
    pub(crate) fn of(load_balancer: &'a str, registration: &'a Registration) -> Self {
        Self {
            load_balancer: Some(load_balancer),
            target_group: registration.target_group.as_deref(),
            port: registration.port,
            state: registration.state,
            reason: registration.reason.as_deref(),
            description: registration.description.as_deref(),
            remedy: registration.remedy.as_deref(),
        }
    }

    /// The cells of a table: load balancer, group, port, state, reason.
    pub(crate) fn cells(&self) -> Vec<Cell> {
        use crate::output::{state, text};
        vec![
            text(self.load_balancer.as_ref()),
            text(self.target_group.as_ref()),
            text(self.port.as_ref()),
            state(Some(self.state)),
            text(self.reason.as_ref()),
        ]
    }
}

/// The reasons for which a registered machine gets no traffic until somebody does something. The service does not hold its
/// answer for them either.
const HOPELESS: [&str; 3] = ["Target.NotInUse", "Target.InvalidState", "Target.IpUnusable"];

/// The states that are not yet what is wanted, with their reasons.
pub(crate) fn told<C: Change>(change: &C, machine: &C::Machine) -> String {
    let registrations = change.registrations(machine);
    let unsettled = registrations.iter().filter(|one| one.state != TargetState::Healthy || !change.attaches());
    let states: Vec<_> = unsettled
        .map(|one| one.reason.map_or_else(|| one.state.to_string(), |reason| format!("{} ({reason})", one.state)))
        .collect();
    if states.is_empty() { "not yet seen".to_owned() } else { states.join(", ") }
}

/// What keeps the machine from becoming healthy, if anything does.
pub(crate) fn hopeless<C: Change>(change: &C, machine: &C::Machine) -> Option<Failure> {
    let registrations = change.registrations(machine);
    let mut registrations = registrations.iter().filter(|_| change.attaches());
    let one = registrations.find(|one| one.reason.is_some_and(|reason| HOPELESS.contains(&reason)))?;
    let why: Vec<_> = [one.reason, one.description, one.remedy].into_iter().flatten().collect();
    Some(Failure::new(Exit::Failed, format!("it does not become healthy: {}", why.join(": "))))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::hopeless;
    use crate::wanted::{Action, Wanted};

    #[test]
    fn what_keeps_a_machine_from_becoming_healthy_is_told() {
        let wanted = |action| Wanted {
            action,
            machine: "i-12345678".parse().expect("an id"),
            load_balancer: "web".parse().expect("a name"),
            kind: None,
            target_group: Some("web-tg".parse().expect("a name")),
            port: None,
        };
        let detach = || Action::Detach { force: false, reason: None };
        for (action, group, reason, stuck) in [
            (Action::Attach, "web-tg", "Target.InvalidState", true),
            (Action::Attach, "web-tg", "Elb.InitialHealthChecking", false),
            // It is not about the other group.
            (Action::Attach, "other", "Target.InvalidState", false),
            (detach(), "web-tg", "Target.InvalidState", false),
        ] {
            let targets =
                json!([{"targetGroup": group, "port": 80, "state": "unused", "reason": reason, "remedy": "Start it."}]);
            let machine =
                serde_json::from_value(json!({"instanceId": "i-12345678", "targets": targets})).expect("a machine");
            let told = hopeless(&wanted(action), &machine);
            assert_eq!(told.is_some(), stuck, "{group} {reason}");
            assert!(told.is_none_or(|told| told.message.ends_with("Target.InvalidState: Start it.")));
        }
    }
}
