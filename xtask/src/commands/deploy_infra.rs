//! `cargo xtask deploy-infra`

use crate::config::Config;
use crate::mode::Mode;
use crate::places::Texts;
use crate::terraform::Deployment;

/// Creates or updates the infrastructure on AWS, for the image that was released with the VERSION
#[derive(Debug, clap::Args)]
pub(crate) struct DeployInfra {
    #[command(flatten)]
    mode: Mode,
}

impl DeployInfra {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        Deployment::prepare(&Config::read()?, Texts::read()?.version()?, self.mode)?.changes()?.apply()
    }
}
