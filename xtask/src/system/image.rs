//! The image, built by `build-image`: its size, its settings, and what it does.

use anyhow::{Context as _, ensure};

use super::container::Container;
use super::sandbox::Sandbox;

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
    alone(sandbox, &image)?;
    works(sandbox, &image)
}

/// Runs it as a deployment does, calls it, and stops it.
///
/// # Errors
/// What is not as it should be.
pub(super) fn works(sandbox: &Sandbox<'_>, image: &str) -> anyhow::Result<()> {
    let container = Container::start(sandbox, image)?;
    let user = container.inspect("{{.Config.User}} {{.HostConfig.ReadonlyRootfs}}")?;
    ensure!(user == "65532:65532 true", "user and read-only file system are {user}");
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
