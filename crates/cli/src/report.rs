//! What became of each machine: the truth about what has been changed, whatever happened on the way.

use comfy_table::Cell;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::change::{Answer, Change, Placed};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, text};

/// What is known of all that is wanted, in the order in which it was named.
pub(crate) struct Report<C: Change>(Vec<Entry<C>>);

/// What is known of one.
pub(crate) struct Entry<C: Change> {
    change: C,
    outcome: Outcome<C::Machine>,
    /// What should be known, as it was told at any time.
    warnings: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) enum Outcome<M> {
    /// Nothing was asked for it.
    NotAttempted,
    /// The change was asked for, and no answer has come.
    Asked,
    /// AWS has shown the change, or that nothing had to be changed.
    Made {
        answer: Answer<M>,
        /// Whether it is, or was, waited for and has not settled.
        pending: bool,
    },
    Failed {
        failure: Failure,
        /// What was made before.
        made: Option<Answer<M>>,
    },
}

impl<M> Outcome<M> {
    /// In one word.
    fn word(&self) -> &'static str {
        match self {
            Self::NotAttempted => "not attempted",
            Self::Asked => "unknown",
            Self::Made { pending: true, .. } => "pending",
            Self::Made { answer, .. } if answer.changed => "done",
            Self::Made { .. } => "unchanged",
            Self::Failed { failure, .. } => match failure.exit {
                Exit::Unknown => "unknown",
                Exit::Pending => "pending",
                Exit::Guarded | Exit::Refused | Exit::NotPermitted => "refused",
                _ => "failed",
            },
        }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::NotAttempted => Exit::Failed,
            Self::Asked => Exit::Unknown,
            Self::Made { pending: true, .. } => Exit::Pending,
            Self::Made { .. } => Exit::Done,
            Self::Failed { failure, .. } => failure.exit,
        }
    }

    fn answer(&self) -> Option<&Answer<M>> {
        match self {
            Self::Made { answer, .. } => Some(answer),
            Self::Failed { made, .. } => made.as_ref(),
            Self::NotAttempted | Self::Asked => None,
        }
    }
}

impl<C: Change> Serialize for Entry<C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = Map::new();
        object.insert("instanceId".to_owned(), json!(self.change.machine()));
        if let Some(load_balancer) = self.change.load_balancer() {
            object.insert("loadBalancer".to_owned(), json!(load_balancer));
        }
        object.insert("outcome".to_owned(), json!(self.outcome.word()));
        if let Some(answer) = self.outcome.answer() {
            object.insert("changed".to_owned(), json!(answer.changed));
            object.insert("settled".to_owned(), json!(answer.settled));
            object.insert("machine".to_owned(), json!(answer.machine));
        }
        if let Outcome::Failed { failure, .. } = &self.outcome {
            object.insert("error".to_owned(), json!(failure));
        }
        Value::Object(object).serialize(serializer)
    }
}

impl<C: Change> Entry<C> {
    fn sentence(&self) -> Option<String> {
        let (machine, participle) = (self.change.machine().as_str(), self.change.participle());
        match &self.outcome {
            Outcome::Failed { failure, made: None } => Some(format!("{machine}: {}", failure.message)),
            Outcome::Failed { failure, made: Some(_) } => {
                Some(format!("{machine} is {participle}, but: {}", failure.message))
            }
            Outcome::Asked => {
                Some(format!("{machine}: the service was asked and may go on with it; look, or repeat the command"))
            }
            Outcome::Made { pending: true, .. } => {
                Some(format!("{machine} is {participle}, and had not settled when it was last seen"))
            }
            Outcome::Made { answer, .. } if answer.connections_may_remain => {
                Some(format!("{machine} is {participle}, but connections to it may go on"))
            }
            Outcome::Made { .. } | Outcome::NotAttempted => None,
        }
    }
}

impl<C: Change + Clone> Report<C> {
    pub(crate) fn new(changes: impl IntoIterator<Item = C>) -> Self {
        let entry = |change| Entry { change, outcome: Outcome::NotAttempted, warnings: Vec::new() };
        Self(changes.into_iter().map(entry).collect())
    }

    pub(crate) fn entries(&self) -> &[Entry<C>] {
        &self.0
    }

    pub(crate) fn changes(&self) -> Vec<C> {
        self.0.iter().map(|entry| entry.change.clone()).collect()
    }

    /// Those that are made and have to settle, with their places.
    pub(crate) fn pending(&self) -> Vec<(usize, C, Answer<C::Machine>)> {
        let pending = self.0.iter().enumerate().filter_map(|(place, entry)| match &entry.outcome {
            Outcome::Made { answer, pending: true } => Some((place, entry.change.clone(), answer.clone())),
            _ => None,
        });
        pending.collect()
    }

    pub(crate) fn set(&mut self, place: usize, outcome: Outcome<C::Machine>) {
        let Some(entry) = self.0.get_mut(place) else { return };
        entry.outcome = outcome;
        let told = entry.outcome.answer().map(|answer| entry.change.warnings(&answer.machine)).unwrap_or_default();
        entry
            .warnings
            .extend(told.iter().filter(|warning| !entry.warnings.contains(warning)).cloned().collect::<Vec<_>>());
    }

    /// That of the first machine that was not done.
    pub(crate) fn exit(&self) -> Exit {
        let attempted = self.0.iter().filter(|entry| !matches!(entry.outcome, Outcome::NotAttempted));
        attempted.map(|entry| entry.outcome.exit()).find(|exit| *exit != Exit::Done).unwrap_or(Exit::Done)
    }

    /// A sentence for each machine of which a table does not tell all.
    pub(crate) fn sentences(&self) -> Vec<String> {
        let warned = |entry: &Entry<C>| {
            let machine = entry.change.machine().to_string();
            entry.warnings.iter().map(|warning| format!("{machine}: careful: {warning}")).collect::<Vec<_>>()
        };
        self.0.iter().flat_map(|entry| entry.sentence().into_iter().chain(warned(entry))).collect()
    }

    pub(crate) fn table(&self, output: Output) -> String {
        let rows = self.0.iter().flat_map(|entry| {
            let head = [entry.change.machine().as_str(), entry.outcome.word()].map(Cell::new);
            let answer = entry.outcome.answer();
            let registrations = answer.map(|answer| entry.change.registrations(&answer.machine)).unwrap_or_default();
            let mut rows: Vec<_> = registrations.iter().map(Placed::cells).collect();
            if rows.is_empty() {
                let load_balancer = entry.change.load_balancer().map(|name| name.as_str());
                rows.push([vec![text(load_balancer.as_ref())], vec![Cell::new("-"); 4]].concat());
            }
            rows.into_iter().map(move |row| [head.to_vec(), row].concat())
        });
        let header = ["INSTANCE", "RESULT", "LOAD BALANCER", "GROUP", "PORT", "STATE", "REASON"];
        output.table(&header, rows.collect(), "")
    }
}
