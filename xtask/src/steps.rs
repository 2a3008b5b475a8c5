//! A row of steps with their seconds.

use std::time::{Duration, Instant};

use anyhow::Context as _;

/// Runs steps one after the other, and tells at the end how long each took and what was skipped.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    done: Vec<(String, Duration)>,
    skipped: Vec<(String, String)>,
}

impl Steps {
    /// Runs one step, and returns what it leads to.
    ///
    /// # Errors
    /// The step's, with its name.
    pub(crate) fn step<T>(&mut self, name: &str, run: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
        eprintln!("\n== {name}");
        let started = Instant::now();
        let outcome = run().with_context(|| format!("step '{name}'"))?;
        let took = started.elapsed();
        eprintln!("== {name}: {:.0} s", took.as_secs_f64());
        self.done.push((name.to_owned(), took));
        Ok(outcome)
    }

    /// Remembers a step that is not run, and why.
    pub(crate) fn skip(&mut self, name: &str, why: &str) {
        self.skipped.push((name.to_owned(), why.to_owned()));
    }

    /// Prints the table.
    pub(crate) fn report(&self) {
        eprintln!();
        for (name, took) in &self.done {
            eprintln!("{:>6.0} s  {name}", took.as_secs_f64());
        }
        let total: Duration = self.done.iter().map(|(_, took)| *took).sum();
        eprintln!("{:>6.0} s  in all", total.as_secs_f64());
        for (name, why) in &self.skipped {
            eprintln!(" skipped  {name}: {why}");
        }
    }
}
