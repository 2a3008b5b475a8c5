//! What became of the parts of a change, in the contract's words.

use elbm_api::{Action, ErrorCode, ItemOutcome as Body, Outcome};
use elbm_core::Change;
use elbm_engine::{Item, ItemOutcome};

use super::{sentence, verdict};
use crate::api::target_state;

/// One part of a change.
pub(crate) fn item(item: Item) -> Body {
    let (outcome, error, message) = match item.outcome {
        ItemOutcome::Done => (Outcome::Done, None, None),
        ItemOutcome::Unchanged => (Outcome::Unchanged, None, None),
        ItemOutcome::Planned => (Outcome::Planned, None, None),
        ItemOutcome::Refused(refusal) => {
            (Outcome::Refused, Some(verdict::of_refusal(&refusal).1), Some(refusal.to_string()))
        }
        ItemOutcome::Failed(failure) => {
            (Outcome::Failed, Some(verdict::of_failure(&failure).1), Some(sentence::of_failure(&failure)))
        }
        ItemOutcome::Unverified(_) => (Outcome::Unverified, Some(ErrorCode::EffectUnverified), None),
        ItemOutcome::NotAttempted(failure) => (
            Outcome::NotAttempted,
            Some(verdict::of_failure(&failure).1),
            Some(format!("refused together with others; {}", sentence::of_failure(&failure))),
        ),
    };
    Body {
        action: Some(match item.change {
            Change::Register => Action::Attach,
            Change::Deregister => Action::Detach,
        }),
        instance_id: Some(item.instance.to_string()),
        target_group: item.group,
        port: item.port.map(i32::from),
        outcome,
        state: item.state.map(target_state),
        error,
        message,
    }
}
