//! Clients in other languages, by openapi-generator, under target/clients.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::commands::generate::generator;
use crate::node::{self, TYPESCRIPT};
use crate::process::Process;
use crate::python::Tool;
use crate::service::Service;
use crate::steps::Steps;
use crate::workspace::{self, CONTRACT};

/// The generator with a Java of its own, and what the Python client stands on.
pub(crate) const CLIENTS: Tool = Tool { name: "clients", requirements: include_str!("../requirements-clients.txt") };

/// Those that are made where none is named; each is tested.
pub(crate) const USUAL: [&str; 2] = ["python", "typescript"];

/// Makes the clients of these languages anew, and returns their folders.
///
/// # Errors
/// Where the generator is not to be had, does not know a language, or fails.
pub(crate) fn make(languages: &[impl AsRef<str>]) -> anyhow::Result<Vec<PathBuf>> {
    let programs = CLIENTS.installed()?;
    let folder = workspace::target().join("clients");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let document = folder.join("contract.json");
    let older = generator().words("older").args([CONTRACT]).read()?;
    fs::write(&document, older).with_context(|| format!("cannot write {}", document.display()))?;
    let make_one = |language: &str| {
        let client = folder.join(language);
        if client.exists() {
            fs::remove_dir_all(&client).with_context(|| format!("cannot remove {}", client.display()))?;
        }
        generation(&programs, &document, language, &client).run()?;
        Ok(client)
    };
    languages.iter().map(|language| make_one(language.as_ref())).collect()
}

/// The steps that hold the usual clients against the running service.
///
/// # Errors
/// Where a client cannot be made or built, or does not do what its check says.
pub(crate) fn test(steps: &mut Steps) -> anyhow::Result<()> {
    steps.step("Python client on the service", || {
        let folder = made("python")?;
        with_service(python(&CLIENTS.installed()?, &folder))
    })?;
    if !node::is_there() {
        steps.skip("TypeScript client on the service", "it needs node and npm, and they are not on this machine");
        return Ok(());
    }
    steps.step("TypeScript client on the service", || {
        let folder = made("typescript")?;
        let check = folder.join("check.ts");
        fs::copy(workspace::root().join("xtask/clients/typescript.ts"), &check)
            .with_context(|| format!("cannot write {}", check.display()))?;
        compilation(&TYPESCRIPT.installed()?, &folder).run()?;
        with_service(Process::new("node").args([folder.join("built/check.js").display().to_string()]))
    })
}

fn made(language: &str) -> anyhow::Result<PathBuf> {
    make(&[language])?.pop().context("one client")
}

/// Runs a check on a service of its own.
fn with_service(check: Process) -> anyhow::Result<()> {
    let service = Service::start()?;
    check.env("ELBM_TEST_URL", service.url()).env("ELBM_TEST_TOKEN", service.token()).run()
}

/// A language goes by the name of openapi-generator; of several generators for one, the one that stands on nothing else.
fn generation(programs: &Path, document: &Path, language: &str, client: &Path) -> Process {
    let name = if language == "typescript" { "typescript-fetch" } else { language };
    Process::new(programs.join("openapi-generator-cli").display().to_string())
        .args(["generate", "--input-spec"])
        .args([document.display().to_string()])
        .args(["--generator-name", name, "--output"])
        .args([client.display().to_string()])
        .words("--additional-properties packageName=elbm_client,hideGenerationTimestamp=true")
        // It tells every file that it writes otherwise.
        .env("JAVA_OPTS", "-Dlog.level=error")
}

/// Python with the client, leaving no compiled modules beside it.
fn python(programs: &Path, client: &Path) -> Process {
    Process::new(programs.join("python").display().to_string())
        .words("-B xtask/clients/python.py")
        .env("PYTHONPATH", client.display().to_string())
}

fn compilation(programs: &Path, client: &Path) -> Process {
    Process::new(programs.join("tsc").display().to_string())
        .words("--strict --target es2022 --lib es2022,dom --module commonjs --outDir")
        .args([client.join("built"), client.join("check.ts")].map(|path| path.display().to_string()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{compilation, generation, python};

    #[test]
    fn a_language_goes_by_the_name_of_its_generator() {
        for (language, name) in [("python", "python"), ("typescript", "typescript-fetch"), ("go", "go")] {
            let process = generation(Path::new("bin"), Path::new("c.json"), language, Path::new("out")).to_string();
            let expected = format!("generate --input-spec c.json --generator-name {name} --output out ");
            assert!(process.contains(&expected), "{process}");
        }
    }

    #[test]
    fn each_check_uses_the_client_that_was_made() {
        let process = python(Path::new("bin"), Path::new("target/clients/python")).to_string();
        assert_eq!(process, "PYTHONPATH=target/clients/python bin/python -B xtask/clients/python.py");
        let process = compilation(Path::new("bin"), Path::new("out")).to_string();
        assert!(
            process.starts_with("bin/tsc --strict ") && process.ends_with(" --outDir out/built out/check.ts"),
            "{process}"
        );
    }
}
