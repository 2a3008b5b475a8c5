//! `cargo xtask plan`

use crate::config::Config;
use crate::mode::Mode;
use crate::places::Texts;
use crate::terraform::Deployment;

/// Shows what deploy-infra would change on AWS
#[derive(Debug, clap::Args)]
pub(crate) struct Plan {
    #[command(flatten)]
    mode: Mode,
}

impl Plan {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        Deployment::prepare(&Config::read()?, Texts::read()?.version()?, self.mode)?.plan()
    }
}
