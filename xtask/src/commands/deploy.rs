//! `cargo xtask deploy`

use crate::config::Config;
use crate::docker;
use crate::image::{Image, Origin};
use crate::mode::Mode;
use crate::places::Texts;
use crate::terraform::Deployment;

/// Builds and pushes the docker image, and creates or updates the infrastructure on AWS
///
/// What can be refused is found out first: docker, Terraform, configuration, and, by the plan, the AWS account. Where nothing has
/// changed since the last time, nothing is changed.
#[derive(Debug, clap::Args)]
pub(crate) struct Deploy {
    #[command(flatten)]
    origin: Origin,
    #[command(flatten)]
    mode: Mode,
}

impl Deploy {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let config = Config::read()?;
        let version = Texts::read()?.version()?;
        config.check()?;
        let image = Image::new(&config, version, self.origin)?;
        docker::ready()?;
        let changes = Deployment::prepare(&config, version, self.mode)?.changes()?;
        image.build(self.mode)?;
        image.push(self.mode)?;
        changes.apply()
    }
}
