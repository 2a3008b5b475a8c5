//! EC2 instances.

use std::net::Ipv4Addr;

use chrono::{DateTime, TimeDelta, Utc};

use super::tags::Tags;
use super::{World, ids};
use crate::fleet::InstanceState;

/// An instance that EC2 knows.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) id: String,
    /// The type, such as `t3.micro`.
    pub(crate) kind: String,
    pub(crate) image: String,
    pub(crate) launch_time: DateTime<Utc>,
    pub(crate) availability_zone: String,
    pub(crate) subnet: String,
    pub(crate) private_ip: Ipv4Addr,
    pub(crate) tags: Tags,
    pub(crate) vpc: String,
    /// The reservation that it was launched in.
    pub(crate) reservation: String,
    pub(crate) lifecycle: Lifecycle,
    /// Since when it runs, or ran last.
    pub(crate) running_since: DateTime<Utc>,
}

/// The state of an instance over time. Rule: instance-transitions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lifecycle {
    /// The state until it has settled, and when it has.
    passing: Option<(InstanceState, DateTime<Utc>)>,
    settled: InstanceState,
}

/// How long an instance takes to start, to stop and to terminate.
const TRANSITION: TimeDelta = TimeDelta::seconds(30);

/// When an instance has settled that begins to change now.
pub(super) fn settled_at(now: DateTime<Utc>) -> DateTime<Utc> {
    now.checked_add_signed(TRANSITION).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

impl Lifecycle {
    /// In this state for good.
    pub(crate) fn settled(state: InstanceState) -> Self {
        Self { passing: None, settled: state }
    }

    /// On its way, from now on, through one state to another.
    pub(crate) fn passing(through: InstanceState, to: InstanceState, now: DateTime<Utc>) -> Self {
        Self { passing: Some((through, settled_at(now))), settled: to }
    }

    pub(crate) fn state(self, now: DateTime<Utc>) -> InstanceState {
        self.passing.filter(|(_, until)| now < *until).map_or(self.settled, |(through, _)| through)
    }

    /// Whether it is terminated, or will be.
    pub(crate) fn ends(self) -> bool {
        self.settled == InstanceState::Terminated
    }
}

impl Instance {
    pub(crate) fn state(&self, now: DateTime<Utc>) -> InstanceState {
        self.lifecycle.state(now)
    }

    /// Its VPC and address, which it loses when it is being terminated. Rule: ec2-terminated.
    pub(crate) fn network(&self) -> Option<(&str, Ipv4Addr)> {
        (!self.lifecycle.ends()).then_some((self.vpc.as_str(), self.private_ip))
    }

    /// The id of its one network interface.
    pub(crate) fn interface(&self) -> String {
        ids::resource("eni", &self.id)
    }

    /// The name of its address within the VPC.
    pub(crate) fn private_dns(&self, region: &str) -> String {
        let [a, b, c, d] = self.private_ip.octets();
        // Rule: private-dns-name.
        let domain = if region == "us-east-1" { "ec2".to_owned() } else { format!("{region}.compute") };
        format!("ip-{a}-{b}-{c}-{d}.{domain}.internal")
    }
}

impl World {
    /// Gives the address of an instance back to its subnet.
    pub(super) fn release_address(&mut self, id: &str) {
        if let Some(instance) = self.instances.get(id)
            && instance.network().is_some()
            && let Some(subnet) = self.subnets.get_mut(&instance.subnet)
        {
            subnet.release(instance.private_ip);
        }
    }
}

/// Whether this has the form of an instance id.
pub(crate) fn is_instance_id(text: &str) -> bool {
    is_id("i", text)
}

/// Whether this has the form of an id with this prefix: 8 or 17 hexadecimal digits.
pub(crate) fn is_id(prefix: &str, text: &str) -> bool {
    text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('-')).is_some_and(|hex| {
        matches!(hex.len(), 8 | 17) && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}
