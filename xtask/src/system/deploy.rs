//! `deploy`, `deploy` again, `destroy`, on a stub of Terraform's AWS provider.

use std::path::Path;

use anyhow::ensure;

use super::registry;
use super::sandbox::Sandbox;
use crate::process::Process;

/// Deploys twice, pulls the image back as a machine would, and removes all.
///
/// # Errors
/// What is not as it should be.
pub(super) fn run(sandbox: &Sandbox<'_>, stub: &Path) -> anyhow::Result<()> {
    says(
        sandbox,
        stub,
        &sandbox.shipping("deploy")?,
        &["Apply complete!", "alb_url", "instance_public_ip"],
        &["no changes:"],
    )?;
    registry::pulled_back(sandbox, &sandbox.image()?)?;
    says(sandbox, stub, &sandbox.shipping("deploy")?, &["no changes:", "alb_url"], &["Apply complete!"])?;
    says(sandbox, stub, &sandbox.xtask("destroy --yes")?, &["Destroy complete!"], &[])
}

/// Runs a command with the stub, and looks for what it must say and must not say.
fn says(sandbox: &Sandbox<'_>, stub: &Path, command: &Process, all: &[&str], none: &[&str]) -> anyhow::Result<()> {
    let module = sandbox.folder().join("deployments");
    let process = command.clone().behind(stub.display().to_string(), [module.display().to_string(), "--".to_owned()]);
    process.echo();
    let attempt = process.attempt()?;
    eprint!("{}", attempt.said);
    ensure!(attempt.succeeded, "the command failed");
    for text in all {
        ensure!(attempt.said.contains(text), "it did not say: {text}");
    }
    for text in none {
        ensure!(!attempt.said.contains(text), "it said: {text}");
    }
    Ok(())
}
