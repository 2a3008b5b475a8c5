//! What EC2 says of instances: asked for together, kept for a while.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use elbm_core::{Instance, InstanceId};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};
use tracing::{Instrument as _, Span};

use super::Want;
use crate::aws::{Action, Aws, AwsError, AwsErrorKind};
use crate::tally::{Subject, Tally};

/// How many instances are kept before the old ones are forgotten.
const MANY: usize = 100_000;

/// What EC2 says of instances.
#[derive(Debug)]
pub(super) struct Facts {
    /// When it was asked for the first of it.
    pub(super) asked: Instant,
    pub(super) instances: Vec<Arc<Instance>>,
}

type Answer = Result<(), Arc<AwsError>>;

/// The instances that EC2 was asked about. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Instances {
    aws: Aws,
    pace: Duration,
    tally: Arc<Tally>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// What EC2 said, and when it was asked. One that it does not know is never kept: it may be new.
    known: HashMap<InstanceId, (Instant, Arc<Instance>)>,
    /// Those whose call has not begun.
    waiting: Vec<Waiter>,
    /// Whether a task makes the calls.
    driven: bool,
    begun: Option<Instant>,
}

#[derive(Debug)]
struct Waiter {
    ids: Vec<InstanceId>,
    /// How new what is known of them must be.
    since: Instant,
    /// The step that waits; the call is a part of the first one.
    step: Span,
    told: oneshot::Sender<Answer>,
}

impl Instances {
    pub(super) fn new(aws: Aws, pace: Duration, tally: Arc<Tally>) -> Self {
        Self { aws, pace, tally, state: Arc::default() }
    }

    /// What EC2 says of these, and when it was asked for the first of it; those that it does not know are left out.
    pub(super) async fn get(&self, ids: &[InstanceId], want: Want) -> Result<Facts, Arc<AwsError>> {
        let arrived = Instant::now();
        let since = match want {
            Want::Age(age) => arrived.checked_sub(age).unwrap_or(arrived),
            Want::New | Want::Urgent => arrived,
        };
        let answer = {
            let mut state = self.lock();
            let missing: Vec<_> = ids.iter().filter(|id| state.known(id, since).is_none()).cloned().collect();
            let tally = self.tally.of(Subject::Instances);
            if missing.is_empty() {
                tally.kept();
                return Ok(state.facts(ids, since));
            }
            tally.awaited();
            let (told, answer) = oneshot::channel();
            state.waiting.push(Waiter { ids: missing, since, step: Span::current(), told });
            if !state.driven {
                state.driven = true;
                tokio::spawn(Driver { of: self.clone(), done: false }.run());
            }
            answer
        };
        let died = |_| {
            let (action, kind) = (Action::DescribeInstances, AwsErrorKind::Failed);
            Err(Arc::new(AwsError { action, kind, may_have_happened: false, source: None }))
        };
        answer.await.unwrap_or_else(died)?;
        Ok(self.lock().facts(ids, since))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn facts(&self, ids: &[InstanceId], since: Instant) -> Facts {
        let known = ids.iter().filter_map(|id| self.known.get(id)).filter(|(asked, _)| *asked >= since);
        let mut facts = Facts { asked: Instant::now(), instances: Vec::with_capacity(ids.len()) };
        for (asked, instance) in known {
            facts.asked = facts.asked.min(*asked);
            facts.instances.push(Arc::clone(instance));
        }
        facts
    }

    fn known(&self, id: &InstanceId, since: Instant) -> Option<Arc<Instance>> {
        self.known.get(id).filter(|(asked, _)| *asked >= since).map(|(_, instance)| Arc::clone(instance))
    }
}

/// Makes the calls as long as somebody waits for one: all that wait in one go.
struct Driver {
    of: Instances,
    done: bool,
}

impl Driver {
    async fn run(mut self) {
        while !self.done {
            let next = self.of.lock().begun.map(|begun| begun + self.of.pace);
            if let Some(next) = next {
                sleep_until(next).await;
            }
            let (begun, waiting) = {
                let mut state = self.of.lock();
                let begun = Instant::now();
                state.begun = Some(begun);
                (begun, std::mem::take(&mut state.waiting))
            };
            let ids: BTreeSet<_> = waiting.iter().flat_map(|waiter| &waiter.ids).cloned().collect();
            let ids: Vec<_> = ids.into_iter().collect();
            let step = waiting.first().map_or_else(Span::none, |waiter| waiter.step.clone());
            self.of.tally.of(Subject::Instances).made();
            let answer = self.of.aws.instances(&ids).instrument(step).await.map_err(Arc::new);
            self.end(begun, &ids, answer, waiting);
        }
    }

    fn end(
        &mut self,
        begun: Instant,
        asked: &[InstanceId],
        answer: Result<Vec<Instance>, Arc<AwsError>>,
        mut waiting: Vec<Waiter>,
    ) {
        let mut state = self.of.lock();
        let answer = answer.map(|found| {
            if state.known.len() + found.len() > MANY {
                state.known.clear();
            }
            for id in asked {
                state.known.remove(id);
            }
            let known = found.into_iter().map(|instance| (instance.id.clone(), (begun, Arc::new(instance))));
            state.known.extend(known);
        });
        // Those who came while it ran, and do not mind that it began before.
        let State { known, waiting: later, .. } = &mut *state;
        let suits =
            |one: &mut Waiter| one.ids.iter().all(|id| known.get(id).is_some_and(|(asked, _)| *asked >= one.since));
        if answer.is_ok() {
            waiting.extend(later.extract_if(.., suits));
        }
        for waiter in waiting {
            // Whoever left does not mind.
            let _ = waiter.told.send(answer.clone());
        }
        self.done = state.waiting.is_empty();
        state.driven = !self.done;
    }
}

impl Drop for Driver {
    /// A call that panicked leaves nobody waiting for ever.
    fn drop(&mut self) {
        if !self.done {
            let mut state = self.of.lock();
            state.driven = false;
            state.waiting.clear();
        }
    }
}
