//! Bad contracts: the pointer and the sentence of each. Each is the good contract with one change.

mod answers;
mod bodies;
mod documents;
mod operations;

use openapi_poem_codegen::Contract;

const GOOD: &str = include_str!("../../specs/shelf.yaml");

/// The good contract with `old` in the place of its first occurrence replaced.
fn refusal(old: &str, new: &str) -> (String, String) {
    assert!(GOOD.contains(old), "the good contract has no {old}");
    let error = Contract::read(&GOOD.replacen(old, new, 1)).expect_err(new);
    (error.pointer().to_owned(), error.to_string())
}

const FIND: &str = "/paths/~1shelves~1{shelf}~1books~1{book}/get";
const NAME_IT: &str = "what has rules of its own needs a name: put it into #/components/schemas";
const COMPOSITION: &str = "compositions are not generated: write one object with optional properties";

/// Checks a list of changes: old text, new text, pointer below the prefix, the sentence after the pointer.
fn check(prefix: &str, table: &[(&str, &str, &str, &str)]) {
    for (old, new, pointer, sentence) in table {
        let pointer = format!("{prefix}{pointer}");
        assert_eq!(refusal(old, new), (pointer.clone(), format!("{pointer}: {sentence}")), "{new}");
    }
}
