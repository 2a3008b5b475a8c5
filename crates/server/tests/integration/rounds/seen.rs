//! What a proof has seen: how many requests, and how they were answered.

use std::collections::BTreeMap;
use std::fmt;

use crate::context::Answer;

/// Answers, counted by status and code, and whatever else is to be told.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    answers: BTreeMap<String, usize>,
    more: Vec<String>,
}

impl Seen {
    /// One more answer.
    pub(crate) fn note(&mut self, answer: &Answer) {
        let code = answer.body["error"].as_str().map(|code| format!(" {code}")).unwrap_or_default();
        self.note_as(&format!("{}{code}", answer.status));
    }

    /// One more request that ended so.
    pub(crate) fn note_as(&mut self, end: &str) {
        self.note_many(end, 1);
    }

    /// So many more.
    pub(crate) fn note_many(&mut self, end: &str, number: usize) {
        *self.answers.entry(end.to_owned()).or_default() += number;
    }

    /// Something else that is worth to be told.
    pub(crate) fn tell(&mut self, what: String) {
        self.more.push(what);
    }

    /// How many ended so.
    pub(crate) fn count(&self, end: &str) -> usize {
        self.answers.get(end).copied().unwrap_or_default()
    }

    /// What another one has seen, too.
    pub(crate) fn merge(&mut self, other: Self) {
        for (end, number) in other.answers {
            self.note_many(&end, number);
        }
        self.more.extend(other.more);
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total: usize = self.answers.values().sum();
        let each: Vec<_> = self.answers.iter().map(|(end, number)| format!("{number} × {end}")).collect();
        write!(f, "{total} requests: {}", each.join(", "))?;
        self.more.iter().try_for_each(|what| write!(f, "; {what}"))
    }
}
