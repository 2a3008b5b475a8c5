//! How AWS words the errors that do not depend on the request.

use super::Fault;
use crate::services::Action;
use crate::state::ACCOUNT;
use crate::wire::{AwsError, Codec};

impl Fault {
    /// What AWS answers to `DescribeTargetHealth` where it cannot tell: `HealthUnavailable`. Rule: health-unavailable.
    #[must_use]
    pub fn health_unavailable() -> Self {
        let message = "The health of the specified targets could not be retrieved due to an internal error.";
        Self::Error(AwsError::new("HealthUnavailable", message).with_status(500))
    }

    /// The error that the call ends with; `None` for a fault that is not an AWS error.
    pub(crate) fn error(&self, action: Action) -> Option<AwsError> {
        // Rule: common-errors. Rule: ec2-common-errors. Rule: throttle-error.
        let (code, status, message) = match (self, action.service().codec()) {
            (Self::Error(error), _) => return Some(error.clone()),
            (Self::AccessDenied, Codec::Query { .. }) => return Some(access_denied(action)),
            (Self::Throttled, Codec::Query { .. }) => ("Throttling", 400, "Rate exceeded"),
            (Self::Throttled, Codec::Ec2) => ("RequestLimitExceeded", 503, "Request limit exceeded."),
            (Self::AccessDenied, Codec::Ec2) => {
                ("UnauthorizedOperation", 403, "You are not authorized to perform this operation.")
            }
            (Self::ExpiredToken, Codec::Query { .. }) => {
                ("ExpiredToken", 403, "The security token included in the request is expired")
            }
            (Self::ExpiredToken, Codec::Ec2) => ("RequestExpired", 400, "Request has expired."),
            (Self::InternalFailure, Codec::Query { .. }) => {
                ("InternalFailure", 500, "The request processing has failed because of an unknown error.")
            }
            (Self::InternalFailure, Codec::Ec2) => ("InternalError", 500, "An internal error has occurred"),
            _ => return None,
        };
        Some(AwsError::new(code, message).with_status(status))
    }
}

fn access_denied(action: Action) -> AwsError {
    let permission = format!("{}:{action}", action.service().scope());
    AwsError::new(
        "AccessDenied",
        format!(
            "User: arn:aws:iam::{ACCOUNT}:user/simulated is not authorized to perform: {permission} \
             because no identity-based policy allows the {permission} action"
        ),
    )
    .with_status(403)
}
