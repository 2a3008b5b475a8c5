//! What is printed: tables for people, JSON for programs.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

use anstream::{AutoStream, ColorChoice};
use comfy_table::{Cell, Color, ColumnConstraint, ContentArrangement, Table, presets};
use elbm_client::types::TargetState;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Format;

/// Where results go to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    format: Format,
    colours: bool,
}

impl Output {
    pub(crate) fn new(format: Format) -> Self {
        Self { format, colours: AutoStream::choice(&io::stdout()) != ColorChoice::Never }
    }

    /// Prints a value as it is, or the tables that show it.
    pub(crate) fn show<T: Serialize + ?Sized>(self, value: &T, tables: impl FnOnce() -> String) -> Result<(), Failure> {
        let text = match self.format {
            Format::Table => tables(),
            Format::Json => {
                let json = serde_json::to_string_pretty(value);
                json.map_err(|error| Failure::new(Exit::Failed, format!("no JSON: {error}")))? + "\n"
            }
        };
        print(&text).map(drop)
    }

    /// Whether a program reads.
    pub(crate) fn is_json(self) -> bool {
        self.format == Format::Json
    }

    /// A table with a line for each row; without rows, what is said instead.
    pub(crate) fn table(self, header: &[&str], rows: Vec<Vec<Cell>>, empty: &str) -> String {
        if rows.is_empty() {
            return format!("{empty}\n");
        }
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_header(header.iter().map(Cell::new)).add_rows(rows);
        if io::stdout().is_terminal() {
            table.set_content_arrangement(ContentArrangement::Dynamic);
            // What a row is about is copied from here: it is not broken.
            if let Some(first) = table.column_mut(0) {
                first.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        if self.colours {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        // The padding of the first column is an indentation, and that of the last one nothing.
        table.lines().map(|line| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned() + "\n").collect()
    }
}

/// Prints, and tells whether anybody reads: a closed pipe ends no change.
pub(crate) fn print(text: &str) -> Result<bool, Failure> {
    let mut output = io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failure::new(Exit::Failed, format!("cannot print: {error}"))),
    }
}

/// Says something to the person at the terminal, unless nobody reads.
pub(crate) fn say(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// A text, or a sign that there is none.
pub(crate) fn text<T: ToString>(value: Option<&T>) -> Cell {
    value.map_or_else(|| Cell::new("-"), |value| Cell::new(value.to_string()))
}

/// A state, in its colour.
pub(crate) fn state(state: Option<TargetState>) -> Cell {
    let Some(state) = state else { return Cell::new("-") };
    Cell::new(state).fg(match state {
        TargetState::Healthy => Color::Green,
        TargetState::Initial | TargetState::Draining | TargetState::UnhealthyDraining => Color::Yellow,
        TargetState::Unhealthy | TargetState::Unavailable => Color::Red,
        TargetState::Unused | TargetState::Unknown => Color::Magenta,
    })
}
