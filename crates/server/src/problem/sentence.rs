//! What a caller is told where AWS fails: nothing of AWS's words, which the log has.

use elbm_engine::aws::{AwsError, AwsErrorKind};
use elbm_engine::{Error, Failure};

/// Of a fault of our own.
pub(super) const FAILED: &str = "the service failed; its log tells why";

/// Of what the engine could not do.
pub(super) fn of_engine(error: &Error) -> String {
    match error {
        Error::Aws(error) => of_aws(error),
        Error::Write(failure) => of_failure(failure),
        Error::Shared(error) => of_engine(error),
        Error::NotReady { source: Some(error) } => format!("not ready yet: {}", of_engine(error)),
        Error::NotReady { source: None } => "not ready yet: AWS has not answered yet".to_owned(),
        Error::Died(_) => FAILED.to_owned(),
        other => other.to_string(),
    }
}

/// Of a write that AWS did not take. What concerns the target is in AWS's words.
pub(super) fn of_failure(failure: &Failure) -> String {
    match failure {
        Failure::Aws(error) => of_aws(error),
        told => told.to_string(),
    }
}

/// Of a call that failed.
pub(super) fn of_aws(error: &AwsError) -> String {
    let action = error.action;
    match &error.kind {
        AwsErrorKind::AccessDenied => format!("AWS does not let this service call {action}"),
        AwsErrorKind::Credentials => {
            "AWS does not take the credentials of this service, or it has none; renew them".to_owned()
        }
        AwsErrorKind::BudgetSpent { .. } => {
            "the service's share of AWS's limits on API calls is used up; repeat the request later".to_owned()
        }
        AwsErrorKind::LeaseLost => {
            "this replica has lost its turn before it was done; nothing was changed by this call: repeat the request"
                .to_owned()
        }
        AwsErrorKind::Throttled => "AWS throttles this account; repeat the request later".to_owned(),
        AwsErrorKind::Unreachable => "AWS could not be reached".to_owned(),
        AwsErrorKind::Timeout => "AWS did not answer in time".to_owned(),
        AwsErrorKind::Failed => format!("AWS failed at {action}; repeat the request later"),
        AwsErrorKind::Rejected { .. } => format!("AWS refused {action}; the log of this service tells why"),
    }
}
