//! How AWS words the errors that do not depend on the request.

use super::Fault;
use crate::services::{Action, Service};
use crate::state::ACCOUNT;
use crate::wire::AwsError;

impl Fault {
    /// The error that the call ends with; `None` for a fault that is not an AWS error.
    pub(crate) fn error(&self, action: Action) -> Option<AwsError> {
        // Rule: common-errors. Rule: ec2-common-errors.
        let (code, status, message) = match (self, action.service()) {
            (Self::Error(error), _) => return Some(error.clone()),
            (Self::AccessDenied, Service::Elbv2) => return Some(access_denied(action)),
            (Self::Throttled, Service::Elbv2) => ("Throttling", 400, "Rate exceeded"),
            (Self::Throttled, Service::Ec2) => ("RequestLimitExceeded", 503, "Request limit exceeded."),
            (Self::AccessDenied, Service::Ec2) => {
                ("UnauthorizedOperation", 403, "You are not authorized to perform this operation.")
            }
            (Self::ExpiredToken, Service::Elbv2) => {
                ("ExpiredToken", 403, "The security token included in the request is expired")
            }
            (Self::ExpiredToken, Service::Ec2) => ("RequestExpired", 400, "Request has expired."),
            (Self::InternalFailure, Service::Elbv2) => {
                ("InternalFailure", 500, "The request processing has failed because of an unknown error.")
            }
            (Self::InternalFailure, Service::Ec2) => ("InternalError", 500, "An internal error has occurred"),
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
