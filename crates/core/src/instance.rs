//! EC2 instances.

use std::fmt;

use chrono::{DateTime, Utc};

/// The id of an EC2 instance: `i-` and 8 or 17 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceId(String);

impl InstanceId {
    /// Reads an instance id; `None` where the text has another form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("i-")?;
        let well_formed =
            matches!(digits.len(), 8 | 17) && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        well_formed.then(|| Self(text.to_owned()))
    }

    /// The id as AWS writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What EC2 says of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Its id.
    pub id: InstanceId,
    /// Its type, e.g. `t3.micro`.
    pub instance_type: Option<String>,
    /// When it was launched or last started.
    pub launch_time: Option<DateTime<Utc>>,
    /// Its state.
    pub state: InstanceState,
    /// The availability zone it runs in.
    pub availability_zone: Option<String>,
    /// Its primary private IPv4 address.
    pub private_ip: Option<String>,
    /// The VPC it is in.
    pub vpc: Option<String>,
    /// Its private addresses, on all its network interfaces.
    pub private_ips: Vec<String>,
    /// The value of its `Name` tag.
    pub name: Option<String>,
    /// The Auto Scaling group that it belongs to, by the tag that AWS gives it.
    pub auto_scaling_group: Option<String>,
}

/// The state of an instance in EC2's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstanceState {
    /// Being launched or started.
    Pending,
    /// Running.
    Running,
    /// On its way to terminated.
    ShuttingDown,
    /// Gone for good; EC2 shows it for about an hour.
    Terminated,
    /// On its way to stopped.
    Stopping,
    /// Stopped; it can be started again.
    Stopped,
    /// EC2 does not know the instance, or names a state that this version does not know.
    Unknown,
}

impl InstanceState {
    /// Reads EC2's word.
    #[must_use]
    pub fn from_aws(word: &str) -> Self {
        match word {
            "pending" => Self::Pending,
            "running" => Self::Running,
            "shutting-down" => Self::ShuttingDown,
            "terminated" => Self::Terminated,
            "stopping" => Self::Stopping,
            "stopped" => Self::Stopped,
            _ => Self::Unknown,
        }
    }

    /// Whether the instance is gone for good or on its way there.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::ShuttingDown | Self::Terminated)
    }

    /// Whether the instance does not run, but may again.
    #[must_use]
    pub fn is_stopped(self) -> bool {
        matches!(self, Self::Stopping | Self::Stopped)
    }
}

#[cfg(test)]
mod tests {
    use super::InstanceId;

    #[test]
    fn reads_short_and_long_ids_and_nothing_else() {
        for good in ["i-0a1b2c3d", "i-06060a1e235609999"] {
            assert_eq!(InstanceId::parse(good).map(|id| id.to_string()), Some(good.to_owned()));
        }
        for bad in [
            "",
            "i-",
            "i-xyz",
            "i-0a1b2c3",
            "i-0A1B2C3D",
            "I-0a1b2c3d",
            "i-06060a1e2356099999",
            "i-0a1b2c3d ",
            "10.0.0.1",
        ] {
            assert_eq!(InstanceId::parse(bad), None, "{bad}");
        }
    }
}
