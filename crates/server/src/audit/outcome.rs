//! What became of a change, in one word.

use elbm_api::ErrorCode;
use elbm_engine::{Deeds, End};

/// What became of a change, whatever its caller was told: a caller may have left, or have been told before the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// AWS has shown all of it.
    Done,
    /// There was nothing to do, or it was to be planned only.
    Unchanged,
    /// It was refused; nothing was written.
    Refused,
    /// A part was made, another was not.
    Partial,
    /// It may have happened: AWS did not show it in time.
    Unverified,
    /// It failed; nothing was written.
    Failed,
}

impl Outcome {
    /// Every outcome.
    pub(crate) const ALL: [Self; 6] =
        [Self::Done, Self::Unchanged, Self::Refused, Self::Partial, Self::Unverified, Self::Failed];

    /// Its word in the log and in metrics.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Unchanged => "unchanged",
            Self::Refused => "refused",
            Self::Partial => "partial",
            Self::Unverified => "unverified",
            Self::Failed => "failed",
        }
    }

    /// Of what was done, and what was answered.
    pub(super) fn of(status: u16, code: Option<ErrorCode>, deeds: &Deeds) -> Self {
        let ended = |end| deeds.registrations.iter().any(|deed| deed.end == end);
        let whole = deeds.carried_out.unwrap_or(status < 400);
        let written = ended(End::Done) || deeds.calls.iter().any(|call| call.failure.is_none());
        if ended(End::Unverified) || (!whole && code == Some(ErrorCode::EffectUnverified)) {
            Self::Unverified
        } else if whole && written {
            Self::Done
        } else if whole {
            Self::Unchanged
        } else if written {
            Self::Partial
        } else if status < 500 {
            Self::Refused
        } else {
            Self::Failed
        }
    }
}

#[cfg(test)]
mod tests {
    use elbm_core::Change;
    use elbm_engine::aws::{Action, AwsErrorKind};
    use elbm_engine::{Deed, Seen, WritingCall};

    use super::*;

    fn deed(end: End) -> Deed {
        Deed {
            change: Change::Register,
            group: "web-tg".to_owned(),
            target: "i-0a1b2c3d".to_owned(),
            port: Some(80),
            before: Seen::Absent,
            after: Seen::Unknown,
            end,
        }
    }

    fn call(failure: Option<AwsErrorKind>) -> WritingCall {
        WritingCall { action: Action::CreateTags, request_id: None, failure }
    }

    #[test]
    fn each_has_its_word() {
        use End::{Done, Failed, Unverified};
        let unverified = Some(ErrorCode::EffectUnverified);
        for (status, code, carried_out, registrations, calls, expected) in [
            (201, None, Some(true), vec![Done], vec![], Outcome::Done),
            (202, None, Some(true), vec![Done, Done], vec![], Outcome::Done),
            (200, None, Some(true), vec![], vec![], Outcome::Unchanged),
            // A machine that is behind nothing is remembered and put into Standby.
            (200, None, Some(true), vec![], vec![None], Outcome::Done),
            (401, Some(ErrorCode::Unauthorized), None, vec![], vec![], Outcome::Refused),
            (409, Some(ErrorCode::AlreadyAttached), Some(false), vec![], vec![], Outcome::Refused),
            (409, Some(ErrorCode::ItemsRefused), Some(false), vec![Done], vec![], Outcome::Partial),
            (400, Some(ErrorCode::InvalidTarget), Some(false), vec![Failed], vec![], Outcome::Refused),
            (502, Some(ErrorCode::PartialFailure), Some(false), vec![Done, Failed], vec![], Outcome::Partial),
            (503, Some(ErrorCode::AwsThrottled), Some(false), vec![Failed], vec![], Outcome::Failed),
            (
                503,
                Some(ErrorCode::AwsThrottled),
                Some(false),
                vec![],
                vec![Some(AwsErrorKind::Throttled)],
                Outcome::Failed,
            ),
            (504, unverified, Some(false), vec![Unverified], vec![], Outcome::Unverified),
            // The tags of a drain.
            (504, unverified, Some(false), vec![], vec![None], Outcome::Unverified),
            // Its caller was told that it goes on: it was done, refused, or failed after all.
            (504, unverified, Some(true), vec![Done], vec![], Outcome::Done),
            (504, unverified, Some(true), vec![], vec![], Outcome::Unchanged),
            (500, Some(ErrorCode::InternalError), None, vec![], vec![], Outcome::Failed),
        ] {
            let deeds = Deeds {
                calls: calls.into_iter().map(call).collect(),
                registrations: registrations.into_iter().map(deed).collect(),
                carried_out,
            };
            assert_eq!(Outcome::of(status, code, &deeds), expected, "{status} {deeds:?}");
        }
    }

    #[test]
    fn each_has_its_place() {
        for (number, outcome) in Outcome::ALL.into_iter().enumerate() {
            assert_eq!(outcome as usize, number);
        }
    }
}
