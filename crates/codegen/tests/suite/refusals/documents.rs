//! The document as a whole, names and security schemes.

use openapi_poem_codegen::Contract;

use super::{GOOD, check, refusal};

#[test]
fn yaml_is_read_strictly() {
    let (pointer, sentence) = refusal("  title: shelf", "  title: shelf\n  title: book");
    assert_eq!(pointer, "");
    assert!(sentence.starts_with("the contract is not YAML: info: duplicate entry with key \"title\""), "{sentence}");
    let (pointer, sentence) = refusal("openapi: 3.1.0", "openapi: [");
    assert_eq!(pointer, "");
    assert!(sentence.starts_with("the contract is not YAML: "), "{sentence}");
}

#[test]
fn documents() {
    check(
        "",
        &[
            ("openapi: 3.1.0", "openapi: 3.0.3", "/openapi", "the version must be 3.1.0"),
            ("tags:\n", "servers: []\ntags:\n", "/servers", "the address is the deployment's, not the contract's"),
            ("tags:\n", "security: []\ntags:\n", "/security", "this key is not known on the document"),
            ("tags:\n", "x-own: 1\ntags:\n", "/x-own", "this key is not known on the document"),
            ("  description: Books on shelves.\n", "", "/info", "info needs `description`"),
            ("    description: The shelves.\n", "", "/tags/0", "a tag needs `description`"),
            (
                "- name: bookKeeping",
                "- name: other",
                "/paths/~1shelves~1{shelf}~1books~1{book}/get/tags/0",
                "`\"bookKeeping\"` refers to nothing",
            ),
            ("paths:", "  - name: lonely\n    description: Unused.\npaths:", "/tags/2", "nothing uses this"),
            ("- name: shelves", "- name: types", "/paths/~1shelves/get/tags/0", "`\"shelves\"` refers to nothing"),
        ],
    );
}

#[test]
fn names_that_the_generated_code_has_are_taken() {
    let text = GOOD.replace("Problem", "Json");
    let error = Contract::read(&text).unwrap_err();
    assert_eq!(error.to_string(), "/components/schemas/Json: `Json` in Rust is the name of the generated code too");
    let text = GOOD.replace("Problem", "problem");
    let error = Contract::read(&text).unwrap_err();
    assert_eq!(error.to_string(), "/components/schemas/problem: `problem` is not how Rust writes a type");
    let text = GOOD.replace("shelves", "types");
    assert_eq!(
        Contract::read(&text).unwrap_err().to_string(),
        "/tags/0/name: `types` in Rust is the name of the generated code too"
    );
}

#[test]
fn security_schemes() {
    check(
        "",
        &[
            (
                "basicAuth: { type: http, scheme: basic,",
                "basicAuth: { type: apiKey, scheme: basic,",
                "/components/securitySchemes/basicAuth/type",
                "security schemes are of type http",
            ),
            (
                "basicAuth: { type: http, scheme: basic,",
                "basicAuth: { type: http, scheme: digest,",
                "/components/securitySchemes/basicAuth/scheme",
                "the scheme is basic or bearer",
            ),
            (
                "bearerAuth: { type: http, scheme: bearer }",
                "bearerAuth: { type: http, scheme: bearer }\n    third: { type: http, scheme: bearer }",
                "/components/securitySchemes/third",
                "nothing uses this",
            ),
        ],
    );
}
