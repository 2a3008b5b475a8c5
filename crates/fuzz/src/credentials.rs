//! The credentials file.

use std::path::Path;

use elbm_auth::Accounts;

/// A file is refused with a sentence, or it is read; then it is written as it was meant.
pub(crate) fn are_read(bytes: &[u8]) {
    let parse = |bytes: &[u8]| Accounts::parse(Path::new("f.json"), bytes);
    match parse(bytes) {
        Ok(accounts) => {
            let written = serde_json::to_vec(&accounts).expect("JSON");
            let again = parse(&written).expect("what is written is read");
            assert_eq!(serde_json::to_vec(&again).expect("JSON"), written);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
