//! Changes on their way: asked for side by side, then waited for together.

use std::cell::{Cell, RefCell};
use std::time::Instant;

use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt as _};

use crate::change::{Answer, Change, hopeless, told};
use crate::commands::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::say;
use crate::progress::Progress;
use crate::report::{Outcome, Report};
use crate::stop;
use crate::wait::{self, Seen, Waited};

/// How many changes are asked for side by side.
const SIDE_BY_SIDE: usize = 8;

/// Changes on their way.
pub(crate) struct Pursuit<'a, C: Change> {
    context: &'a Context,
    /// By when to have settled, if it is waited for.
    deadline: Option<Instant>,
    /// What is known of each at any time, so that an interrupted command tells it too.
    report: RefCell<Report<C>>,
}

impl<'a, C: Change + Clone> Pursuit<'a, C> {
    pub(crate) fn new(context: &'a Context, deadline: Option<Instant>, changes: impl IntoIterator<Item = C>) -> Self {
        Self { context, deadline, report: RefCell::new(Report::new(changes)) }
    }

    /// Makes the changes and waits, then tells what became of them.
    pub(crate) async fn run(self) -> Result<Exit, Failure> {
        let stopped = tokio::select! {
            () = self.pursue() => false,
            () = stop::requested() => true,
        };
        let output = self.context.output;
        let report = self.report.into_inner();
        report.sentences().iter().for_each(|sentence| say(sentence));
        output.show(report.entries(), || report.table(output))?;
        Ok(if stopped { Exit::Interrupted } else { report.exit() })
    }

    async fn pursue(&self) {
        self.make().await;
        if let Some(deadline) = self.deadline {
            let progress = Progress::until(deadline);
            let pending = self.report.borrow().pending();
            join_all(pending.into_iter().map(|one| self.settle(&progress, one))).await;
        }
    }

    async fn make(&self) {
        let changes = self.report.borrow().changes();
        let in_vain = Cell::new(false);
        let made = stream::iter(changes.iter().enumerate()).map(async |(place, change)| {
            if in_vain.get() {
                return;
            }
            self.set(place, Outcome::Asked);
            let outcome = match change.make(self.context).await {
                Ok(answer) => Outcome::Made { pending: self.deadline.is_some() && !answer.settled, answer },
                Err(failure) => {
                    // What is wrong with all of them is asked once.
                    in_vain.set(in_vain.get() || failure.is_about_all());
                    Outcome::Failed { failure, made: None }
                }
            };
            self.set(place, outcome);
        });
        made.buffer_unordered(SIDE_BY_SIDE).collect::<()>().await;
    }

    async fn settle(&self, progress: &Progress, (place, change, first): (usize, C, Answer<C::Machine>)) {
        let line = progress.line(change.machine());
        line.tell(&told(&change, &first.machine));
        // What is asked for again is there already.
        let changed = first.changed;
        let last = RefCell::new(first);
        let remember = |answer: Answer<C::Machine>| {
            last.replace(Answer { changed, ..answer });
            self.set(place, Outcome::Made { answer: last.borrow().clone(), pending: true });
        };
        let look = async |hold| {
            let seen = last.borrow().machine.clone();
            let answer = change.look(self.context, hold, seen).await?;
            let (text, hopeless) = (told(&change, &answer.machine), hopeless(&change, &answer.machine));
            Ok(Seen { settled: answer.settled, text, hopeless, answer })
        };
        match wait::settle(&line, look, remember).await {
            Waited::Settled(answer) => {
                self.set(place, Outcome::Made { answer: Answer { changed, ..answer }, pending: false });
            }
            Waited::Pending => {}
            Waited::Failed(failure) => {
                self.set(place, Outcome::Failed { failure, made: Some(last.into_inner()) });
            }
        }
    }

    fn set(&self, place: usize, outcome: Outcome<C::Machine>) {
        self.report.borrow_mut().set(place, outcome);
    }
}
