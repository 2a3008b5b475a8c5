//! Where Terraform has its AWS provider from.

use std::net::TcpStream;
use std::path::PathBuf;

use anyhow::bail;

use super::module::Module;
use crate::process::Process;
use crate::provider_stub;

/// What answers where the registry is reached.
const REGISTRY: &str = "registry.terraform.io:443";

/// The AWS provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Provider {
    /// The true one, as `terraform init` installs it.
    Registry,
    /// One with the true one's schema, which makes up what AWS would answer.
    Stub(PathBuf),
}

impl Provider {
    /// The true one, else the stub, installed for the module; none where neither is to be had.
    ///
    /// # Errors
    /// Where `terraform init` fails though there is a provider.
    pub(super) fn found(module: &Module) -> anyhow::Result<Option<Self>> {
        const INIT: &str = "init -backend=false -input=false";
        if Self::Registry.terraform(module, INIT).run().is_ok() {
            return Ok(Some(Self::Registry));
        }
        if let Some(stub) = Self::stub() {
            stub.terraform(module, INIT).run()?;
            return Ok(Some(stub));
        }
        if TcpStream::connect(REGISTRY).is_ok() {
            bail!("terraform init failed, though the registry is reached");
        }
        Ok(None)
    }

    /// The stub, where there is one.
    pub(super) fn stub() -> Option<Self> {
        provider_stub::program().map(Self::Stub)
    }

    /// A command of Terraform in the folder of the module.
    pub(super) fn terraform(&self, module: &Module, words: &str) -> Process {
        let folder = module.folder().display().to_string();
        let process = match self {
            Self::Registry => Process::new("terraform"),
            Self::Stub(program) => {
                Process::new(program.display().to_string()).args([folder.as_str(), "--", "terraform"])
            }
        };
        process.args([format!("-chdir={folder}")]).words(words).args(["-no-color"]).env("CHECKPOINT_DISABLE", "1")
    }
}
