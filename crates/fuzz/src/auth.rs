//! The credentials file. Its modules are taken from the service, and not the service itself: that links the AWS SDK, whose
//! instrumented build takes longer than the fuzzing.
#![allow(dead_code, unreachable_pub, reason = "the modules serve more than is used here")]

#[path = "../../server/src/auth/aws/arn.rs"]
pub(crate) mod arn;
mod aws {
    pub(crate) use super::arn;
}
#[path = "../../server/src/auth/file.rs"]
mod file;
#[path = "../../server/src/auth/password.rs"]
mod password;
#[path = "../../server/src/auth/pattern.rs"]
mod pattern;
#[path = "../../server/src/auth/principal.rs"]
mod principal;
#[path = "../../server/src/auth/token.rs"]
mod token;

use std::path::Path;

use file::Accounts;
use pattern::Pattern;

/// A file is refused with a sentence, or it is read; then it is written as it was meant.
pub(crate) fn credentials(bytes: &[u8]) {
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
