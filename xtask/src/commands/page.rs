//! `cargo xtask page`

use crate::page;

/// Builds the web page that the server has in it, from crates/server/page
#[derive(Debug, clap::Args)]
pub(crate) struct Page {
    /// Changes nothing, and fails where what is committed is not what the sources make
    #[arg(long)]
    check: bool,
}

impl Page {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        if self.check { page::check() } else { page::build() }
    }
}
