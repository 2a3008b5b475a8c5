//! Target groups.

use super::targets::Targets;
use crate::fleet::{HealthCheck, Protocol, TargetType};

/// A target group and its targets.
#[derive(Debug, Clone)]
pub(crate) struct TargetGroup {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) target_type: TargetType,
    /// `None` for a lambda group only.
    pub(crate) protocol: Option<Protocol>,
    /// `None` for a lambda group only.
    pub(crate) port: Option<u16>,
    pub(crate) vpc: String,
    pub(crate) health_check: HealthCheck,
    /// The name of the load balancer, one of whose listeners uses the group.
    pub(crate) load_balancer: Option<String>,
    pub(crate) targets: Targets,
}

impl TargetGroup {
    /// Whether the targets' health is checked at all. Rule: health-lambda.
    pub(crate) fn checks_health(&self) -> bool {
        self.target_type != TargetType::Lambda
    }
}
