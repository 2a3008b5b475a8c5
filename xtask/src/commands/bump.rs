//! `cargo xtask bump-version-patch`, `cargo xtask bump-version-minor`

use anyhow::Context as _;

use super::generate;
use crate::places::Texts;
use crate::process::Process;
use crate::version::{Part, Version};

/// Raises the version everywhere: in VERSION, Cargo.toml and the contract, then in what follows from them, Cargo.lock,
/// crates/api and crates/client
pub(crate) fn run(part: Part) -> anyhow::Result<()> {
    let before = Texts::read()?;
    let from = before.version().context("nothing was changed")?;
    let (to, after) = before.bumped(part)?;
    after.write()?;
    followers(to)?;
    eprintln!("the version was {from} and is {to}");
    Ok(())
}

/// Brings what follows from the places to their version.
fn followers(to: Version) -> anyhow::Result<()> {
    let lock = lock();
    lock.run().with_context(|| {
        format!("all that is written by hand says {to}; to go on: `{lock}`, `cargo xtask generate`")
    })?;
    eprintln!("changed Cargo.lock: the packages of this workspace");
    generate::run()
        .with_context(|| format!("all but what is generated says {to}; to go on: `cargo xtask generate`"))?;
    eprintln!("changed crates/api, crates/client: generated");
    Ok(())
}

/// Takes the version of the workspace's own packages over; all others stay, and nothing is downloaded.
fn lock() -> Process {
    Process::cargo().words("update --workspace --offline")
}

#[cfg(test)]
mod tests {
    #[test]
    fn touches_the_packages_of_this_workspace_only() {
        assert_eq!(super::lock().to_string(), "cargo update --workspace --offline");
    }
}
