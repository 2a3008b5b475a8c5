//! A line for each that is waited for, on standard error: on a terminal one that changes, else one for each change.

use std::cell::RefCell;
use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressState, ProgressStyle};

use crate::output::say;

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
    name: String,
    deadline: Instant,
    bar: Option<ProgressBar>,
    said: RefCell<String>,
}

impl Progress {
    /// Lines that count down to this time.
    pub(crate) fn until(deadline: Instant) -> Self {
        Self { bars: MultiProgress::new(), deadline }
    }

    pub(crate) fn line(&self, name: &str) -> Line {
        let deadline = self.deadline;
        let left = move |_: &ProgressState, text: &mut dyn std::fmt::Write| {
            let left = deadline.saturating_duration_since(Instant::now());
            // Nothing is lost where it cannot be drawn.
            let _ = write!(text, "{} s left", left.as_secs());
        };
        let bar = io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{spinner} {prefix}  {msg}  {left}");
            let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner()).with_key("left", left);
            let bar = self.bars.add(ProgressBar::new_spinner().with_style(style).with_prefix(name.to_owned()));
            bar.enable_steady_tick(TICK);
            bar
        });
        Line { name: name.to_owned(), deadline, bar, said: RefCell::default() }
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

    /// Tells what is seen of it.
    pub(crate) fn tell(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.set_message(text.to_owned()),
            None if *self.said.borrow() != text => {
                let left = self.deadline.saturating_duration_since(Instant::now()).as_secs();
                say(&format!("{}: {text}; {left} s left", self.name));
                self.said.replace(text.to_owned());
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
