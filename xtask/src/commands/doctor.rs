//! `cargo xtask doctor`

use anyhow::bail;

use crate::prerequisites;

/// Looks for what the commands need, and tells what is missing and how to get it
pub(crate) fn run() -> anyhow::Result<()> {
    let found = prerequisites::found()?;
    eprintln!();
    for prerequisite in &found {
        eprintln!("{prerequisite}");
    }
    let lacking = prerequisites::lacking(&found);
    if !lacking.is_empty() {
        bail!("needed, and not there: {}", lacking.join(", "));
    }
    Ok(())
}
