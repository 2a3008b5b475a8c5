//! A stub in the place of Terraform's AWS provider, for tests without an account.

use std::path::PathBuf;

use crate::workspace;

/// Names a program that runs a command with the stub: `PROGRAM FOLDER -- COMMAND…`.
const VARIABLE: &str = "ELBM_TERRAFORM_PROVIDER_STUB";
/// Where such a program may be, from the root.
const BESIDE: &str = "../shared/tools/aws-provider-stub/exec";

/// What is said where there is none.
pub(crate) const MISSING: &str = "ELBM_TERRAFORM_PROVIDER_STUB names no stub of Terraform's AWS provider";

/// The program, where there is one.
pub(crate) fn program() -> Option<PathBuf> {
    let named = std::env::var_os(VARIABLE).map(PathBuf::from);
    let program = named.unwrap_or_else(|| workspace::root().join(BESIDE));
    program.is_file().then_some(program)
}
