//! `cargo xtask clean`

use crate::mode::Mode;
use crate::page;
use crate::process::Process;
use crate::terraform;

/// Removes what the commands have built, the tools in target/, the packages of the web page and Terraform's working files too; never its state
#[derive(Debug, clap::Args)]
pub(crate) struct Clean {
    #[command(flatten)]
    mode: Mode,
}

impl Clean {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        for file in terraform::working_files().into_iter().chain([page::packages()]) {
            self.mode.remove(&file)?;
        }
        self.mode.run(&Process::cargo().words("clean"))
    }
}
