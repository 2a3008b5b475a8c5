//! Targets: one registration each.

/// What tells the targets of one group apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TargetKey {
    /// What is registered: an instance id, an address or an ARN, by the type of the group.
    pub id: String,
    /// The port on which it takes traffic; `None` for a lambda function, and in a Classic load balancer.
    pub port: Option<u16>,
    /// The availability zone that was given for an address outside of the VPC: a zone, or `all`.
    pub zone: Option<String>,
}

/// A target as AWS shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What is registered.
    pub key: TargetKey,
    /// Its state.
    pub state: TargetState,
    /// AWS's reason code, e.g. `Target.FailedHealthChecks`; AWS gives none for a healthy target.
    pub reason: Option<String>,
    /// AWS's description of the reason.
    pub description: Option<String>,
    /// The state of a zonal shift that overrides the health, in AWS's word.
    pub zonal_shift: Option<String>,
    /// What anomaly detection says of it, in AWS's word.
    pub anomaly: Option<String>,
}

/// AWS's reason for a target that is not registered. It is the only one that means gone.
const NOT_REGISTERED: &str = "Target.NotRegistered";

impl Target {
    /// Whether the target is registered and stays so: neither draining nor gone. `unused` because of
    /// `Target.NotInUse` is registered, and so is `unhealthy.draining`.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.state != TargetState::Draining && !self.is_gone()
    }

    /// Whether AWS says that there is no such registration.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.reason.as_deref() == Some(NOT_REGISTERED)
    }
}

/// The state of a target, the worst first. The order is the contract's: the health of a machine is the least of the
/// states of its targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetState {
    /// Its health checks fail.
    Unhealthy,
    /// Health checks are disabled, or AWS cannot tell.
    Unavailable,
    /// A state that this version does not know.
    Unknown,
    /// Unhealthy, and its connections are being drained; it is still registered.
    UnhealthyDraining,
    /// It takes no traffic: its group is in no listener rule, its zone is off, or its instance does not run.
    Unused,
    /// Deregistered; its connections are being drained.
    Draining,
    /// Being registered, or in its first health checks.
    Initial,
    /// Its health checks pass.
    Healthy,
}

impl TargetState {
    /// Every state, in order.
    pub const ALL: [Self; 8] = [
        Self::Unhealthy,
        Self::Unavailable,
        Self::Unknown,
        Self::UnhealthyDraining,
        Self::Unused,
        Self::Draining,
        Self::Initial,
        Self::Healthy,
    ];

    /// AWS's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unhealthy => "unhealthy",
            Self::Unavailable => "unavailable",
            Self::Unknown => "unknown",
            Self::UnhealthyDraining => "unhealthy.draining",
            Self::Unused => "unused",
            Self::Draining => "draining",
            Self::Initial => "initial",
            Self::Healthy => "healthy",
        }
    }

    /// Reads AWS's word.
    #[must_use]
    pub fn from_aws(word: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.as_str() == word).unwrap_or(Self::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::{Target, TargetKey, TargetState};

    #[test]
    fn only_draining_and_not_registered_are_not_live() {
        let cases = [
            ("healthy", None, true),
            ("initial", Some("Elb.RegistrationInProgress"), true),
            ("unhealthy", Some("Target.FailedHealthChecks"), true),
            ("unhealthy.draining", Some("Target.FailedHealthChecks"), true),
            ("unused", Some("Target.NotInUse"), true),
            ("unused", Some("Target.InvalidState"), true),
            ("unused", Some("Target.NotRegistered"), false),
            ("unavailable", Some("Target.HealthCheckDisabled"), true),
            ("draining", Some("Target.DeregistrationInProgress"), false),
            ("a-state-of-tomorrow", None, true),
        ];
        for (state, reason, live) in cases {
            let target = Target {
                key: TargetKey { id: "i-0a1b2c3d".into(), port: Some(80), zone: None },
                state: TargetState::from_aws(state),
                reason: reason.map(Into::into),
                description: None,
                zonal_shift: None,
                anomaly: None,
            };
            assert_eq!(target.is_live(), live, "{state} {reason:?}");
        }
    }
}
