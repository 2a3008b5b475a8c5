//! Which documented status of which operation some test has seen, and of which kind of load balancer. `cargo xtask test` names a file in
//! `ELBM_TEST_COVERAGE`: the tests add lines to it, and the last step holds it against the contract.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;

use crate::backend::KINDS;
use crate::contract;

/// What no test can show yet, operation and status. This list may only shrink.
const EXCEPTIONS: &[(&str, u16)] = &[];

const FILE: &str = "ELBM_TEST_COVERAGE";

/// Notes that the test of this thread has seen the status on a load balancer of this kind.
pub(crate) fn record_of(kind: &str, operation: &str, status: u16) {
    record(&of(kind, operation), status);
}

/// How an operation on a load balancer of a kind is called here.
fn of(kind: &str, operation: &str) -> String {
    format!("{operation}/{kind}")
}

/// Notes that the test of this thread has seen the status.
pub(crate) fn record(operation: &str, status: u16) {
    let Ok(path) = std::env::var(FILE) else { return };
    let test = std::thread::current().name().unwrap_or("another thread").to_owned();
    let mut file = OpenOptions::new().create(true).append(true).open(path).expect("the coverage file");
    // One write, so that lines of tests that run side by side do not mix.
    file.write_all(format!("{operation} {status} {test}\n").as_bytes()).expect("written");
}

#[test]
#[ignore = "it judges what the other tests have seen: `cargo xtask test` runs it after them"]
fn every_documented_status_was_seen() {
    let path = std::env::var(FILE).expect("ELBM_TEST_COVERAGE names the file");
    let seen = fs::read_to_string(path).expect("the tests have written it");
    let mut tests: BTreeMap<(&str, u16), &str> = BTreeMap::new();
    for line in seen.lines() {
        let mut words = line.splitn(3, ' ');
        let (Some(operation), Some(status), Some(test)) = (words.next(), words.next(), words.next()) else { continue };
        tests.entry((operation, status.parse().expect("a status"))).or_insert(test);
    }
    let mut wrong = Vec::new();
    let mut wanted: Vec<(String, Vec<u16>)> = Vec::new();
    for operation in contract::described() {
        if operation.is_of_one() {
            let kinds = KINDS.map(|(_, kind, _)| (of(kind.word(), &operation.id), operation.statuses.clone()));
            wanted.extend(kinds);
        }
        wanted.push((operation.id, operation.statuses));
    }
    for (operation, statuses) in &wanted {
        for &status in statuses {
            let excepted = EXCEPTIONS.contains(&(operation, status));
            match tests.get(&(operation.as_str(), status)) {
                Some(test) => {
                    println!("{operation} {status} {test}");
                    if excepted {
                        wrong.push(format!("{operation} {status} is tested: remove the exception"));
                    }
                }
                None if excepted => println!("{operation} {status} (exception)"),
                None => wrong.push(format!("no test has seen {operation} {status}")),
            }
        }
    }
    let (of_kinds, alone): (Vec<_>, Vec<_>) = wanted.iter().partition(|(operation, _)| operation.contains('/'));
    let count = |all: &[&(String, Vec<u16>)]| all.iter().map(|(_, statuses)| statuses.len()).sum::<usize>();
    println!("{} operation × status, {} operation × status × kind", count(&alone), count(&of_kinds));
    assert!(wrong.is_empty(), "{wrong:#?}");
}
