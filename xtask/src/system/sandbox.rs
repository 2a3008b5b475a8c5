//! A checkout of its own for commands under test, so that they meet no configuration, state or image of the user's.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::json;

use super::engine::Engine;
use crate::deployments::Module;
use crate::process::Process;
use crate::workspace;

/// What the commands read, from the root.
const FILES: [&str; 5] =
    ["VERSION", "Cargo.toml", "openapi/swagger-file.yaml", "docker/Dockerfile", "xtask/Cargo.toml"];

/// The checkout.
#[derive(Debug)]
pub(super) struct Sandbox<'a> {
    folder: PathBuf,
    repository: String,
    engine: &'a Engine,
    program: &'a Path,
}

impl<'a> Sandbox<'a> {
    /// Makes it, in place of an earlier one, configured for this repository.
    ///
    /// # Errors
    /// Where files cannot be read or written.
    pub(super) fn new(repository: &str, engine: &'a Engine, program: &'a Path) -> anyhow::Result<Self> {
        let folder = workspace::target().join("system-test");
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
        }
        for file in FILES {
            copy(&workspace::root().join(file), &folder.join(file))?;
        }
        Module::copied_to(folder.join("deployments"))?;
        let sandbox = Self { folder, repository: repository.to_owned(), engine, program };
        sandbox.configure(repository)?;
        Ok(sandbox)
    }

    /// Writes the configuration for a repository.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(super) fn configure(&self, repository: &str) -> anyhow::Result<()> {
        let config = json!({
            "region": "us-east-1",
            "vpc_id": "vpc-0123456789abcdef0",
            "public_subnet_ids": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
            "docker_image": repository,
            "architecture": crate::config::Architecture::host(),
            "internal": true,
        });
        fs::write(self.folder.join("config.json"), config.to_string()).context("cannot write the configuration")
    }

    /// Where it is.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The release build.
    pub(super) fn program(&self) -> &Path {
        self.program
    }

    /// The repository of the image.
    pub(super) fn repository(&self) -> &str {
        &self.repository
    }

    /// The name of the image, with the version.
    ///
    /// # Errors
    /// Where the version cannot be read.
    pub(super) fn image(&self) -> anyhow::Result<String> {
        self.names(&self.repository).map(|[image, _]| image)
    }

    /// The names that an image has in a repository: with the version, and as the latest.
    ///
    /// # Errors
    /// Where the version cannot be read.
    pub(super) fn names(&self, repository: &str) -> anyhow::Result<[String; 2]> {
        let version = self.version()?;
        Ok([version.as_str(), "latest"].map(|tag| format!("{repository}:{tag}")))
    }

    /// The version of what is shipped.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(super) fn version(&self) -> anyhow::Result<String> {
        let version = fs::read_to_string(self.folder.join("VERSION")).context("cannot read the version")?;
        Ok(version.trim().to_owned())
    }

    /// The engine that its images are in.
    pub(super) fn engine(&self) -> &Engine {
        self.engine
    }

    /// One of the commands, these very ones, in this checkout.
    ///
    /// # Errors
    /// Where the system does not say which program this is.
    pub(super) fn xtask(&self, words: &str) -> anyhow::Result<Process> {
        let own = std::env::current_exe().context("these commands do not know where they are")?;
        Ok(self.at_home(Process::new(own.display().to_string()).words(words)))
    }

    /// One of the commands that take the release build instead of making one.
    ///
    /// # Errors
    /// Those of [`Sandbox::xtask`].
    pub(super) fn shipping(&self, command: &str) -> anyhow::Result<Process> {
        Ok(self.xtask(command)?.args(["--binary".to_owned(), self.program.display().to_string()]))
    }

    fn at_home(&self, process: Process) -> Process {
        self.engine
            .reached(process)
            .env("CARGO_MANIFEST_DIR", self.folder.join("xtask").display().to_string())
            .env("CARGO_TARGET_DIR", self.folder.join("target").display().to_string())
    }
}

impl Drop for Sandbox<'_> {
    fn drop(&mut self) {
        // The engine may be the user's. What was not built is not there.
        if let Ok(names) = self.names(&self.repository) {
            let _ = self.engine.docker("image rm --force").args(names).attempt();
        }
    }
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    let folder = to.parent().map_or(Ok(()), fs::create_dir_all);
    folder
        .and_then(|()| fs::copy(from, to).map(drop))
        .with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))
}
