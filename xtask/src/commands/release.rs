//! `cargo xtask release`

use crate::config::Config;
use crate::docker;
use crate::image::{Image, Origin};
use crate::mode::Mode;
use crate::places::Texts;

/// Builds the docker image and pushes it to its registry, tagged with the VERSION and as latest
#[derive(Debug, clap::Args)]
pub(crate) struct Release {
    #[command(flatten)]
    origin: Origin,
    #[command(flatten)]
    mode: Mode,
}

impl Release {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let image = Image::new(&Config::read()?, Texts::read()?.version()?, self.origin)?;
        docker::ready()?;
        image.build(self.mode)?;
        image.push(self.mode)
    }
}
