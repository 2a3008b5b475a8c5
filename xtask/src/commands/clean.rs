//! `cargo xtask clean`

use crate::process::Process;

/// Removes what the commands have built, the tools in target/ too
pub(crate) fn run() -> anyhow::Result<()> {
    Process::cargo().words("clean").run()
}
