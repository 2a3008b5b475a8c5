//! What to do about the state of a target, in one sentence.

use crate::TargetState;

/// Our advice on a state and AWS's reason for it; `None` where nothing needs to be done.
#[must_use]
pub fn remedy(state: TargetState, reason: Option<&str>) -> Option<&'static str> {
    if state == TargetState::Healthy {
        return None;
    }
    reason.and_then(by_reason).or_else(|| by_state(state))
}

fn by_reason(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "Elb.RegistrationInProgress" => {
            "Wait until the load balancer has finished the registration and the first health checks."
        }
        "Elb.InitialHealthChecking" => "Wait until the first health checks have passed.",
        "Elb.InternalError" => "Wait: the load balancer had an error of its own; if it stays, ask AWS support.",
        "Target.ResponseCodeMismatch" => {
            "Look at the health check's path on the machine: it answers with another status than the target group expects."
        }
        "Target.Timeout" => {
            "Look whether the application listens on the port and whether the security group lets the load balancer in."
        }
        "Target.FailedHealthChecks" => {
            "Look whether the application runs and answers the health check's path on the port."
        }
        "Target.NotRegistered" => "Attach the machine if it should take traffic.",
        "Target.NotInUse" => {
            "Give the target group to a listener, and enable the machine's availability zone on the load balancer."
        }
        "Target.InvalidState" => "Start the instance, or detach it if it is gone for good.",
        "Target.IpUnusable" => "Register another address: a load balancer uses this one.",
        "Target.DeregistrationInProgress" => {
            "Keep the machine running until its connections have drained and it is gone from this list."
        }
        "Target.HealthCheckDisabled" => "Enable health checks on the target group if the health should be known.",
        _ => return None,
    })
}

fn by_state(state: TargetState) -> Option<&'static str> {
    Some(match state {
        TargetState::Healthy => return None,
        TargetState::Initial => "Wait until the first health checks have passed.",
        TargetState::Unhealthy => "Look whether the application runs and answers the health check's path on the port.",
        TargetState::UnhealthyDraining => {
            "Mend the application: its connections are drained because its health checks fail, and it is still attached."
        }
        TargetState::Unused => {
            "Give the target group to a listener, and enable the machine's availability zone on the load balancer."
        }
        TargetState::Draining => {
            "Keep the machine running until its connections have drained and it is gone from this list."
        }
        TargetState::Unavailable => "Ask again later: AWS cannot tell the health now.",
        TargetState::Unknown => "Look the state up in AWS's documentation: this version does not know it.",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_and_state_has_a_sentence_but_healthy() {
        assert_eq!(remedy(TargetState::Healthy, None), None);
        let states = [
            TargetState::Unhealthy,
            TargetState::Unavailable,
            TargetState::Unknown,
            TargetState::UnhealthyDraining,
            TargetState::Unused,
            TargetState::Draining,
            TargetState::Initial,
        ];
        let reasons = [
            "Elb.RegistrationInProgress",
            "Elb.InitialHealthChecking",
            "Elb.InternalError",
            "Target.ResponseCodeMismatch",
            "Target.Timeout",
            "Target.FailedHealthChecks",
            "Target.NotRegistered",
            "Target.NotInUse",
            "Target.InvalidState",
            "Target.IpUnusable",
            "Target.DeregistrationInProgress",
            "Target.HealthCheckDisabled",
        ];
        for state in states {
            let fallback = remedy(state, None);
            assert!(fallback.is_some_and(|sentence| sentence.ends_with('.')), "{state:?}");
            assert_eq!(remedy(state, Some("Target.SomethingNew")), fallback, "{state:?}");
        }
        for reason in reasons {
            assert!(by_reason(reason).is_some_and(|sentence| sentence.ends_with('.')), "{reason}");
        }
    }
}
