//! The generator's input: a contract.

use openapi_poem_codegen::{Contract, generate, generate_client};

/// A contract is refused with a sentence, or code is generated from it, the same each time. No client may be made of it.
pub(crate) fn generates(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Contract::read(text) {
        Ok(contract) => {
            let files = generate(contract.api(), "contract.yaml");
            assert!(!files.is_empty());
            assert_eq!(generate(contract.api(), "contract.yaml"), files);
            let _ = generate_client(&contract, "contract.yaml");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
