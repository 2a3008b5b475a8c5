//! A line for each machine that is waited for, on standard error: on a terminal one that changes, else one for each change.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use elbm_client::types::InstanceId;
use indicatif::{MultiProgress, ProgressBar, ProgressState, ProgressStyle};

use crate::failure::Failure;
use crate::output::say;
use crate::wanted::{Action, Answer, Wanted};

/// How often a line on a terminal is drawn.
const TICK: Duration = Duration::from_millis(250);

/// The lines.
#[derive(Debug)]
pub(crate) struct Progress {
    bars: MultiProgress,
    deadline: Instant,
}

/// One line.
#[derive(Debug)]
pub(crate) struct Line {
    machine: InstanceId,
    deadline: Instant,
    bar: Option<ProgressBar>,
    said: RefCell<String>,
}

impl Progress {
    /// Lines that count down to this time.
    pub(crate) fn until(deadline: Instant) -> Self {
        Self { bars: MultiProgress::new(), deadline }
    }

    pub(crate) fn line(&self, machine: &InstanceId) -> Line {
        let deadline = self.deadline;
        let left = move |_: &ProgressState, text: &mut dyn std::fmt::Write| {
            let left = deadline.saturating_duration_since(Instant::now());
            // Nothing is lost where it cannot be drawn.
            let _ = write!(text, "{} s left", left.as_secs());
        };
        let bar = io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{spinner} {prefix}  {msg}  {left}");
            let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner()).with_key("left", left);
            let bar = self.bars.add(ProgressBar::new_spinner().with_style(style).with_prefix(machine.to_string()));
            bar.enable_steady_tick(TICK);
            bar
        });
        Line { machine: machine.clone(), deadline, bar, said: RefCell::default() }
    }
}

impl Line {
    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Whether somebody sees it change.
    pub(crate) fn is_looked_at(&self) -> bool {
        self.bar.is_some()
    }

    /// Tells what is seen of the machine.
    pub(crate) fn tell(&self, wanted: &Wanted, answer: &Answer) {
        self.say(seen(wanted, answer));
    }

    /// Tells why nothing is seen of it; the request is repeated.
    pub(crate) fn trouble(&self, failure: &Failure) {
        self.say(format!("{}; trying again", failure.message));
    }

    fn say(&self, text: String) {
        match &self.bar {
            Some(bar) => bar.set_message(text),
            None if *self.said.borrow() != text => {
                let left = self.deadline.saturating_duration_since(Instant::now()).as_secs();
                say(&format!("{}: {text}; {left} s left", *self.machine));
                self.said.replace(text);
            }
            None => {}
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// The states of a machine that are not yet what is wanted, with their reasons.
fn seen(wanted: &Wanted, answer: &Answer) -> String {
    let healthy = |state: &str| state == "healthy" && matches!(wanted.action, Action::Attach);
    let mut text = String::new();
    for target in wanted.registrations(&answer.machine) {
        let state = target.state.to_string();
        if healthy(&state) {
            continue;
        }
        let separator = if text.is_empty() { "" } else { ", " };
        let _ = write!(text, "{separator}{state}");
        if let Some(reason) = &target.reason {
            let _ = write!(text, " ({reason})");
        }
    }
    if text.is_empty() { "not yet seen".to_owned() } else { text }
}
