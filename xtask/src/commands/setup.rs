//! `cargo xtask setup`

use super::configure::Configure;
use super::doctor;
use crate::clients::CLIENTS;
use crate::config::Config;
use crate::deployments::{CHECKOV, KUBERNETES_VALIDATE};
use crate::moto::MOTO;
use crate::places::Texts;
use crate::schemathesis::SCHEMATHESIS;
use crate::steps::Steps;
use crate::terraform::Deployment;
use crate::witness::WITNESS;

/// Prepares the checkout: doctor, the Python tools of the tests, configure where config.json has placeholders, terraform init
#[derive(Debug, clap::Args)]
pub(crate) struct Setup {
    #[command(flatten)]
    configure: Configure,
}

impl Setup {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let mode = self.configure.mode();
        let mut steps = Steps::default();
        steps.step("prerequisites", doctor::machine)?;
        for tool in
            [MOTO, SCHEMATHESIS, WITNESS, CLIENTS, CHECKOV, KUBERNETES_VALIDATE].into_iter().filter(|_| mode.acts())
        {
            steps.step(&format!("Python environment of {}", tool.name), || tool.installed().map(drop))?;
        }
        let answered = Config::read().ok().filter(|config| config.check().is_ok() && !self.configure.answers());
        let config = if let Some(config) = answered {
            steps.skip("questions", "config.json has its answers; `cargo xtask configure` asks again");
            config
        } else {
            steps.step("questions", || self.configure.run())?
        };
        steps.step("Terraform", || Deployment::prepare(&config, Texts::read()?.version()?, mode).map(drop))?;
        steps.report();
        eprintln!("ready: `cargo xtask run`, `cargo xtask test`, `cargo xtask deploy`");
        Ok(())
    }
}
