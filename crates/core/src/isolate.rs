//! Which targets of a refused call are at fault. AWS takes all targets of a call or none, and says which one is bad in its
//! sentence at best.

use std::collections::BTreeSet;

use crate::TargetKey;

/// What to do about a call that AWS refused for its targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Isolation {
    /// All of its targets are at fault.
    All,
    /// Those with these positions are; the others are worth a call of their own.
    Named(BTreeSet<usize>),
    /// It cannot be told: each half, cut here, is worth a call of its own.
    Halves(usize),
}

/// What AWS's `sentence` says of the targets of a call.
#[must_use]
pub fn isolate(keys: &[TargetKey], sentence: &str) -> Isolation {
    if keys.len() < 2 {
        return Isolation::All;
    }
    let words: BTreeSet<&str> = sentence
        .split(|letter: char| !(letter.is_ascii_alphanumeric() || "-.:/_".contains(letter)))
        .map(|word| word.trim_end_matches(['.', ':']))
        .collect();
    let named: BTreeSet<_> = keys
        .iter()
        .enumerate()
        .filter(|(_, key)| words.contains(key.id.as_str()))
        .map(|(position, _)| position)
        .collect();
    if named.is_empty() { Isolation::Halves(keys.len() / 2) } else { Isolation::Named(named) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(ids: &[&str]) -> Vec<TargetKey> {
        ids.iter().map(|id| TargetKey { id: (*id).to_owned(), port: Some(80), zone: None }).collect()
    }

    #[test]
    fn the_culprit_is_read_from_the_sentence() {
        let both = keys(&["i-0a1b2c3d", "i-0a1b2c3e", "10.0.0.1", "fd00::1"]);
        for (sentence, named) in [
            ("The following targets are not in a running state: 'i-0a1b2c3e'", &[1][..]),
            ("Instance ID 'i-0a1b2c3d' is not valid.", &[0]),
            ("Instance i-0a1b2c3d, i-0a1b2c3e", &[0, 1]),
            ("The IP address 10.0.0.1.", &[2]),
            ("The IP address fd00::1: unusable", &[3]),
        ] {
            assert_eq!(isolate(&both, sentence), Isolation::Named(named.iter().copied().collect()), "{sentence}");
        }
    }

    #[test]
    fn halves_are_tried_where_no_target_is_named_and_one_target_is_at_fault_itself() {
        let three = keys(&["i-0a1b2c3d", "i-0a1b2c3e", "10.0.0.1"]);
        for sentence in ["", "too many", "i-0a1b2c3d0a1b2c3d0", "10.0.0.10", "ii-0a1b2c3d"] {
            assert_eq!(isolate(&three, sentence), Isolation::Halves(1), "{sentence}");
        }
        assert_eq!(isolate(&three[..1], "no idea"), Isolation::All);
    }

    #[test]
    fn every_registration_of_a_bad_target_is_at_fault() {
        let mut twice = keys(&["i-0a1b2c3d", "i-0a1b2c3d", "i-0a1b2c3e"]);
        twice[1].port = Some(81);
        assert_eq!(isolate(&twice, "i-0a1b2c3d is bad"), Isolation::Named([0, 1].into()));
    }
}
