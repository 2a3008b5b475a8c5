//! Auto Scaling groups.

use std::time::Duration;

use serde::Deserialize;

use crate::text::duration;
use crate::words::words;

words! {
    /// Whose health checks count for an Auto Scaling group.
    HealthCheckType {
        /// Those of EC2.
        Ec2 = "EC2",
        /// Those of its load balancers too.
        Elb = "ELB",
    }
}

/// An Auto Scaling group. Its instances are registered in its target groups and Classic load balancers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct AutoScalingGroupSpec {
    /// The name: 1 to 255 printable ASCII characters but the space and the colon.
    pub name: String,
    /// The fewest instances; 0 by default.
    pub min_size: u32,
    /// The most instances; 10 by default.
    pub max_size: u32,
    /// The ids of its instances, all in service; none by default. They make the desired capacity.
    pub instances: Vec<String>,
    /// The names of its target groups; none by default.
    pub target_groups: Vec<String>,
    /// The names of its Classic load balancers; none by default.
    pub classic_load_balancers: Vec<String>,
    /// Where it launches instances; the region's first two zones, `a` and `b`, where it is empty.
    pub availability_zones: Vec<String>,
    /// Whose health checks count; EC2's by default.
    pub health_check_type: HealthCheckType,
    /// How long the health of a new instance is not looked at; 0 by default.
    #[serde(deserialize_with = "duration")]
    pub health_check_grace_period: Duration,
}

impl Default for AutoScalingGroupSpec {
    fn default() -> Self {
        Self {
            name: String::new(),
            min_size: 0,
            max_size: 10,
            instances: Vec::new(),
            target_groups: Vec::new(),
            classic_load_balancers: Vec::new(),
            availability_zones: Vec::new(),
            health_check_type: HealthCheckType::Ec2,
            health_check_grace_period: Duration::ZERO,
        }
    }
}
