//! Tests of what is shipped: the release build measured, in an image, in a registry, deployed by the commands that users call.

mod container;
mod deploy;
mod engine;
mod image;
mod registry;
mod sandbox;

use crate::commands::bench::{self, Bench};
use crate::image::artifact;
use crate::mode::Mode;
use crate::provider_stub;
use crate::steps::Steps;
use crate::terraform;
use engine::Engine;
use registry::Registry;
use sandbox::Sandbox;

/// Runs every test that the machine at hand has the means for, and says which it has not.
///
/// # Errors
/// Those of the tests, with the names of their steps.
pub(crate) fn test(steps: &mut Steps) -> anyhow::Result<()> {
    const BENCHMARK: &str = "benchmark, briefly";
    const REGISTRY: &str = "image in a registry";
    const DEPLOY: &str = "deploy, nothing more to change, destroy";
    if !cfg!(target_os = "linux") {
        steps.skip(
            &format!("release build; {BENCHMARK}; image; {REGISTRY}; {DEPLOY}"),
            "a program for the image is built on Linux",
        );
        return Ok(());
    }
    let release = steps.step("release build", || artifact::built_with(&[bench::PROGRAM], Mode::default()))?;
    let program = release.join(artifact::PROGRAM);
    steps.step(BENCHMARK, || Bench::brief().run())?;
    let engine = match steps.step("docker engine", Engine::found)? {
        Ok(engine) => engine,
        Err(why) => {
            steps.skip(&format!("image; {REGISTRY}; {DEPLOY}"), &why);
            return Ok(());
        }
    };
    let registry = steps.step("docker registry", Registry::found)?;
    let address = registry.as_ref().map_or("localhost".to_owned(), |registry| registry.address().to_string());
    let sandbox = Sandbox::new(&format!("{address}/elb-instance-manager"), &engine, &program)?;
    steps.step("image", || image::run(&sandbox))?;
    if let Err(why) = &registry {
        steps.skip(&format!("{REGISTRY}; {DEPLOY}"), why);
        return Ok(());
    }
    steps.step(REGISTRY, || registry::run(&sandbox))?;
    if terraform::version().attempt().is_err() {
        steps.skip(DEPLOY, &format!("terraform is not there: {}", terraform::REMEDY));
        return Ok(());
    }
    let Some(stub) = provider_stub::program() else {
        steps.skip(DEPLOY, &format!("it takes an AWS account, or a stub: {}", provider_stub::MISSING));
        return Ok(());
    };
    steps.step(DEPLOY, || deploy::run(&sandbox, &stub))
}
