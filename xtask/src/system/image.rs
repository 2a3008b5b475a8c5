//! The image, built by `build-image`: its size, its settings, and what it does.

use std::fs;

use anyhow::{Context as _, ensure};

use super::container::Container;
use super::sandbox::Sandbox;
use crate::image::artifact;

/// The largest that the image may be, in bytes.
const LARGEST: u64 = 30_000_000;

/// Builds it and holds it against what is said of it.
///
/// # Errors
/// What is not so.
pub(super) fn run(sandbox: &Sandbox<'_>) -> anyhow::Result<()> {
    sandbox.shipping("build-image")?.run()?;
    let image = sandbox.image()?;
    size(sandbox, &image)?;
    authorities(sandbox, &image)?;
    alone(sandbox, &image)?;
    works(sandbox, &image)
}

/// Runs it as a deployment does, calls it, and stops it.
///
/// # Errors
/// What is not as it should be.
pub(super) fn works(sandbox: &Sandbox<'_>, image: &str) -> anyhow::Result<()> {
    let container = Container::start(sandbox, image)?;
    for (setting, expected) in [
        ("{{.Config.User}}", "65532:65532"),
        ("{{.HostConfig.ReadonlyRootfs}}", "true"),
        ("{{index .Config.Labels \"org.opencontainers.image.version\"}}", &sandbox.version()?),
    ] {
        let found = container.inspect(setting)?;
        ensure!(found == expected, "{setting} is {found}, expected {expected}");
    }
    for (authorized, status) in [(true, "HTTP/1.1 200 OK"), (false, "HTTP/1.1 401 Unauthorized")] {
        let answer = container.get("/elb/default-alb", authorized)?;
        ensure!(answer == status, "the service answers {answer}, expected {status}");
    }
    eprintln!("stopped by SIGTERM in {:?}", container.stop()?);
    Ok(())
}

fn size(sandbox: &Sandbox<'_>, image: &str) -> anyhow::Result<()> {
    let size = sandbox.engine().docker("image inspect --format {{.Size}}").args([image]).read()?;
    let size = String::from_utf8_lossy(&size).trim().parse::<u64>().context("docker does not tell the size")?;
    eprintln!("{size} bytes unpacked");
    ensure!(size <= LARGEST, "the image is larger than {LARGEST} bytes");
    Ok(())
}

/// The CA bundle must be where TLS looks for it: without, every call to AWS fails.
fn authorities(sandbox: &Sandbox<'_>, image: &str) -> anyhow::Result<()> {
    let copy = sandbox.folder().join("authorities.crt");
    let container = String::from_utf8(sandbox.engine().docker("create").args([image]).read()?)?;
    let from = format!("{}:/etc/ssl/certs/ca-certificates.crt", container.trim());
    let copied = sandbox.engine().docker("cp").args([from, copy.display().to_string()]).run();
    sandbox.engine().docker("rm").args([container.trim()]).run()?;
    copied?;
    let bundle = artifact::bundle().context("this machine has no CA bundle")?;
    ensure!(fs::read(copy)? == fs::read(bundle)?, "the image has another CA bundle than {}", bundle.display());
    Ok(())
}

/// Run without credentials, it must say what to do.
fn alone(sandbox: &Sandbox<'_>, image: &str) -> anyhow::Result<()> {
    let process = sandbox.engine().docker("run --rm").args([image, "--simulate"]);
    process.echo();
    let attempt = process.attempt()?;
    ensure!(!attempt.succeeded, "without credentials the service must not start");
    eprint!("{}", attempt.said);
    for sentence in ["/run/elb-instance-manager/credentials.json", "`elb-instance-manager credentials add`", "mounted"]
    {
        ensure!(attempt.said.contains(sentence), "without credentials it does not say {sentence}");
    }
    Ok(())
}
