//! Patterns of load balancer names.

use std::fmt;
use std::str::FromStr;

/// A pattern of load balancer names: `*` stands for any run of characters, everything else for itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pattern(String);

/// The pattern can match no load balancer, because no name has such characters.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a pattern of load balancer names has letters, digits, hyphens and *")]
pub struct BadPattern;

impl Pattern {
    /// The pattern that every name matches.
    #[must_use]
    pub fn all() -> Self {
        Self("*".to_owned())
    }

    /// Whether every name matches.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.0.chars().all(|letter| letter == '*')
    }

    /// Whether the whole name matches.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        matches(&self.0, name)
    }
}

/// Whether a whole text is that of a pattern in which `*` stands for any run of characters.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut open) = text.strip_prefix(start) else {
        return false;
    };
    let (between, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    // The first place for each part leaves the most to the next ones.
    for part in between.split('*') {
        let Some(at) = open.find(part) else {
            return false;
        };
        open = &open[at + part.len()..];
    }
    open.ends_with(end)
}

impl FromStr for Pattern {
    type Err = BadPattern;

    fn from_str(text: &str) -> Result<Self, BadPattern> {
        let known = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '*';
        if !text.is_empty() && text.chars().all(known) { Ok(Self(text.to_owned())) } else { Err(BadPattern) }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::Pattern;

    #[test]
    fn a_star_is_any_run_of_characters() {
        for (pattern, name, expected) in [
            ("web", "web", true),
            ("web", "web-1", false),
            ("web", "my-web", false),
            ("*", "anything", true),
            ("web-*", "web-1", true),
            ("web-*", "web-", true),
            ("web-*", "web", false),
            ("*-blue", "web-blue", true),
            ("*-blue", "web-blue-2", false),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "a1c2b", false),
            ("*ab*ab", "xabab", true),
            ("*ab*ab", "xab", false),
            ("web-*", "WEB-1", false),
        ] {
            let parsed: Pattern = pattern.parse().expect(pattern);
            assert_eq!(parsed.matches(name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn only_stars_are_for_every_name() {
        for (pattern, expected) in
            [("*", true), ("**", true), ("a*", false), ("*a", false), ("-", false), ("*-*", false)]
        {
            let parsed: Pattern = pattern.parse().expect(pattern);
            assert_eq!(parsed.is_all(), expected, "{pattern}");
        }
    }

    #[test]
    fn what_can_match_nothing_is_no_pattern() {
        for text in ["", "web_1", "web?", "web.*", "wéb", "a b"] {
            assert!(text.parse::<Pattern>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn patterns_match_as_regular_expressions_do(pattern in "[ab*-]{1,8}", name in "[ab-]{0,10}") {
            let expression = Regex::new(&format!("^{}$", regex::escape(&pattern).replace(r"\*", ".*"))).expect("valid");
            let pattern: Pattern = pattern.parse().expect("a pattern");
            prop_assert_eq!(pattern.matches(&name), expression.is_match(&name));
        }
    }
}
