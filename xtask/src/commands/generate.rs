//! `cargo xtask generate`

use crate::process::Process;
use crate::workspace::{API, CONTRACT};

/// Derives crates/api from the contract, openapi/swagger-file.yaml
pub(crate) fn run() -> anyhow::Result<()> {
    generator().words("generate").args([CONTRACT, API]).run()
}

/// The generator, built where it has to be.
pub(crate) fn generator() -> Process {
    Process::cargo().words("run --quiet --bin openapi-poem-codegen --")
}
