//! The table of rules and the code that follows it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{RULES, Source};

#[test]
fn no_rule_stands_twice() {
    let ids: BTreeSet<_> = RULES.iter().map(|rule| rule.id).collect();
    let sentences: BTreeSet<_> = RULES.iter().map(|rule| rule.sentence).collect();
    assert_eq!((ids.len(), sentences.len()), (RULES.len(), RULES.len()));
}

#[test]
fn every_rule_is_a_sentence_and_cites_a_page_of_aws() {
    for rule in RULES.iter() {
        assert!(rule.sentence.ends_with('.'), "{}", rule.id);
        if let Source::Page(url) = rule.source {
            assert!(url.starts_with("https://docs.aws.amazon.com/"), "{url}");
        }
    }
}

#[test]
fn the_code_names_every_rule_and_no_other() {
    let named = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .into_iter()
        .filter(|path| !path.ends_with("rules.rs") && !path.ends_with("rules_tests.rs"))
        .flat_map(|path| rules_in(&std::fs::read_to_string(path).unwrap()))
        .collect::<BTreeSet<String>>();
    let listed = RULES.iter().map(|rule| rule.id.to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(named, listed);
}

/// The ids after each `Rule: `, up to a full stop.
fn rules_in(text: &str) -> Vec<String> {
    text.split("Rule: ").skip(1).filter_map(|rest| rest.split_once('.')).map(|(id, _)| id.to_owned()).collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .collect()
}

#[test]
fn what_differs_from_moto_names_rules_that_there_are() {
    let known: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    let differences = include_str!("../witness/differences/moto.yaml");
    let named: Vec<&str> = differences.lines().filter_map(|line| line.strip_prefix("  rule: ")).collect();
    assert!(!named.is_empty());
    assert_eq!(named.iter().find(|id| !known.contains(**id)), None);
}
