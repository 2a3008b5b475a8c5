//! What Auto Scaling refuses, in AWS's codes and sentences.

use crate::wire::AwsError;

/// Why an action is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ScalingRefusal {
    /// Rule: asg-not-found.
    #[error("AutoScalingGroup name not found - AutoScalingGroup {0} not found")]
    NotFound(String),
    /// Rule: asg-duplicate-name.
    #[error("AutoScalingGroup by this name already exists - A group already exists with the name {0}")]
    Duplicate(String),
    /// Rule: asg-names.
    #[error("Group name must have 1 to 255 ASCII characters from 33 to 126 and no colon: '{0}'")]
    MalformedName(String),
    /// Rule: asg-sizes.
    #[error("Max bound, {max}, must be greater than or equal to min bound, {min}")]
    Bounds { min: u32, max: u32 },
    /// Rule: asg-sizes.
    #[error("Desired capacity:{desired} must be between the specified min size:{min} and max size:{max}")]
    Desired { desired: u32, min: u32, max: u32 },
    /// Rule: asg-from-instance.
    #[error("Invalid availability zones: [{0}]")]
    Zone(String),
    /// Rule: asg-from-instance.
    #[error("The instance ID '{0}' does not exist")]
    UnknownInstance(String),
    /// Rule: asg-standby-minimum. Rule: asg-standby-maximum.
    #[error(
        "AutoScalingGroup {name} has min-size={min}, max-size={max}, and desired-size={desired}. To {movement} {count} \
         instance{}, please update the AutoScalingGroup sizes appropriately.",
        if *.count == 1 { "" } else { "s" }
    )]
    Sizes { name: String, min: u32, max: u32, desired: u32, movement: &'static str, count: usize },
    /// Rule: asg-standby-members.
    #[error("The instance {id} is not part of Auto Scaling group {name}.")]
    NotAMember { name: String, id: String },
    /// Rule: asg-standby-members.
    #[error("The instance {id} is not in {wanted}.")]
    OtherState { id: String, wanted: &'static str },
    /// Rule: asg-standby-running.
    #[error("The instance {0} is not in a running state.")]
    NotRunning(String),
    /// Rule: asg-traffic-sources.
    #[error("Provided Target Groups may not be valid. Please ensure they exist and try again.")]
    TargetGroups,
    /// Rule: asg-traffic-sources.
    #[error("Provided Load Balancers may not be valid. Please ensure they exist and try again.")]
    LoadBalancers,
    /// Rule: asg-registers.
    #[error("{0}. Updating load balancer configuration failed.")]
    Registration(String),
    /// Rule: asg-launches.
    #[error("An instance could not be launched: {0}")]
    Launch(String),
    /// Rule: asg-delete.
    #[error("You cannot delete an AutoScalingGroup while there are instances still in the group.")]
    HasInstances,
    /// Rule: asg-delete.
    #[error("You cannot delete an AutoScalingGroup while there are scaling activities in progress for that group.")]
    ActivityInProgress,
}

impl From<ScalingRefusal> for AwsError {
    fn from(refusal: ScalingRefusal) -> Self {
        let code = match refusal {
            ScalingRefusal::Duplicate(_) => "AlreadyExists",
            ScalingRefusal::HasInstances => "ResourceInUse",
            ScalingRefusal::ActivityInProgress => "ScalingActivityInProgress",
            _ => "ValidationError",
        };
        Self::new(code, refusal.to_string())
    }
}
