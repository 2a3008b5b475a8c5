//! Tests of `deployments/`: Terraform itself, on a copy of the module, what checkov knows, and Kubernetes' schemas.

mod access;
mod checkov;
mod kubernetes;
mod module;
mod provider;
mod trial;

pub(crate) use checkov::CHECKOV;
pub(crate) use kubernetes::KUBERNETES_VALIDATE;
pub(crate) use module::Module;

use crate::process::Process;
use crate::steps::Steps;
use crate::terraform;
use provider::Provider;

/// Runs every test that the machine at hand has the means for, and says which it has not.
///
/// # Errors
/// Those of the tests, with the names of their steps.
pub(crate) fn test(steps: &mut Steps) -> anyhow::Result<()> {
    terraform(steps)?;
    steps.step("checkov", checkov::run)?;
    steps.step("Kubernetes manifests", kubernetes::run)
}

fn terraform(steps: &mut Steps) -> anyhow::Result<()> {
    if terraform::version().read().is_err() {
        steps.skip("Terraform", &format!("terraform is not there: {}", terraform::REMEDY));
        return Ok(());
    }
    steps.step("Terraform: formatting", || {
        Process::new("terraform").words("fmt -check -diff -recursive deployments").run()
    })?;
    let mut found = None;
    steps.step("Terraform: provider", || {
        let module = Module::copied()?;
        found = Provider::found(&module)?.map(|provider| (module, provider));
        Ok(())
    })?;
    let Some((module, provider)) = found else {
        steps.skip(
            "Terraform: validation, tests, apply and destroy",
            "the provider registry is not reached, and ELBM_TERRAFORM_PROVIDER_STUB names no stub of it",
        );
        return Ok(());
    };
    steps.step("Terraform: validation", || provider.terraform(&module, "validate").run())?;
    steps.step("Terraform: tests", || provider.terraform(&module, "test").run())?;
    let Some(stub) = Provider::stub() else {
        steps.skip(
            "Terraform: apply and destroy",
            "it takes an AWS account, or the stub that ELBM_TERRAFORM_PROVIDER_STUB names",
        );
        return Ok(());
    };
    steps.step("Terraform: apply, nothing more to change, destroy", || trial::run(&module, &stub))
}
