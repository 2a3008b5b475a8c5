//! Status and code of everything that the engine can end with: one table, without a wildcard.

use elbm_api::ErrorCode;
use elbm_core::Refusal;
use elbm_engine::aws::AwsErrorKind;
use elbm_engine::{Error as EngineError, Failure};

/// Status and code of what the engine could not do.
pub(super) fn of_engine(error: &EngineError) -> (u16, ErrorCode) {
    match error {
        EngineError::LoadBalancerNotFound(_) => (404, ErrorCode::LoadBalancerNotFound),
        EngineError::MemberNotFound { .. } => (404, ErrorCode::NotAttached),
        EngineError::InstanceNotFound(_) => (404, ErrorCode::InstanceNotFound),
        EngineError::NotPermitted(_) => (403, ErrorCode::Forbidden),
        EngineError::StandbyRefused(_) => (409, ErrorCode::ManagedByAutoScaling),
        EngineError::Refused(refusal) => of_refusal(refusal),
        EngineError::Write(failure) => of_failure(failure),
        EngineError::Aws(error) => of_aws(&error.kind),
        EngineError::TooSlow { .. } => (504, ErrorCode::AwsTimeout),
        EngineError::EffectUnverified { .. } | EngineError::Unfinished { .. } => (504, ErrorCode::EffectUnverified),
        EngineError::PartialFailure { .. } => (502, ErrorCode::PartialFailure),
        EngineError::ItemsRefused { .. } => (409, ErrorCode::ItemsRefused),
        EngineError::Shared(error) => of_engine(error),
        EngineError::LeaseHeld { .. } => (503, ErrorCode::LeaseHeld),
        EngineError::NoLeaseTable(_) => (500, ErrorCode::LeaseTableNotFound),
        EngineError::NotReady { .. } => (503, ErrorCode::NotReady),
        EngineError::Died(_) => (500, ErrorCode::InternalError),
    }
}

/// Of what the domain refuses.
pub(super) fn of_refusal(refusal: &Refusal) -> (u16, ErrorCode) {
    match refusal {
        Refusal::AlreadyAttached { .. } => (409, ErrorCode::AlreadyAttached),
        Refusal::NotAttached { .. } => (409, ErrorCode::NotAttached),
        Refusal::Draining { .. } | Refusal::AddressDraining { .. } => (409, ErrorCode::Draining),
        Refusal::UnknownInstance(_) | Refusal::TerminatedInstance { .. } => (400, ErrorCode::InvalidTarget),
        Refusal::TargetGroupNotFound { .. } => (404, ErrorCode::TargetGroupNotFound),
        Refusal::AmbiguousTargetGroup { .. } => (400, ErrorCode::AmbiguousTargetGroup),
        Refusal::StoppedInstance(_) | Refusal::ZoneNotEnabled { .. } => (400, ErrorCode::InvalidTarget),
        Refusal::OverQuota { .. } => (400, ErrorCode::TooManyTargets),
        Refusal::RepeatedTarget { .. } => (400, ErrorCode::ValidationError),
        Refusal::MembershipChanged { .. } => (412, ErrorCode::MembershipChanged),
        Refusal::NoTargetGroup(_) => (400, ErrorCode::NoTargetGroup),
        Refusal::UnsupportedTargetGroup { .. } => (400, ErrorCode::UnsupportedTargetGroup),
        Refusal::OtherVpc { .. } | Refusal::NoAddress(_) => (400, ErrorCode::InvalidTarget),
        Refusal::ClassicHasNoGroups(_) | Refusal::ClassicHasNoPorts(_) => (400, ErrorCode::ValidationError),
        Refusal::AmbiguousLoadBalancer(_) => (400, ErrorCode::AmbiguousLoadBalancer),
        Refusal::WouldBreachMinimumHealthy { .. } | Refusal::LastTarget { .. } => {
            (409, ErrorCode::WouldBreachMinimumHealthy)
        }
        Refusal::ManagedByAutoScaling { .. } | Refusal::OtherLifecycle { .. } => (409, ErrorCode::ManagedByAutoScaling),
        Refusal::NotDrained(_) => (409, ErrorCode::NotDrained),
        Refusal::DrainMemoryInvalid { .. } => (409, ErrorCode::DrainMemoryInvalid),
        Refusal::TagQuota { .. } => (409, ErrorCode::TagQuota),
        Refusal::RememberedGroupsGone { .. } => (409, ErrorCode::TargetGroupNotFound),
        Refusal::Managed(_) => (409, ErrorCode::ManagedByController),
    }
}

/// Of a write that AWS did not take.
pub(super) fn of_failure(failure: &Failure) -> (u16, ErrorCode) {
    match failure {
        Failure::InvalidTarget(_) => (400, ErrorCode::InvalidTarget),
        Failure::TooManyTargets(_) => (400, ErrorCode::TooManyTargets),
        Failure::TargetGroupGone(_) => (404, ErrorCode::TargetGroupNotFound),
        Failure::LoadBalancerGone(_) => (404, ErrorCode::LoadBalancerNotFound),
        Failure::Aws(error) => of_aws(&error.kind),
    }
}

/// Of a call of AWS that failed.
pub(super) fn of_aws(kind: &AwsErrorKind) -> (u16, ErrorCode) {
    match kind {
        AwsErrorKind::AccessDenied => (500, ErrorCode::AwsAccessDenied),
        AwsErrorKind::Credentials => (500, ErrorCode::AwsCredentials),
        AwsErrorKind::BudgetSpent { .. } => (503, ErrorCode::AwsBudgetSpent),
        AwsErrorKind::LeaseLost => (503, ErrorCode::LeaseLost),
        AwsErrorKind::Throttled => (503, ErrorCode::AwsThrottled),
        AwsErrorKind::Unreachable => (502, ErrorCode::AwsUnreachable),
        AwsErrorKind::Timeout => (504, ErrorCode::AwsTimeout),
        AwsErrorKind::Failed | AwsErrorKind::Rejected { .. } => (502, ErrorCode::AwsError),
    }
}
