//! Version numbers.

use std::fmt;
use std::str::FromStr;

use anyhow::Context as _;

/// A version of three numbers. Its order is that of the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    major: u64,
    minor: u64,
    patch: u64,
}

/// Which number of a version goes up.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part {
    /// The last.
    Patch,
    /// The one in the middle; the last starts at 0 again.
    Minor,
}

impl Version {
    /// This version.
    pub(crate) const fn new(major: u64, minor: u64, patch: u64) -> Self {
        Self { major, minor, patch }
    }

    /// The version after this one.
    pub(crate) const fn next(self, part: Part) -> Self {
        match part {
            Part::Patch => Self::new(self.major, self.minor, self.patch.saturating_add(1)),
            Part::Minor => Self::new(self.major, self.minor.saturating_add(1), 0),
        }
    }

    /// The first version in what a program prints of itself; a missing third number is 0.
    pub(crate) fn printed(output: &str) -> Option<Self> {
        output.split(|c: char| !c.is_ascii_digit() && c != '.').find_map(|word| {
            let word = word.trim_end_matches('.');
            word.parse().ok().or_else(|| format!("{word}.0").parse().ok())
        })
    }
}

impl FromStr for Version {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let mut numbers = text.split('.').map(number);
        match (numbers.next(), numbers.next(), numbers.next(), numbers.next()) {
            (Some(Some(major)), Some(Some(minor)), Some(Some(patch)), None) => Some(Self::new(major, minor, patch)),
            _ => None,
        }
        .with_context(|| format!("'{text}' is not MAJOR.MINOR.PATCH, e.g. 0.1.0"))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// Digits without a leading zero.
fn number(text: &str) -> Option<u64> {
    let number = text.parse::<u64>().ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::{Part, Version};

    #[test]
    fn goes_up() {
        for (before, patch, minor) in
            [("0.1.0", "0.1.1", "0.2.0"), ("0.1.9", "0.1.10", "0.2.0"), ("1.9.3", "1.9.4", "1.10.0")]
        {
            let version: Version = before.parse().expect(before);
            assert_eq!(version.next(Part::Patch).to_string(), patch);
            assert_eq!(version.next(Part::Minor).to_string(), minor);
        }
    }

    #[test]
    fn refuses_what_is_not_three_numbers() {
        for text in ["", "1", "1.2", "1.2.3.4", "1.2.x", "1.2.3-rc.1", "v1.2.3", "1.02.3", "+1.2.3", "1..3", "1.2.3 "] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_order_is_that_of_the_numbers() {
        let [ninth, tenth] = ["1.9.0", "1.10.0"].map(|text| text.parse::<Version>().expect(text));
        assert!(ninth < tenth);
    }

    #[test]
    fn finds_the_version_that_a_program_prints() {
        for (output, version) in [
            ("cargo 1.94.1 (abcdef012 2026-03-01)\n", Some("1.94.1")),
            ("rustc 1.96.0-nightly (0123abcde 2026-04-01)", Some("1.96.0")),
            ("Python 3.11.7\n", Some("3.11.7")),
            ("Python 3.15.0rc1", Some("3.15.0")),
            ("cc (Debian 12.2.0-14) 12.2.0\nCopyright (C) 2022", Some("12.2.0")),
            ("git version 2.39\n", Some("2.39.0")),
            ("Version 2.39.\n", Some("2.39.0")),
            ("not found", None),
        ] {
            assert_eq!(Version::printed(output).map(|version| version.to_string()).as_deref(), version, "{output}");
        }
    }
}
