//! Questions and answers, at a terminal or from a pipe.

use std::io::{BufRead, Write};

use anyhow::bail;

/// An answer that is proposed.
#[derive(Debug, Clone)]
pub(crate) struct Proposal {
    /// What is answered by choosing it.
    pub(crate) answer: String,
    /// What tells it from others.
    pub(crate) description: String,
}

/// Where questions are asked.
#[derive(Debug)]
pub(crate) struct Questions<R, W> {
    /// Where the answers come from, a line each.
    pub(crate) answers: R,
    /// Where the questions are printed.
    pub(crate) questions: W,
}

impl<R: BufRead, W: Write> Questions<R, W> {
    /// Asks until the answer is accepted. A number chooses a proposal; an empty line, or the end of the answers, what is there
    /// already, if that is accepted.
    ///
    /// # Errors
    /// Where the answers end, and what is there already is not accepted.
    pub(crate) fn ask(
        &mut self,
        question: &str,
        proposals: &[Proposal],
        before: &str,
        accept: impl Fn(&str) -> Result<(), String>,
    ) -> anyhow::Result<String> {
        for (number, proposal) in (1..).zip(proposals) {
            let line = format!("  {number:>2}  {}  {}", proposal.answer, proposal.description);
            writeln!(self.questions, "{}", line.trim_end())?;
        }
        let before = if accept(before).is_ok() { before } else { "" };
        loop {
            let known = if before.is_empty() { String::new() } else { format!(" [{before}]") };
            write!(self.questions, "{question}{known}: ")?;
            self.questions.flush()?;
            let mut line = String::new();
            let ended = self.answers.read_line(&mut line)? == 0;
            let answer = chosen(line.trim(), proposals);
            let answer = if answer.is_empty() { before.to_owned() } else { answer };
            match accept(&answer) {
                Ok(()) => return Ok(answer),
                Err(sentence) if ended => {
                    bail!(
                        "{sentence}; nothing was changed. Each answer can also be an option: `cargo xtask configure --help`"
                    )
                }
                Err(sentence) => writeln!(self.questions, "{sentence}")?,
            }
        }
    }
}

/// The answers of a list, between commas or spaces.
pub(crate) fn list(answer: &str) -> Vec<String> {
    answer.split([',', ' ']).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// The line with the proposals in the place of their numbers.
fn chosen(line: &str, proposals: &[Proposal]) -> String {
    let proposal = |part: &String| {
        let number = part.parse::<usize>().ok()?.checked_sub(1)?;
        proposals.get(number).map(|proposal| proposal.answer.clone())
    };
    if proposals.is_empty() {
        return line.to_owned();
    }
    list(line).into_iter().map(|part| proposal(&part).unwrap_or(part)).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::{Proposal, Questions};

    fn asked(input: &str, proposals: &[&str], before: &str) -> (Option<String>, String) {
        let proposals: Vec<_> = proposals
            .iter()
            .map(|answer| Proposal { answer: (*answer).to_owned(), description: "a letter".to_owned() })
            .collect();
        let mut questions = Questions { answers: input.as_bytes(), questions: Vec::new() };
        let short = |answer: &str| if (1..=3).contains(&answer.len()) { Ok(()) } else { Err("too long".to_owned()) };
        let answer = questions.ask("Which", &proposals, before, short).ok();
        (answer, String::from_utf8(questions.questions).expect("text"))
    }

    #[test]
    fn takes_what_is_typed_or_chosen_or_there_already() {
        for (input, proposals, before, answer) in [
            ("c\n", &["a", "b"][..], "", "c"),
            ("2\n", &["a", "b"], "", "b"),
            ("1, 2\n", &["a", "b"], "", "a,b"),
            ("3\n", &["a", "b"], "", "3"),
            ("0\n", &["a", "b"], "", "0"),
            ("2\n", &[], "", "2"),
            ("\n", &["a"], "x", "x"),
            (" d \n", &[], "x", "d"),
        ] {
            assert_eq!(asked(input, proposals, before).0.as_deref(), Some(answer), "{input:?}");
        }
    }

    #[test]
    fn asks_again_until_the_answer_will_do() {
        let (answer, said) = asked("long\nok\n", &["a"], "z");
        assert_eq!(answer.as_deref(), Some("ok"));
        assert_eq!(said, "   1  a  a letter\nWhich [z]: too long\nWhich [z]: ");
    }

    #[test]
    fn the_end_of_the_input_is_an_answer_only_where_there_is_one_already() {
        assert_eq!(asked("", &[], "x").0.as_deref(), Some("x"));
        assert_eq!(asked("", &[], "long").0, None);
        assert_eq!(asked("long\n", &[], "longer").0, None);
    }
}
