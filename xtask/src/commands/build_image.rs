//! `cargo xtask build-image`

use crate::config::Config;
use crate::docker;
use crate::image::{Image, Origin};
use crate::mode::Mode;
use crate::places::Texts;

/// Builds the docker image, tagged with the VERSION and as latest
///
/// The program is built on this machine, static, and laid into an empty image together with the CA bundle of this machine;
/// nothing is pulled. config.json says the name.
#[derive(Debug, clap::Args)]
pub(crate) struct BuildImage {
    #[command(flatten)]
    origin: Origin,
    #[command(flatten)]
    mode: Mode,
}

impl BuildImage {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let image = Image::new(&Config::read()?, Texts::read()?.version()?, self.origin)?;
        docker::ready()?;
        image.build(self.mode)
    }
}
