//! A place on the terminal whose text is written anew.

use console::{Term, truncate_str};

/// The place.
#[derive(Debug)]
pub(crate) struct Screen {
    terminal: Term,
    text: String,
    /// How many lines of it are on the terminal.
    drawn: usize,
}

impl Screen {
    /// Where standard output is a terminal.
    pub(crate) fn of_terminal() -> Option<Self> {
        let terminal = Term::stdout();
        terminal.is_term().then(|| Self { terminal, text: String::new(), drawn: 0 })
    }

    /// Shows this text instead of the one before.
    pub(crate) fn show(&mut self, text: &str) {
        text.clone_into(&mut self.text);
        self.draw(None);
    }

    /// Shows a line under the text, until there is another.
    pub(crate) fn note(&mut self, line: &str) {
        self.draw(Some(line));
    }

    fn draw(&mut self, note: Option<&str>) {
        let (height, width) = self.terminal.size();
        let lines = fitting(&self.text, note, height.into(), width.into());
        // Nothing is lost where a terminal is gone: the next signal, or the end of the stream, ends the command.
        let _ = self.terminal.clear_last_lines(self.drawn);
        let _ = self.terminal.write_str(&lines.concat());
        self.drawn = lines.len();
    }
}

/// The lines that fit the terminal, on which the cursor needs one of its own.
fn fitting(text: &str, note: Option<&str>, height: usize, width: usize) -> Vec<String> {
    let room = height.saturating_sub(1 + usize::from(note.is_some())).max(1);
    let all: Vec<_> = text.lines().collect();
    let mut lines = all.clone();
    let more = (all.len() > room).then(|| {
        lines.truncate(room.saturating_sub(1));
        format!("… {} lines more", all.len() - lines.len())
    });
    let lines = lines.into_iter().chain(more.as_deref()).chain(note);
    lines.map(|line| truncate_str(line, width, "…").into_owned() + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::fitting;

    #[test]
    fn what_does_not_fit_the_terminal_is_cut() {
        assert_eq!(fitting("a\nb\nc", None, 10, 10), ["a\n", "b\n", "c\n"]);
        assert_eq!(fitting("a\nb\nc", None, 3, 20), ["a\n", "… 2 lines more\n"]);
        assert_eq!(fitting("a\nb\nc", Some("note"), 10, 10), ["a\n", "b\n", "c\n", "note\n"]);
        assert_eq!(fitting("a\nb\nc", Some("note"), 4, 20), ["a\n", "… 2 lines more\n", "note\n"]);
        assert_eq!(fitting("\u{1b}[31mlong line\u{1b}[0m", None, 5, 5), ["\u{1b}[31mlong…\u{1b}[0m\n"]);
    }
}
