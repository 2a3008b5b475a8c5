//! EC2 instances.

use std::net::Ipv4Addr;

use chrono::{DateTime, Utc};

use crate::fleet::InstanceState;

/// An instance that EC2 knows.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) id: String,
    /// The type, such as `t3.micro`.
    pub(crate) kind: String,
    pub(crate) launch_time: DateTime<Utc>,
    pub(crate) availability_zone: String,
    pub(crate) private_ip: Ipv4Addr,
    pub(crate) name: Option<String>,
    pub(crate) state: InstanceState,
    /// Since when it runs, or ran last.
    pub(crate) running_since: DateTime<Utc>,
    pub(crate) vpc: String,
}

impl Instance {
    /// Its VPC and address, which it loses when it is terminated. Rule: ec2-terminated.
    pub(crate) fn network(&self) -> Option<(&str, Ipv4Addr)> {
        (self.state != InstanceState::Terminated).then_some((self.vpc.as_str(), self.private_ip))
    }
}

/// Whether this has the form of an instance id.
pub(crate) fn is_instance_id(text: &str) -> bool {
    text.strip_prefix("i-").is_some_and(|hex| {
        matches!(hex.len(), 8 | 17) && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}
