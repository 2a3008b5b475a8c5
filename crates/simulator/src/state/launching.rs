//! Instances are launched, started, stopped and terminated.

use std::net::Ipv4Addr;

use chrono::{DateTime, Utc};

use super::instance::settled_at;
use super::tags::Tags;
use super::{Instance, Lifecycle, Refusal, World, ids, is_id};
use crate::fleet::InstanceState;

/// What is said of instances when they are launched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LaunchRequest {
    pub(crate) image: String,
    /// The type, such as `t3.micro`.
    pub(crate) kind: String,
    /// How many, at least and at most.
    pub(crate) count: (u32, u32),
    pub(crate) subnet: Option<String>,
    pub(crate) zone: Option<String>,
    pub(crate) address: Option<Ipv4Addr>,
    pub(crate) security_groups: Vec<String>,
    pub(crate) tags: Tags,
}

/// What was launched with a client token.
#[derive(Debug, Clone)]
pub(crate) struct Launch {
    request: LaunchRequest,
    reservation: String,
}

/// An instance, and its state before and after a call.
pub(crate) type StateChange = (String, InstanceState, InstanceState);

impl World {
    /// Launches instances and returns their reservation; the same call with the same token launches none.
    /// Rule: launch-token.
    pub(crate) fn run_instances(
        &mut self,
        request: LaunchRequest,
        token: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<String, Refusal> {
        if let Some(earlier) = token.as_ref().and_then(|token| self.launches.get(token)) {
            if earlier.request == request {
                return Ok(earlier.reservation.clone());
            }
            let message = "The request uses the same client token as a previous, but non-identical request.";
            return Err(Refusal::because("IdempotentParameterMismatch", message));
        }
        check_form(&request)?;
        let subnet = self.launch_subnet(&request)?;
        let count = self.launch_count(&subnet, &request)?;
        let own =
            self.subnets.get(&subnet).and_then(|subnet| self.vpcs.get(&subnet.vpc)).map(|vpc| &vpc.security_group);
        if let Some(unknown) = request.security_groups.iter().find(|group| Some(*group) != own) {
            let message = format!("The security group '{unknown}' does not exist");
            return Err(Refusal::because("InvalidGroup.NotFound", message));
        }
        let reservation = ids::resource("r", &format!("made {}", self.next_serial()));
        for _ in 0..count {
            let serial = self.next_serial();
            let Some(place) = self.subnets.get_mut(&subnet) else { break };
            let address = match request.address {
                Some(address) => place.take(address).then_some(address),
                None => place.take_any(),
            };
            let Some(private_ip) = address else { break };
            let instance = Instance {
                id: ids::resource("i", &format!("made {serial}")),
                kind: request.kind.clone(),
                image: request.image.clone(),
                launch_time: now,
                availability_zone: place.zone.clone(),
                subnet: subnet.clone(),
                private_ip,
                tags: request.tags.clone(),
                vpc: place.vpc.clone(),
                reservation: reservation.clone(),
                lifecycle: Lifecycle::passing(InstanceState::Pending, InstanceState::Running, now),
                running_since: settled_at(now),
            };
            self.instances.insert(instance.id.clone(), instance);
        }
        if let Some(token) = token {
            self.launches.insert(token, Launch { request, reservation: reservation.clone() });
        }
        Ok(reservation)
    }

    /// Starts instances, all or none. Rule: start-and-stop.
    pub(crate) fn start_instances(&mut self, ids: &[String], now: DateTime<Utc>) -> Result<Vec<StateChange>, Refusal> {
        use InstanceState::{Pending, Running, Stopped};
        self.pass(ids, &[Stopped], &[Pending, Running], (Pending, Running), "started", now)
    }

    /// Stops instances, all or none. Rule: start-and-stop.
    pub(crate) fn stop_instances(&mut self, ids: &[String], now: DateTime<Utc>) -> Result<Vec<StateChange>, Refusal> {
        use InstanceState::{Pending, Running, Stopped, Stopping};
        self.pass(ids, &[Pending, Running], &[Stopping, Stopped], (Stopping, Stopped), "stopped", now)
    }

    /// Terminates instances; those that are terminated already stay so. Rule: terminate-again.
    pub(crate) fn terminate_instances(
        &mut self,
        ids: &[String],
        now: DateTime<Utc>,
    ) -> Result<Vec<StateChange>, Refusal> {
        use InstanceState::{Pending, Running, ShuttingDown, Stopped, Stopping, Terminated};
        let from = [Pending, Running, Stopping, Stopped];
        self.pass(ids, &from, &[ShuttingDown, Terminated], (ShuttingDown, Terminated), "terminated", now)
    }

    /// Lets instances pass through a state to another, if each of them is in one of the states `from`; those that are in
    /// one of the states `there` stay as they are.
    fn pass(
        &mut self,
        ids: &[String],
        from: &[InstanceState],
        there: &[InstanceState],
        (through, to): (InstanceState, InstanceState),
        done: &str,
        now: DateTime<Utc>,
    ) -> Result<Vec<StateChange>, Refusal> {
        let mut found: Vec<(String, InstanceState)> =
            self.instances_by_id(ids)?.iter().map(|instance| (instance.id.clone(), instance.state(now))).collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found.dedup_by(|a, b| a.0 == b.0);
        if let Some((id, _)) = found.iter().find(|(_, state)| !from.contains(state) && !there.contains(state)) {
            let message = format!("The instance '{id}' is not in a state from which it can be {done}.");
            return Err(Refusal::because("IncorrectInstanceState", message));
        }
        let mut changes = Vec::new();
        for (id, before) in found {
            if there.contains(&before) {
                changes.push((id, before, before));
                continue;
            }
            if to == InstanceState::Terminated {
                self.release_address(&id);
            }
            if let Some(instance) = self.instances.get_mut(&id) {
                instance.lifecycle = Lifecycle::passing(through, to, now);
                if to == InstanceState::Running {
                    instance.launch_time = now;
                    instance.running_since = settled_at(now);
                }
            }
            changes.push((id, before, through));
        }
        Ok(changes)
    }

    /// The subnet that instances are launched in. Rule: launch-subnet.
    fn launch_subnet(&self, request: &LaunchRequest) -> Result<String, Refusal> {
        if let Some(id) = &request.subnet {
            let subnet = self.subnet(id)?;
            if request.zone.as_ref().is_some_and(|zone| *zone != subnet.zone) {
                let message = format!("The subnet '{id}' is not in the availability zone that is specified");
                return Err(Refusal::because("InvalidParameterCombination", message));
            }
            return Ok(id.clone());
        }
        if let Some(zone) = request.zone.as_ref().filter(|zone| !self.zones().contains(*zone)) {
            return Err(Refusal::because("InvalidParameterValue", format!("Invalid availability zone: [{zone}]")));
        }
        let default = self.subnets.values().filter(|subnet| subnet.is_default);
        let mut in_zone = default.filter(|subnet| request.zone.as_ref().is_none_or(|zone| *zone == subnet.zone));
        let Some(first) = in_zone.next() else {
            let message = "No subnets found for the default VPC. Please specify a subnet.";
            return Err(Refusal::because("MissingInput", message));
        };
        Ok(in_zone.fold(first, |a, b| if b.zone < a.zone { b } else { a }).id.clone())
    }

    /// How many instances there is room for. Rule: launch-count.
    fn launch_count(&self, subnet: &str, request: &LaunchRequest) -> Result<u32, Refusal> {
        let place = self.subnet(subnet)?;
        let (least, most) = request.count;
        if let Some(address) = request.address {
            if most > 1 {
                let message = "You cannot specify a private IP address when you launch several instances";
                return Err(Refusal::because("InvalidParameterCombination", message));
            }
            if !place.has(address) {
                let message = format!("Address {address} does not fall within the subnet's address range");
                return Err(Refusal::because("InvalidParameterValue", message));
            }
            if place.is_taken(address) {
                return Err(Refusal::because("InvalidIPAddress.InUse", format!("Address {address} is in use.")));
            }
        }
        if place.free() < least {
            let message = format!(
                "There are not enough free addresses in subnet '{subnet}' to satisfy the requested number of instances."
            );
            return Err(Refusal::because("InsufficientFreeAddressesInSubnet", message));
        }
        Ok(most.min(place.free()))
    }
}

/// Rule: launch-form.
fn check_form(request: &LaunchRequest) -> Result<(), Refusal> {
    if !is_id("ami", &request.image) {
        let message = format!("Invalid id: \"{}\" (expecting \"ami-...\")", request.image);
        return Err(Refusal::because("InvalidAMIID.Malformed", message));
    }
    let word = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    if !request.kind.split_once('.').is_some_and(|(family, size)| word(family) && word(size)) {
        let message = format!("Invalid value '{}' for InstanceType.", request.kind);
        return Err(Refusal::because("InvalidParameterValue", message));
    }
    let (least, most) = request.count;
    if least > most {
        let message = format!("The minimum number of instances '{least}' is greater than the maximum '{most}'");
        return Err(Refusal::because("InvalidParameterCombination", message));
    }
    Ok(())
}
