//! `cargo xtask generate`

use crate::process::Process;
use crate::workspace::{API, CLIENT, CONTRACT};

/// What is generated: by which command of the generator, and where to.
pub(crate) const GENERATED: [(&str, &str); 2] = [("generate", API), ("client", CLIENT)];

/// Derives crates/api and the sources of crates/client from the contract, openapi/swagger-file.yaml
pub(crate) fn run() -> anyhow::Result<()> {
    for (command, folder) in GENERATED {
        generator().args([command, CONTRACT, folder]).run()?;
    }
    Ok(())
}

/// The generator, built where it has to be.
pub(crate) fn generator() -> Process {
    Process::cargo().words("run --quiet --bin openapi-poem-codegen --")
}
