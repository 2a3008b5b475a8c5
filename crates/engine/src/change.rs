//! Makes the steps of plans, all groups side by side, and tells what became of each registration.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use elbm_core::{GroupId, Step, TargetKey};
use futures_util::future::join_all;

use crate::aws::{AwsError, AwsErrorKind};
use crate::departures::{Ended, Reservation};
use crate::error::{Failure, Item, ItemOutcome};
use crate::reads::Groups;
use crate::trail::Trail;
use crate::writers::{Announced, NotWritten, Writers, Written};

/// What became of steps: one result for each of their registrations, by group and key.
#[derive(Debug, Default)]
pub(crate) struct Results(BTreeMap<GroupId, HashMap<TargetKey, Written>>);

/// Makes the steps, and takes over into the membership what AWS showed of them. No two of them are about the same registration.
pub(crate) async fn execute(
    writers: &Writers,
    steps: &[&Step],
    reservation: &Reservation,
    membership: &mut impl Groups,
    announced: Option<Announced>,
) -> Results {
    let mut by_group: BTreeMap<&GroupId, Vec<_>> = BTreeMap::new();
    for step in steps {
        let changes = step.keys.iter().map(|key| (step.change, key.clone()));
        by_group.entry(&step.group.id).or_default().extend(changes);
    }
    let sent: Vec<_> = by_group
        .into_iter()
        .map(|(group, changes)| {
            let keys: Vec<_> = changes.iter().map(|(_, key)| key.clone()).collect();
            (group, keys, writers.send(group, changes, &reservation.right()))
        })
        .collect();
    drop(announced);
    let written = sent.into_iter().map(|(group, keys, sent)| async move {
        let results: HashMap<_, _> = keys.into_iter().zip(sent.answers().await).collect();
        let ended = results.iter().map(|(key, written)| {
            let ended = match written {
                Ok(proof) => Ended::Shown(proof.begun),
                Err(NotWritten::Failed(_) | NotWritten::GivenUp(_)) => Ended::Cancelled,
                Err(NotWritten::Unverified(_)) => Ended::Unknown,
            };
            (key, ended)
        });
        reservation.ended(group, &ended.collect());
        (group.clone(), results)
    });
    let results = Results(join_all(written).await.into_iter().collect());
    for step in steps {
        let before = membership.member(&step.group.id).map_or(&[][..], |member| &member.targets);
        Trail::made(step, before, |key| results.0.get(&step.group.id)?.get(key).cloned());
    }
    results.show(membership);
    results
}

impl Results {
    /// Puts into a membership what the newest proofs showed.
    fn show(&self, membership: &mut impl Groups) {
        for (group, results) in &self.0 {
            if let Some(newest) =
                results.values().filter_map(|written| written.as_ref().ok()).max_by_key(|proof| proof.begun)
            {
                membership.show(group, &newest.targets);
            }
        }
    }

    /// What became of each registration of a step, in its order.
    pub(crate) fn items(&self, step: &Step) -> Vec<Item> {
        let outcome = |key: &TargetKey| match self.0.get(&step.group.id).and_then(|results| results.get(key)) {
            Some(Ok(_)) => ItemOutcome::Done,
            Some(Err(NotWritten::Failed(error))) => ItemOutcome::Failed(refused(step, error)),
            Some(Err(NotWritten::GivenUp(error))) => ItemOutcome::NotAttempted(refused(step, error)),
            Some(Err(NotWritten::Unverified(error))) => ItemOutcome::Unverified(error.clone()),
            None => ItemOutcome::Unverified(None),
        };
        step.keys.iter().map(|key| Item::new(step, key, outcome(key))).collect()
    }
}

/// What a definite refusal of a write means.
fn refused(step: &Step, error: &Arc<AwsError>) -> Failure {
    let AwsErrorKind::Rejected { code, message } = &error.kind else { return Failure::Aws(Arc::clone(error)) };
    match code.as_str() {
        "InvalidTarget" | "InvalidInstance" | "ValidationError" => Failure::InvalidTarget(message.clone()),
        "TooManyTargets" | "TooManyRegistrationsForTargetId" => Failure::TooManyTargets(message.clone()),
        "TargetGroupNotFound" => Failure::TargetGroupGone(step.group.name.clone()),
        "LoadBalancerNotFound" => Failure::LoadBalancerGone(step.group.name.clone()),
        _ => Failure::Aws(Arc::clone(error)),
    }
}
