//! A docker registry: the image is pushed to it and comes back the same.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context as _, ensure};
use serde::Deserialize;

use super::image;
use super::sandbox::Sandbox;
use crate::debian;
use crate::process::Process;
use crate::server::{Server, free_port};
use crate::workspace;

/// The largest that the image may be in a registry, in bytes: compressed, as it is downloaded.
const LARGEST: u64 = 12_500_000;

/// A running registry. It ends with the value.
#[derive(Debug)]
pub(super) struct Registry {
    server: Server,
}

impl Registry {
    /// Starts one, or says why there is none.
    ///
    /// # Errors
    /// Where one is installed and does not start.
    pub(super) fn found() -> anyhow::Result<Result<Self, String>> {
        if Process::new("docker-registry").words("--version").attempt().is_err() {
            if !debian::is_root() {
                return Ok(Err(
                    "docker-registry is not installed; Debian: `apt-get install docker-registry`".to_owned()
                ));
            }
            if let Err(error) = debian::install(&["docker-registry"]) {
                return Ok(Err(format!("docker-registry could not be installed: {error:#}")));
            }
        }
        let folder = workspace::target().join("registry");
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
        }
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let port = free_port()?;
        let configuration = folder.join("config.yml");
        fs::write(&configuration, settings(&folder.join("data"), port))
            .context("cannot write the registry's settings")?;
        let log = File::create(folder.join("log")).context("cannot write the registry's log")?;
        let process = Process::new("docker-registry").words("serve").args([configuration.display().to_string()]);
        Ok(Ok(Self { server: Server::start(&process, port, log.into())? }))
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.server.address()
    }
}

fn settings(data: &Path, port: u16) -> String {
    let settings = serde_json::json!({
        "version": 0.1,
        "storage": {"filesystem": {"rootdirectory": data}},
        "http": {"addr": format!("127.0.0.1:{port}")},
    });
    // JSON is YAML.
    settings.to_string()
}

/// A manifest, as far as it is of interest.
#[derive(Deserialize)]
struct Manifest {
    layers: Vec<Layer>,
}

#[derive(Deserialize)]
struct Layer {
    /// In bytes, compressed.
    size: u64,
}

/// Releases the image, removes it, pulls it and runs it; and sees a registry that is not there reported.
///
/// # Errors
/// What is not as it should be.
pub(super) fn run(sandbox: &Sandbox<'_>) -> anyhow::Result<()> {
    sandbox.shipping("release")?.run()?;
    let name = sandbox.image()?;
    let manifest = sandbox.engine().docker("manifest inspect --insecure").args([&name]).read()?;
    let manifest: Manifest = serde_json::from_slice(&manifest).context("the manifest is not one of an image")?;
    let size: u64 = manifest.layers.iter().map(|layer| layer.size).sum();
    eprintln!("{size} bytes compressed");
    ensure!(size <= LARGEST, "the image is larger than {LARGEST} bytes in the registry");

    pulled_back(sandbox, &name)?;
    image::works(sandbox, &name)?;
    refused(sandbox)
}

/// Removes the image from the engine, and pulls it.
///
/// # Errors
/// Where it does not come back.
pub(super) fn pulled_back(sandbox: &Sandbox<'_>, name: &str) -> anyhow::Result<()> {
    sandbox.engine().docker("image rm --force").args(sandbox.names(sandbox.repository())?).run()?;
    let inspect = sandbox.engine().docker("image inspect").args([name]);
    ensure!(!inspect.attempt()?.succeeded, "the image is still in the engine");
    sandbox.engine().docker("pull --quiet").args([name]).run()
}

/// A registry that does not take the image must be reported with what to do.
fn refused(sandbox: &Sandbox<'_>) -> anyhow::Result<()> {
    let nobody = format!("127.0.0.1:{}", free_port()?);
    let repository = format!("{nobody}/elb-instance-manager");
    sandbox.configure(&repository)?;
    let release = sandbox.shipping("release")?;
    release.echo();
    let attempt = release.attempt()?;
    sandbox.configure(sandbox.repository())?;
    ensure!(!attempt.succeeded, "a registry that does not answer must not be a success");
    for sentence in [format!("`docker login {nobody}`"), "exit status: 1".to_owned()] {
        ensure!(attempt.said.contains(&sentence), "a refused push is not reported with {sentence}:\n{}", attempt.said);
    }
    sandbox.engine().docker("image rm --force").args(sandbox.names(&repository)?).run()
}
