//! What became of each machine: the truth about what has been changed, whatever happened on the way.

use comfy_table::Cell;
use elbm_client::types::MachineInfo;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::commands::registered;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::wanted::{Answer, Wanted};

/// What is known of all that is wanted, in the order in which it was named.
#[derive(Debug)]
pub(crate) struct Report(Vec<Entry>);

/// What is known of one.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) wanted: Wanted,
    pub(crate) outcome: Outcome,
}

#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    /// Nothing was asked for it.
    NotAttempted,
    /// The change was asked for, and no answer has come.
    Asked,
    /// AWS has shown the change, or that nothing had to be changed.
    Made {
        answer: Answer,
        /// Whether it is, or was, waited for and has not settled.
        pending: bool,
    },
    Failed {
        failure: Failure,
        /// What was made before.
        made: Option<Answer>,
    },
}

impl Outcome {
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

    fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Made { answer, .. } => Some(answer),
            Self::Failed { made, .. } => made.as_ref(),
            Self::NotAttempted | Self::Asked => None,
        }
    }
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = Map::new();
        object.insert("instanceId".to_owned(), json!(self.wanted.machine));
        object.insert("loadBalancer".to_owned(), json!(self.wanted.load_balancer));
        object.insert("outcome".to_owned(), json!(self.outcome.word()));
        if let Some(answer) = self.outcome.answer() {
            object.insert("changed".to_owned(), json!(answer.changed));
            object.insert("settled".to_owned(), json!(answer.settled));
            let machine = MachineInfo { changed: None, settled: None, ..answer.machine.clone() };
            object.insert("machine".to_owned(), json!(machine));
        }
        if let Outcome::Failed { failure, .. } = &self.outcome {
            object.insert("error".to_owned(), json!(failure));
        }
        Value::Object(object).serialize(serializer)
    }
}

impl Report {
    pub(crate) fn new(wanted: impl IntoIterator<Item = Wanted>) -> Self {
        let entry = |wanted| Entry { wanted, outcome: Outcome::NotAttempted };
        Self(wanted.into_iter().map(entry).collect())
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.0
    }

    pub(crate) fn wanted(&self) -> Vec<Wanted> {
        self.0.iter().map(|entry| entry.wanted.clone()).collect()
    }

    /// Those that are made and have to settle, with their places.
    pub(crate) fn pending(&self) -> Vec<(usize, Wanted, Answer)> {
        let pending = self.0.iter().enumerate().filter_map(|(place, entry)| match &entry.outcome {
            Outcome::Made { answer, pending: true } => Some((place, entry.wanted.clone(), answer.clone())),
            _ => None,
        });
        pending.collect()
    }

    pub(crate) fn set(&mut self, place: usize, outcome: Outcome) {
        if let Some(entry) = self.0.get_mut(place) {
            entry.outcome = outcome;
        }
    }

    /// That of the first machine that was not done.
    pub(crate) fn exit(&self) -> Exit {
        let attempted = self.0.iter().filter(|entry| !matches!(entry.outcome, Outcome::NotAttempted));
        attempted.map(|entry| entry.outcome.exit()).find(|exit| *exit != Exit::Done).unwrap_or(Exit::Done)
    }

    /// A sentence for each machine of which a table does not tell all.
    pub(crate) fn sentences(&self) -> Vec<String> {
        let sentence = |entry: &Entry| {
            let (machine, participle) = (entry.wanted.machine.as_str(), entry.wanted.action.participle());
            match &entry.outcome {
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
                Outcome::Made { answer, .. } if answer.machine.connections_may_remain == Some(true) => {
                    Some(format!("{machine} is {participle}, but connections to it may go on"))
                }
                Outcome::Made { .. } | Outcome::NotAttempted => None,
            }
        };
        self.0.iter().filter_map(sentence).collect()
    }

    pub(crate) fn table(&self, output: Output) -> String {
        let rows = self.0.iter().flat_map(|entry| {
            let head = [entry.wanted.machine.as_str(), entry.wanted.load_balancer.as_str(), entry.outcome.word()];
            let head = head.map(Cell::new).to_vec();
            let mut rows: Vec<_> = entry
                .outcome
                .answer()
                .into_iter()
                .flat_map(|answer| entry.wanted.registrations(&answer.machine))
                .map(|target| [head.clone(), registered(target)].concat())
                .collect();
            if rows.is_empty() {
                rows.push([head, vec![Cell::new("-"); 4]].concat());
            }
            rows
        });
        output.table(&["INSTANCE", "LOAD BALANCER", "RESULT", "GROUP", "PORT", "STATE", "REASON"], rows.collect(), "")
    }
}
