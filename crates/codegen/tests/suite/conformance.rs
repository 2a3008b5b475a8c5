//! The document of the running code against the contract; the comparison and each normalisation bite.

use openapi_poem_codegen::{
    Contract,
    conformance::{ALL, Normalisation, conform},
    differences,
};
use serde_json::{Value, json};

use crate::generated::shelf;

fn documents() -> (Value, Value) {
    let contract = Contract::read(include_str!("../specs/shelf.yaml")).unwrap();
    (contract.document().clone(), serde_json::from_str(&shelf::document()).unwrap())
}

#[test]
fn the_running_code_emits_the_contract() {
    let (contract, emitted) = documents();
    let report = conform(&contract, &emitted, ALL);
    assert!(report.is_clean(), "{report}");
}

#[test]
fn without_any_one_normalisation_the_documents_differ() {
    let (contract, emitted) = documents();
    for left_out in ALL {
        let others: Vec<Normalisation> = ALL.iter().filter(|one| one.name != left_out.name).copied().collect();
        let report = conform(&contract, &emitted, &others);
        assert!(!report.differences.is_empty(), "{} is not needed", left_out.name);
        assert!(!left_out.reason.is_empty());
    }
}

#[test]
fn a_normalisation_that_changes_nothing_is_reported() {
    let (contract, _) = documents();
    let mut same = contract.clone();
    same["openapi"] = "3.0.0".into();
    let version = ALL.iter().find(|one| one.name == "version").copied().unwrap();
    assert!(conform(&contract, &same, &[version]).is_clean());
    let report = conform(&contract, &same, &[version, version]);
    assert_eq!(report.unused, ["version"]);
    assert!(!report.is_clean());
    assert_eq!(report.to_string(), "the normalisation `version` changed nothing: remove it\n");
}

/// Each change of the emitted document is found, at its place and with both values.
#[test]
fn differences_have_pointers_and_both_values() {
    let book = "/paths/~1shelves~1{shelf}~1books~1{book}";
    for (place, change, pointer, first) in [
        (
            format!("{book}/get/summary"),
            json!("Loses a book"),
            format!("{book}/get/summary"),
            Some(json!("Finds a book")),
        ),
        (format!("{book}/get/security/0"), json!({}), format!("{book}/get/security/0/bearerAuth"), Some(json!([]))),
        (
            format!("{book}/get/parameters/0/schema"),
            json!({"type": "string"}),
            format!("{book}/get/parameters/0/schema/$ref"),
            Some(json!("#/components/schemas/Binding")),
        ),
        (
            format!("{book}/get/responses/503/headers"),
            json!({}),
            format!("{book}/get/responses/503/headers/RETRY-AFTER"),
            Some(json!({"description": "Seconds to wait.", "schema": {"type": "integer", "format": "int32"}})),
        ),
        (
            "/components/schemas/BookNumber/maximum".to_owned(),
            json!(1000.0),
            "/components/schemas/BookNumber/maximum".to_owned(),
            Some(json!(999)),
        ),
        (
            "/components/schemas/Problem/required".to_owned(),
            json!(["message", "x"]),
            "/components/schemas/Problem/required/1".to_owned(),
            None,
        ),
        ("/info/title".to_owned(), json!("other"), "/info/title".to_owned(), Some(json!("shelf"))),
    ] {
        let (contract, mut emitted) = documents();
        *emitted.pointer_mut(&place).unwrap_or_else(|| panic!("{place}")) = change;
        let found = conform(&contract, &emitted, ALL).differences.into_iter().find(|one| one.pointer == pointer);
        assert_eq!(found.unwrap_or_else(|| panic!("{place}")).first, first, "{place}");
    }
}

#[test]
fn additions_and_removals_are_differences() {
    let found = differences(&json!({"a": [1, 2], "b": {"c/d": 1}}), &json!({"a": [1], "b": {"e~f": 2}}));
    let shown: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "/a/1: the contract has 2, the running code nothing",
            "/b/c~1d: the contract has 1, the running code nothing",
            "/b/e~0f: the contract has nothing, the running code 2",
        ]
    );
    assert_eq!(differences(&json!({"a": 1, "b": 2}), &json!({"b": 2, "a": 1})), []);
}
