//! `cargo xtask doctor`

use std::path::PathBuf;

use anyhow::bail;

use crate::prerequisites;
use crate::roles;

/// Looks for what the commands need, and tells what is missing and how to get it
#[derive(Debug, clap::Args)]
pub(crate) struct Doctor {
    /// Looks at the AWS roles of this credentials file instead: whether EC2 alone may assume those of self-only principals
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
}

impl Doctor {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        match self.credentials {
            Some(file) => roles::check(&file),
            None => machine(),
        }
    }
}

/// Looks at this machine.
pub(crate) fn machine() -> anyhow::Result<()> {
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
