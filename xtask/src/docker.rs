//! Docker: whether it is there, and the arguments of its commands.

use std::path::Path;

use anyhow::{Context as _, ensure};

use crate::process::Process;
use crate::version::Version;

/// The oldest that will do: from 20.10 on, a container may listen on port 80 without being root.
pub(crate) const OLDEST: Version = Version::new(20, 10, 0);

/// How to get it.
pub(crate) const REMEDY: &str = "Debian: `apt-get install docker.io`, or https://docs.docker.com/get-docker";

/// What to do where its engine does not answer.
pub(crate) const ENGINE_REMEDY: &str = "start it (Linux, as root: `systemctl start docker`; macOS and Windows: Docker \
                                        Desktop), or name its socket in DOCKER_HOST; you need the right to use it";

/// Asks for the version of the command line.
pub(crate) fn client() -> Process {
    Process::new("docker").words("--version")
}

/// Asks for the version of the engine, which must answer.
pub(crate) fn engine() -> Process {
    Process::new("docker").words("version --format").args(["{{.Server.Version}}"])
}

/// Makes sure that there is an engine that will do.
///
/// # Errors
/// Where docker is missing or too old or its engine does not answer, with what to do.
pub(crate) fn ready() -> anyhow::Result<()> {
    client().read().with_context(|| format!("nothing was changed; docker is needed ({REMEDY})"))?;
    let output = engine()
        .read()
        .with_context(|| format!("nothing was changed; the engine of docker does not answer: {ENGINE_REMEDY}"))?;
    let output = String::from_utf8_lossy(&output);
    ensure!(
        Version::printed(&output).is_some_and(|version| version >= OLDEST),
        "nothing was changed; docker {OLDEST} or later is needed, this is {} ({REMEDY})",
        output.trim()
    );
    Ok(())
}

/// Builds an image from a Dockerfile and a folder, under these names.
pub(crate) fn build(file: &str, folder: &Path, names: &[String], settings: &[(&str, String)]) -> Process {
    Process::new("docker")
        .words("build --file")
        .args([file])
        .args(settings.iter().flat_map(|(name, value)| ["--build-arg".to_owned(), format!("{name}={value}")]))
        .args(names.iter().flat_map(|name| ["--tag", name]))
        .args([folder.display().to_string()])
        // They hold the time of the build, and so would make another image each time.
        .env("BUILDX_NO_DEFAULT_ATTESTATIONS", "1")
}

/// Asks the program of an image for its version.
pub(crate) fn version(image: &str) -> Process {
    Process::new("docker").words("run --rm --read-only --network none").args([image, "--version"])
}

/// Pushes an image to its registry.
pub(crate) fn push(image: &str) -> Process {
    Process::new("docker").args(["push", image])
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{build, client, engine, push, version};

    #[test]
    fn says_what_it_runs() {
        let names = ["a/b:0.1.0".to_owned(), "a/b:latest".to_owned()];
        let settings = [("VERSION", "0.1.0".to_owned()), ("REVISION", "abc".to_owned())];
        for (process, command) in [
            (client(), "docker --version"),
            (engine(), "docker version --format '{{.Server.Version}}'"),
            (
                build("docker/Dockerfile", Path::new("target/image"), &names, &settings),
                "BUILDX_NO_DEFAULT_ATTESTATIONS=1 docker build --file docker/Dockerfile --build-arg VERSION=0.1.0 --build-arg \
                 REVISION=abc --tag a/b:0.1.0 --tag a/b:latest target/image",
            ),
            (version("a/b:0.1.0"), "docker run --rm --read-only --network none a/b:0.1.0 --version"),
            (push("a/b:latest"), "docker push a/b:latest"),
        ] {
            assert_eq!(process.to_string(), command);
        }
    }
}
