//! One deployment: from the configuration and the version to what is on AWS.

use std::io::{IsTerminal as _, stdin};

use anyhow::{Context as _, bail, ensure};

use super::command::{self, OLDEST, REMEDY, Variables};
use super::files;
use crate::config::Config;
use crate::mode::Mode;
use crate::version::Version;

/// What to do where Terraform finds nobody to be.
const CREDENTIALS: &str = "where it found no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or `aws configure`";

/// A prepared deployment.
#[derive(Debug)]
pub(crate) struct Deployment {
    version: Version,
    mode: Mode,
}

impl Deployment {
    /// Checks the configuration and Terraform, and prepares its folder.
    ///
    /// # Errors
    /// Where an answer of the configuration is wrong, or Terraform is missing, too old or not to be prepared.
    pub(crate) fn prepare(config: &Config, version: Version, mode: Mode) -> anyhow::Result<Self> {
        config.check()?;
        ready()?;
        files::write(config, mode)?;
        mode.run(&command::init()).with_context(|| {
            format!("nothing was changed on AWS; Terraform could not be prepared, its words are above; {CREDENTIALS}")
        })?;
        Ok(Self { version, mode })
    }

    /// Shows what would change.
    ///
    /// # Errors
    /// Where Terraform refuses the configuration, or AWS cannot be asked.
    pub(crate) fn plan(&self) -> anyhow::Result<()> {
        let file = files::variables();
        self.mode.run(&command::plan(&self.variables(&file))).with_context(unplanned)
    }

    /// Shows what will change and keeps it for [`Changes::apply`].
    ///
    /// # Errors
    /// Those of [`Deployment::plan`].
    pub(crate) fn changes(&self) -> anyhow::Result<Changes> {
        let file = files::variables();
        let plan = command::save_plan(&self.variables(&file), &files::plan());
        if !self.mode.acts() {
            plan.echo();
            return Ok(Changes { any: true, mode: self.mode });
        }
        match plan.code().with_context(unplanned)? {
            0 => Ok(Changes { any: false, mode: self.mode }),
            2 => Ok(Changes { any: true, mode: self.mode }),
            code => bail!("{}: terraform failed (exit status: {code})", unplanned()),
        }
    }

    /// Removes everything that was deployed.
    ///
    /// # Errors
    /// Where nobody is there to be asked and `sure` is not said, or Terraform fails.
    pub(crate) fn destroy(&self, sure: bool) -> anyhow::Result<()> {
        ensure!(
            sure || !self.mode.acts() || stdin().is_terminal(),
            "nothing was changed; without a terminal to ask at, `--yes` must say that it is meant"
        );
        let file = files::variables();
        self.mode
            .run(&command::destroy(&self.variables(&file), sure))
            .context("not everything was removed, Terraform's words are above; to go on, run the command again")
    }

    fn variables<'a>(&self, file: &'a std::path::Path) -> Variables<'a> {
        Variables { file, docker_tag: self.version }
    }
}

/// What Terraform has planned to change.
#[derive(Debug)]
#[must_use = "a plan that is not applied changes nothing"]
pub(crate) struct Changes {
    any: bool,
    mode: Mode,
}

impl Changes {
    /// Makes the changes, if there are any, and shows where the service is.
    ///
    /// # Errors
    /// Where Terraform fails.
    pub(crate) fn apply(self) -> anyhow::Result<()> {
        if !self.any {
            eprintln!("no changes: what is deployed is what was asked for");
            return self.mode.run(&command::output());
        }
        if self.mode.acts() {
            eprintln!("waits for AWS: some minutes, most of them for the load balancer");
        }
        self.mode.run(&command::apply(&files::plan())).context(
            "the changes were begun and not finished, Terraform's words are above; to go on, run the command again",
        )
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        // A plan holds values of the account, and is good for once.
        if let Err(error) = self.mode.remove(&files::plan()) {
            eprintln!("{error:#}");
        }
    }
}

fn unplanned() -> String {
    format!("nothing was changed on AWS; Terraform could not plan, its words are above; {CREDENTIALS}")
}

fn ready() -> anyhow::Result<()> {
    let output =
        command::version().read().with_context(|| format!("nothing was changed; Terraform is needed ({REMEDY})"))?;
    let output = String::from_utf8_lossy(&output);
    let found = Version::printed(&output);
    ensure!(
        found.is_some_and(|version| version >= OLDEST),
        "nothing was changed; Terraform {OLDEST} or later is needed, this is {} ({REMEDY})",
        output.lines().next().unwrap_or("unknown")
    );
    Ok(())
}
