//! What a change did, noted where it is done: the calls that write, by the one loop of all calls, and the registrations, where
//! steps are made. Nobody has to pass it on: it is what a task works for.

use std::sync::{Arc, Mutex, PoisonError};

use elbm_core::{Change, Shown, Step, Target, TargetKey, TargetState};
use tokio::sync::oneshot;

use crate::aws::{Action, AwsErrorKind};
use crate::writers::{NotWritten, Written};

/// The trail of one change. Every task that works for the change holds it; once none does, what it did is told to whoever
/// began it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Trail(Arc<Notes>);

#[derive(Debug)]
struct Notes {
    deeds: Mutex<Deeds>,
    told: Option<oneshot::Sender<Deeds>>,
}

/// What a change did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deeds {
    /// The calls that write, each attempt, in the order in which they ended; and those of its leases that failed.
    pub calls: Vec<WritingCall>,
    /// What became of the registrations that were to be written.
    pub registrations: Vec<Deed>,
    /// Whether the change was carried out as it was asked for; `None` where it was refused before it began.
    pub carried_out: Option<bool>,
}

/// An attempt of a call that writes, or of one for a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WritingCall {
    /// The call.
    pub action: Action,
    /// AWS's id of it; `None` where no answer came.
    pub request_id: Option<String>,
    /// Why it failed.
    pub failure: Option<AwsErrorKind>,
}

/// What became of one registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// What was to be done.
    pub change: Change,
    /// The name of the target group, or of the Classic load balancer.
    pub group: String,
    /// The id of the target: an instance, or an address of one.
    pub target: String,
    /// The port; `None` in a Classic load balancer.
    pub port: Option<u16>,
    /// Its state before.
    pub before: Seen,
    /// Its state in the read that proves the change; what it was before, where nothing was written.
    pub after: Seen,
    /// What became of it.
    pub end: End,
}

/// What a read shows of a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// There is none.
    Absent,
    /// It has this state.
    Is(TargetState),
    /// No read shows it.
    Unknown,
}

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// AWS has shown it.
    Done,
    /// It was not made.
    Failed,
    /// AWS took it, or may have, and did not show it in time.
    Unverified,
}

tokio::task_local! {
    /// What this task works for: several changes, where it writes a batch.
    static CURRENT: Vec<Trail>;
}

impl Drop for Notes {
    fn drop(&mut self) {
        let deeds = std::mem::take(self.deeds.get_mut().unwrap_or_else(PoisonError::into_inner));
        if let Some(told) = self.told.take() {
            // Whoever began it may not want to know.
            let _ = told.send(deeds);
        }
    }
}

impl Trail {
    /// A new trail, and what it will have told once nobody works for the change any more.
    #[must_use]
    pub fn new() -> (Self, oneshot::Receiver<Deeds>) {
        let (told, deeds) = oneshot::channel();
        (Self(Arc::new(Notes { deeds: Mutex::default(), told: Some(told) })), deeds)
    }

    /// Works for the change.
    pub async fn scope<T>(self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(vec![self], work).await
    }

    /// What this task works for.
    pub(crate) fn current() -> Vec<Self> {
        CURRENT.try_with(Clone::clone).unwrap_or_default()
    }

    /// Works for several changes at once; for none where there is none.
    pub(crate) async fn scope_all<T>(trails: Vec<Self>, work: impl Future<Output = T>) -> T {
        CURRENT.scope(trails, work).await
    }

    /// Adds the trails of this to those, each once.
    pub(crate) fn join(trails: &mut Vec<Self>, more: &[Self]) {
        for one in more {
            if !trails.iter().any(|other| Arc::ptr_eq(&one.0, &other.0)) {
                trails.push(one.clone());
            }
        }
    }

    fn note(note: impl Fn(&mut Deeds)) {
        let each = |trails: &Vec<Self>| {
            for trail in trails {
                note(&mut trail.0.deeds.lock().unwrap_or_else(PoisonError::into_inner));
            }
        };
        // What works for no change, such as a poll, writes nothing.
        let _ = CURRENT.try_with(each);
    }

    /// An attempt of such a call has ended.
    pub(crate) fn called(call: &WritingCall) {
        Self::note(|deeds| deeds.calls.push(call.clone()));
    }

    /// The change was carried out as it was asked for, or not.
    pub(crate) fn ended(carried_out: bool) {
        Self::note(|deeds| deeds.carried_out = Some(carried_out));
    }

    /// A step was made, whose group was like this before.
    pub(crate) fn made(step: &Step, before: &[Target], written: impl Fn(&TargetKey) -> Option<Written>) {
        let shown = Shown::new(before);
        let deeds: Vec<_> = step.keys.iter().map(|key| deed(step, key, seen(&shown, key), written(key))).collect();
        Self::note(|all| all.registrations.extend(deeds.iter().cloned()));
    }
}

fn seen(shown: &Shown<'_>, key: &TargetKey) -> Seen {
    shown.target(key).map_or(Seen::Absent, |target| Seen::Is(target.state))
}

fn deed(step: &Step, key: &TargetKey, before: Seen, written: Option<Written>) -> Deed {
    let (after, end) = match written {
        Some(Ok(proof)) => (seen(&Shown::new(&proof.targets), key), End::Done),
        Some(Err(NotWritten::Failed(_) | NotWritten::GivenUp(_))) => (before, End::Failed),
        Some(Err(NotWritten::Unverified(_))) | None => (Seen::Unknown, End::Unverified),
    };
    Deed {
        change: step.change,
        group: step.group.name.clone(),
        target: key.id.clone(),
        port: key.port,
        before,
        after,
        end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(id: &str) -> WritingCall {
        WritingCall { action: Action::RegisterTargets, request_id: Some(id.to_owned()), failure: None }
    }

    #[tokio::test]
    async fn it_is_told_once_nobody_works_for_the_change() {
        let (trail, mut deeds) = Trail::new();
        let other = trail.clone();
        trail.scope(async { Trail::called(&call("1")) }).await;
        assert!(deeds.try_recv().is_err(), "another task works for it");
        other.scope(async { Trail::called(&call("2")) }).await;
        let told = deeds.try_recv().expect("nobody works for it");
        assert_eq!(told.calls, [call("1"), call("2")]);
    }

    #[tokio::test]
    async fn what_is_written_together_is_told_to_each() {
        let ((one, mut first), (other, mut second)) = (Trail::new(), Trail::new());
        let mut both = Vec::new();
        for trails in [[one.clone()], [other.clone()], [one]] {
            Trail::join(&mut both, &trails);
        }
        drop(other);
        Trail::scope_all(both, async { Trail::called(&call("1")) }).await;
        for deeds in [&mut first, &mut second] {
            assert_eq!(deeds.try_recv().expect("told").calls, [call("1")]);
        }
    }

    #[test]
    fn what_works_for_no_change_tells_nobody() {
        Trail::called(&call("1"));
        assert!(Trail::current().is_empty());
    }
}
