//! The image: built, tried, pushed.

pub(crate) mod artifact;

use std::path::PathBuf;

use anyhow::{Context as _, ensure};

use crate::config::{Architecture, Config};
use crate::docker;
use crate::mode::Mode;
use crate::process::Process;
use crate::version::Version;
use crate::workspace;

/// For a program that was built on the host.
const HOST_BUILT: &str = "docker/Dockerfile";
/// For hosts that do not build Linux programs.
const MULTI_STAGE: &str = "docker/multi-stage.Dockerfile";

/// How the program gets into the image.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Origin {
    /// Takes this program, static and built for Linux, instead of building one
    #[arg(long, value_name = "FILE", conflicts_with = "multi_stage")]
    binary: Option<PathBuf>,
    /// Builds inside the docker engine, as is done on hosts other than Linux; pulls an image with Rust
    #[arg(long)]
    multi_stage: bool,
}

impl Origin {
    fn inside_the_engine(&self) -> bool {
        self.multi_stage || (self.binary.is_none() && !cfg!(target_os = "linux"))
    }
}

/// The image of one version.
#[derive(Debug)]
pub(crate) struct Image {
    repository: String,
    version: Version,
    architecture: Architecture,
    origin: Origin,
}

impl Image {
    /// The image that the configuration names.
    ///
    /// # Errors
    /// Where it names none, or one that cannot be built on this machine in this way.
    pub(crate) fn new(config: &Config, version: Version, origin: Origin) -> anyhow::Result<Self> {
        let repository = config.image()?.to_owned();
        let architecture = config.architecture.unwrap_or_default();
        if let Some(program) = &origin.binary {
            ensure!(program.is_file(), "nothing was changed; there is no file {}", program.display());
        } else {
            ensure!(
                origin.inside_the_engine() || Architecture::host() == Some(architecture),
                "nothing was changed; this machine builds for {}, and config.json says architecture {}: change it, or add \
                 --multi-stage",
                std::env::consts::ARCH,
                architecture.name(),
            );
        }
        Ok(Self { repository, version, architecture, origin })
    }

    /// Its names: with the version, and as the latest.
    fn names(&self) -> [String; 2] {
        [format!("{}:{}", self.repository, self.version), format!("{}:latest", self.repository)]
    }

    /// Builds it, and sees that its program runs and is of this version.
    ///
    /// # Errors
    /// Where the program or the image cannot be built, or is not the one that is wanted.
    pub(crate) fn build(&self, mode: Mode) -> anyhow::Result<()> {
        let names = self.names();
        let settings = [("VERSION", self.version.to_string()), ("REVISION", revision())];
        let build = if self.origin.inside_the_engine() {
            if mode.acts() {
                eprintln!("waits for the release build inside the engine: a quarter of an hour and more");
            }
            docker::build(MULTI_STAGE, workspace::root(), &names, &settings)
                .args(["--platform", self.architecture.platform()])
        } else {
            let program = self.origin.binary.clone().map_or_else(|| artifact::built(mode), Ok)?;
            docker::build(HOST_BUILT, &artifact::laid_out(&program, mode)?, &names, &settings)
        };
        mode.run(&build)?;
        self.try_out(mode)
    }

    fn try_out(&self, mode: Mode) -> anyhow::Result<()> {
        let [name, _] = self.names();
        let probe = docker::version(&name);
        if !mode.acts() {
            probe.echo();
            return Ok(());
        }
        let output = probe.read().context("the program of the image does not run; it must be static, and for Linux")?;
        let said = String::from_utf8_lossy(&output);
        ensure!(
            Version::printed(&said) == Some(self.version),
            "the program of the image is another version than {}: {}",
            self.version,
            said.trim()
        );
        eprintln!("built {name}");
        Ok(())
    }

    /// Pushes it under both names.
    ///
    /// # Errors
    /// Where the registry does not take it.
    pub(crate) fn push(&self, mode: Mode) -> anyhow::Result<()> {
        for name in self.names() {
            mode.run(&docker::push(&name)).with_context(|| {
                format!(
                    "the registry did not take {name}, its words are above; where it wants to know who you are: `docker \
                     login{}`",
                    self.registry().map(|host| format!(" {host}")).unwrap_or_default()
                )
            })?;
        }
        Ok(())
    }

    /// The host of the registry; none where it is docker's own.
    fn registry(&self) -> Option<&str> {
        let (host, _) = self.repository.split_once('/')?;
        (host.contains(['.', ':']) || host == "localhost").then_some(host)
    }
}

impl Architecture {
    /// AWS's name for it.
    fn name(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        }
    }

    /// Docker's name for Linux on it.
    fn platform(self) -> &'static str {
        match self {
            Self::X86_64 => "linux/amd64",
            Self::Arm64 => "linux/arm64",
        }
    }

    /// That of this machine, if AWS has it.
    pub(crate) fn host() -> Option<Self> {
        match std::env::consts::ARCH {
            "x86_64" => Some(Self::X86_64),
            "aarch64" => Some(Self::Arm64),
            _ => None,
        }
    }
}

/// The commit of the checkout, or that there is none.
fn revision() -> String {
    let output = Process::new("git").words("rev-parse HEAD").read();
    output.map_or_else(|_| "unknown".to_owned(), |output| String::from_utf8_lossy(&output).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Architecture, HOST_BUILT, Image, MULTI_STAGE, Origin};
    use crate::version::Version;
    use crate::workspace;

    fn image(repository: &str) -> Image {
        let repository = repository.to_owned();
        Image {
            repository,
            version: Version::new(0, 1, 0),
            architecture: Architecture::X86_64,
            origin: Origin::default(),
        }
    }

    fn dockerfile(path: &str) -> String {
        fs::read_to_string(workspace::root().join(path)).expect(path)
    }

    #[test]
    fn has_the_version_and_the_latest_as_names() {
        assert_eq!(image("h:1/a/b").names(), ["h:1/a/b:0.1.0", "h:1/a/b:latest"]);
    }

    #[test]
    fn knows_its_registry() {
        for (repository, registry) in [
            ("a/b", None),
            ("b", None),
            ("127.0.0.1:5001/b", Some("127.0.0.1:5001")),
            ("localhost/b", Some("localhost")),
        ] {
            assert_eq!(image(repository).registry(), registry);
        }
    }

    #[test]
    fn both_ways_lead_to_the_same_image() {
        let last = |path: &str| {
            let text = dockerfile(path);
            text.find("FROM scratch").map(|at| text[at..].to_owned()).expect("a last stage")
        };
        assert_eq!(last(MULTI_STAGE).replace("--from=build /image/", ""), last(HOST_BUILT));
    }

    #[test]
    fn the_rust_of_the_engine_is_new_enough() {
        let text = dockerfile(MULTI_STAGE);
        let (_, rust) = text.split_once("FROM rust:").expect("a stage with Rust");
        let needed: Version = env!("CARGO_PKG_RUST_VERSION").parse().expect("a version");
        assert!(Version::printed(rust).is_some_and(|version| version >= needed), "{rust}");
    }
}
