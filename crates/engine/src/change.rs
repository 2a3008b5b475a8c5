//! Executes the steps of a plan, and asks AWS after each until it shows the effect.

use std::time::Duration;

use elbm_core::{Change, Membership, Step, Target, is_shown};
use tokio::time::Instant;

use crate::aws::{Aws, AwsError, AwsErrorKind};
use crate::departures::Reservation;
use crate::error::{Error, Item, ItemOutcome};

/// How long and how often AWS is asked for the effect of a write.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verification {
    /// How long.
    pub(crate) deadline: Duration,
    /// The pause between two reads.
    pub(crate) interval: Duration,
}

/// Executes the steps in order and puts what AWS showed afterwards into `membership`. The first failure ends it: what
/// was done before stays done, and the error says so.
pub(crate) async fn execute(
    aws: &Aws,
    verification: Verification,
    steps: &[Step],
    reservation: &Reservation,
    membership: &mut Membership,
) -> Result<(), Error> {
    for (done, step) in steps.iter().enumerate() {
        match execute_step(aws, verification, step).await {
            Ok(shown) => {
                reservation.shown(step, shown.begun);
                membership.show(&step.group.id, &shown.targets);
            }
            Err(error) => {
                let unverified = matches!(error, Error::EffectUnverified { .. });
                let undone = if unverified { &steps[done + 1..] } else { &steps[done..] };
                for step in undone {
                    reservation.cancelled(step);
                }
                return Err(ended(steps, done, error));
            }
        }
    }
    Ok(())
}

/// A read that shows the effect of a write.
struct Shown {
    begun: Instant,
    targets: Vec<Target>,
}

/// One write, then reads until one shows the effect. Answers what that read showed.
async fn execute_step(aws: &Aws, verification: Verification, step: &Step) -> Result<Shown, Error> {
    let group = &step.group.id;
    let written = match step.change {
        Change::Register => aws.register(group, &step.keys).await,
        Change::Deregister => aws.deregister(group, &step.keys).await,
    };
    let unanswered = match written {
        Ok(()) => None,
        // The answer was lost, not necessarily the write: what AWS shows decides.
        Err(error) if error.may_have_happened => Some(error),
        Err(error) => return Err(refused(step, error)),
    };
    verify(aws, verification, step, unanswered).await
}

async fn verify(
    aws: &Aws,
    verification: Verification,
    step: &Step,
    mut last: Option<AwsError>,
) -> Result<Shown, Error> {
    let deadline = Instant::now() + verification.deadline;
    loop {
        let begun = Instant::now();
        match tokio::time::timeout_at(deadline, aws.targets(&step.group.id)).await {
            Ok(Ok(targets)) if is_shown(step, &targets) => return Ok(Shown { begun, targets }),
            Ok(Ok(_)) | Err(_) => {}
            Ok(Err(error)) => last = Some(error),
        }
        if Instant::now() + verification.interval > deadline {
            return Err(Error::EffectUnverified { within: verification.deadline, items: Vec::new(), source: last });
        }
        tokio::time::sleep(verification.interval).await;
    }
}

/// What a definite refusal of a write means.
fn refused(step: &Step, error: AwsError) -> Error {
    let sentence = match &error.kind {
        AwsErrorKind::Rejected { message, .. } => message.clone(),
        _ => return error.into(),
    };
    match error.code() {
        Some("InvalidTarget" | "InvalidInstance") => Error::InvalidTarget(sentence),
        Some("TooManyTargets" | "TooManyRegistrationsForTargetId") => Error::TooManyTargets(sentence),
        Some("TargetGroupNotFound") => Error::TargetGroupGone(step.group.name.clone()),
        Some("LoadBalancerNotFound") => Error::LoadBalancerNotFound(step.group.name.clone()),
        _ => error.into(),
    }
}

/// The error of a change whose step number `failed` ended it.
fn ended(steps: &[Step], failed: usize, error: Error) -> Error {
    let unverified = matches!(error, Error::EffectUnverified { .. });
    let outcome = |index: usize| match index {
        _ if index < failed => ItemOutcome::Done,
        _ if index > failed => ItemOutcome::NotAttempted,
        _ if unverified => ItemOutcome::Unverified,
        _ => ItemOutcome::Failed,
    };
    let items: Vec<Item> = steps.iter().enumerate().flat_map(|(index, step)| Item::of(step, outcome(index))).collect();
    match error {
        error if failed > 0 => Error::PartialFailure { items, source: Box::new(error) },
        Error::EffectUnverified { within, source, .. } => Error::EffectUnverified { within, items, source },
        error => error,
    }
}
