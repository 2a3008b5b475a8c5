//! The web page: `crates/server/page`, TypeScript that is bundled into the files that the server has in it. They are committed, so that
//! cargo alone builds the server.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::chromium;
use crate::node;
use crate::process::Process;
use crate::service;
use crate::stamp;
use crate::steps::Steps;
use crate::workspace;

/// Its sources, from the root.
const FOLDER: &str = "crates/server/page";

/// Where what is not committed goes: beside the packages, where node finds them.
const SCRATCH: &str = ".page";

/// Builds what the server has in it, and says that it did.
///
/// # Errors
/// Where npm or a package is not to be had, or the sources have errors.
pub(crate) fn build() -> anyhow::Result<()> {
    let built = folder().join("built");
    checked_into(&built)?;
    eprintln!("built {}", built.display());
    Ok(())
}

/// Builds it elsewhere, and compares.
///
/// # Errors
/// Those of [`build`], and where what is committed is not what the sources make.
pub(crate) fn check() -> anyhow::Result<()> {
    let fresh = packages().join(SCRATCH).join("built");
    checked_into(&fresh)?;
    let (committed, fresh) = (files(&folder().join("built"))?, files(&fresh)?);
    let stale = differing(&committed, &fresh);
    if !stale.is_empty() {
        bail!("{FOLDER}/built is not what its sources make ({}); run `cargo xtask page`", stale.join(", "));
    }
    eprintln!("{FOLDER}/built is what its sources make");
    Ok(())
}

/// The steps that need no browser.
///
/// # Errors
/// Where the page is not built from its sources, or does not do what its tests say.
pub(crate) fn test(steps: &mut Steps) -> anyhow::Result<()> {
    if !node::is_there() {
        steps.skip("web page: types, freshness, unit tests", "it needs node and npm, and they are not on this machine");
        return Ok(());
    }
    steps.step("web page: types, freshness", check)?;
    steps.step("web page: unit tests", || runner(&bundled("unit")?).run())
}

/// The step in a real browser.
///
/// # Errors
/// Where no browser is to be had, or the page or Swagger UI do not do in it what the tests say.
pub(crate) fn test_in_browser(steps: &mut Steps) -> anyhow::Result<()> {
    const NAME: &str = "web page and Swagger UI in Chromium";
    if !node::is_there() {
        steps.skip(NAME, "it needs node and npm, and they are not on this machine");
        return Ok(());
    }
    steps.step(NAME, || {
        installed()?;
        types().run()?;
        in_browser(runner(&bundled("browser")?))?.run()
    })
}

/// Draws the README's pictures anew, from the running page and the running command line.
///
/// # Errors
/// Where no browser is to be had, or what is to be shown does not come up.
pub(crate) fn pictures() -> anyhow::Result<()> {
    installed()?;
    types().run()?;
    Process::cargo().words("build --quiet --bin elbm").run()?;
    let script = bundled("pictures")?.pop().context("one script")?;
    let pictures = workspace::root().join("docs/pictures").display().to_string();
    let draw = Process::new("node").args([script, pictures]);
    in_browser(draw)?.env("ELBM_TEST_ELBM", program("elbm")).run()
}

/// Types, then the page, into this folder.
fn checked_into(built: &Path) -> anyhow::Result<()> {
    installed()?;
    types().run()?;
    Process::new(programs().join("tsc").display().to_string()).words("--project").args([FOLDER]).run()?;
    builder().words("page").args([built.display().to_string()]).run()
}

/// The packages of the lock file, installed where they are not yet.
fn installed() -> anyhow::Result<()> {
    let lock = folder().join("package-lock.json");
    let wanted = fs::read_to_string(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    stamp::once(&packages().join(".installed"), &wanted, || {
        installation().run().context("node and npm are needed; `cargo xtask doctor` tells how to get them")
    })
}

fn installation() -> Process {
    Process::new("npm").words("ci --silent --prefix").args([FOLDER])
}

/// The types of the contract.
fn types() -> Process {
    builder().words("types")
}

fn builder() -> Process {
    Process::new("node").args([format!("{FOLDER}/build.mjs")])
}

/// The scripts of a kind of tests, bundled for node.
fn bundled(kind: &str) -> anyhow::Result<Vec<String>> {
    let folder = packages().join(SCRATCH).join(kind);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    builder().args(["tests", kind]).args([folder.display().to_string()]).run()?;
    Ok(files(&folder)?.into_keys().map(|name| folder.join(name).display().to_string()).collect())
}

/// Browsers are large: one test file at a time.
fn runner(scripts: &[String]) -> Process {
    Process::new("node")
        .words("--test --test-concurrency=1 --test-reporter=spec")
        .args(scripts.iter().map(String::as_str))
}

/// With a browser, and the service and the simulator to start.
fn in_browser(process: Process) -> anyhow::Result<Process> {
    let browser = chromium::installed()?;
    service::build().run()?;
    Ok(process
        .env("ELBM_TEST_CHROMIUM", browser.display().to_string())
        .env("ELBM_TEST_SERVICE", program("elb-instance-manager")))
}

fn program(name: &str) -> String {
    workspace::target().join("debug").join(name).display().to_string()
}

fn folder() -> PathBuf {
    workspace::root().join(FOLDER)
}

fn programs() -> PathBuf {
    packages().join(".bin")
}

/// What npm installs there.
pub(crate) fn packages() -> PathBuf {
    folder().join("node_modules")
}

/// What is in the files of a folder, by their names.
fn files(folder: &Path) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let read = || {
        fs::read_dir(folder)?
            .map(|entry| {
                let entry = entry?;
                Ok((entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?))
            })
            .collect::<std::io::Result<_>>()
    };
    read().with_context(|| format!("cannot read {}", folder.display()))
}

/// The names of the files that are not the same on both sides.
fn differing<'a>(one: &'a BTreeMap<String, Vec<u8>>, other: &'a BTreeMap<String, Vec<u8>>) -> Vec<&'a str> {
    let names: BTreeSet<_> = one.keys().chain(other.keys()).collect();
    names.into_iter().filter(|name| one.get(*name) != other.get(*name)).map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{differing, installation, runner};

    #[test]
    fn packages_are_those_of_the_lock_file() {
        assert_eq!(installation().to_string(), "npm ci --silent --prefix crates/server/page");
    }

    #[test]
    fn test_files_run_one_at_a_time() {
        let process = runner(&["a.mjs".to_owned(), "b.mjs".to_owned()]).to_string();
        assert_eq!(process, "node --test --test-concurrency=1 --test-reporter=spec a.mjs b.mjs");
    }

    #[test]
    fn what_is_missing_new_or_changed_differs() {
        let files = |files: &[(&str, &str)]| -> BTreeMap<String, Vec<u8>> {
            files.iter().map(|(name, content)| ((*name).to_owned(), content.as_bytes().to_vec())).collect()
        };
        let committed = files(&[("app.css", "a"), ("app.js", "b"), ("old.js", "c")]);
        let fresh = files(&[("app.css", "a"), ("app.js", "B"), ("new.js", "d")]);
        assert_eq!(differing(&committed, &fresh), ["app.js", "new.js", "old.js"]);
        assert!(differing(&fresh, &fresh).is_empty());
    }
}
