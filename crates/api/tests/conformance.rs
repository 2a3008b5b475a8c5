//! The generated code is fresh, and emits the contract.

use std::path::Path;

use openapi_poem_codegen::{Contract, conformance, files, generate};

const CONTRACT: &str = include_str!("../../../openapi/swagger-file.yaml");

#[test]
fn the_generated_code_is_fresh() {
    let contract = Contract::read(CONTRACT).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let stale = files::stale(&folder, &generate(contract.api(), "swagger-file.yaml")).unwrap();
    assert!(stale.is_empty(), "{stale}");
}

#[test]
fn the_running_code_emits_the_contract() {
    let contract = Contract::read(CONTRACT).unwrap();
    let emitted = serde_json::from_str(&elbm_api::document()).unwrap();
    let report = conformance::conform(contract.document(), &emitted, conformance::ALL);
    assert!(report.is_clean(), "{report}");
}
