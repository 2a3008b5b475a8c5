//! The committed generated code is what the generator writes.

use std::path::Path;

use openapi_poem_codegen::{Contract, files, generate};

/// Rewrite with `openapi-poem-codegen generate tests/specs/NAME.yaml tests/generated/NAME`.
#[test]
fn committed_code_is_fresh() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for name in ["shelf", "minimal"] {
        let text = std::fs::read_to_string(tests.join("specs").join(format!("{name}.yaml"))).unwrap();
        let contract = Contract::read(&text).unwrap();
        let files = generate(contract.api(), &format!("{name}.yaml"));
        let stale = files::stale(&tests.join("generated").join(name), &files).unwrap();
        assert!(stale.is_empty(), "{stale}");
    }
}
