//! `cargo xtask check`

use std::fs;

use anyhow::Context as _;

use super::generate::{GENERATED, generator};
use crate::places::Texts;
use crate::process::Process;
use crate::workspace::{self, CONTRACT};

/// Proves that contract, generated code, running code and version numbers match
///
/// VERSION, the workspace and the contract must say the same version. Generates in memory and compares with crates/api and crates/client, then compares the document that the running code emits with the
/// contract. Each difference is told with its place.
pub(crate) fn run() -> anyhow::Result<()> {
    let version = Texts::read()?.version()?;
    for (command, folder) in GENERATED {
        generator().args([command, "--check", CONTRACT, folder]).run().with_context(|| {
            format!("contract and {folder} do not match; after a change of the contract, run `cargo xtask generate`")
        })?;
    }
    let emitted = Process::cargo().words("run --quiet --example document").read()?;
    let path = workspace::target().join("emitted-openapi.json");
    fs::write(&path, emitted).with_context(|| format!("cannot write {}", path.display()))?;
    generator()
        .words("conform")
        .args([CONTRACT.to_owned(), path.display().to_string()])
        .run()
        .context("the running code does not emit what the contract says")?;
    eprintln!("contract, generated code and running code match, in version {version}");
    Ok(())
}
