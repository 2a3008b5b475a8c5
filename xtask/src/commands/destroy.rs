//! `cargo xtask destroy`

use crate::config::Config;
use crate::mode::Mode;
use crate::places::Texts;
use crate::terraform::Deployment;

/// Removes from AWS what deploy-infra has made; asks before
#[derive(Debug, clap::Args)]
pub(crate) struct Destroy {
    /// Does not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    mode: Mode,
}

impl Destroy {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        Deployment::prepare(&Config::read()?, Texts::read()?.version()?, self.mode)?.destroy(self.yes)
    }
}
