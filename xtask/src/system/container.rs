//! The image, run as a deployment runs it: not as root, on a read-only file system, without any capability.

use std::fs::{self, Permissions};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};

use super::sandbox::Sandbox;
use crate::process::Process;
use crate::wait;

/// Where the image looks for the credentials file.
const CREDENTIALS: &str = "/run/elb-instance-manager/credentials.json";

/// The longest time that the service may take to stop while nobody calls it.
const STOPPING: Duration = Duration::from_secs(2);

/// A running container on the simulator. It ends with the value.
#[derive(Debug)]
pub(super) struct Container<'a> {
    sandbox: &'a Sandbox<'a>,
    name: String,
    token: String,
}

impl<'a> Container<'a> {
    /// Starts it and waits until docker finds it healthy.
    ///
    /// # Errors
    /// Where it does not start or does not become healthy.
    pub(super) fn start(sandbox: &'a Sandbox<'a>, image: &str) -> anyhow::Result<Self> {
        let credentials = sandbox.folder().join("credentials.json");
        if credentials.exists() {
            fs::remove_file(&credentials).context("cannot remove the credentials of an earlier run")?;
        }
        let token = Process::new(sandbox.program().display().to_string())
            .words("credentials add --name test --role operator --token --file")
            .args([credentials.display().to_string()])
            .read()?;
        let token = String::from_utf8(token).context("the token is not text")?.trim().to_owned();
        // The container's user is nobody of this machine.
        fs::set_permissions(&credentials, Permissions::from_mode(0o644))
            .context("cannot open the credentials to all")?;

        let name = format!("elb-instance-manager-test-{}", std::process::id());
        let volume = format!("{}:{CREDENTIALS}:ro", credentials.display());
        let container = Self { sandbox, name, token };
        container.docker(&run(&container.name, &volume, image)).run()?;
        container.wait_until_healthy()?;
        Ok(container)
    }

    fn wait_until_healthy(&self) -> anyhow::Result<()> {
        wait::until("the container is healthy", || {
            match self.inspect("{{.State.Status}}/{{.State.Health.Status}}")?.as_str() {
                "running/healthy" => Ok(Some(())),
                "running/starting" => Ok(None),
                other => {
                    bail!("the container is {other}: {}", self.docker(&format!("logs {}", self.name)).attempt()?.said)
                }
            }
        })?;
        eprintln!("healthy, by the image's own check");
        Ok(())
    }

    /// The status line of the answer to a request, with the token or without.
    ///
    /// # Errors
    /// Where there is no answer.
    pub(super) fn get(&self, path: &str, authorized: bool) -> anyhow::Result<String> {
        let published = self.docker(&format!("port {} 80/tcp", self.name)).attempt()?.said;
        let address = published.lines().next().context("the port is not published")?.trim();
        let mut stream = TcpStream::connect(address).with_context(|| format!("cannot reach {address}"))?;
        let header = if authorized { format!("Authorization: Bearer {}\r\n", self.token) } else { String::new() };
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\n{header}Connection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).context("the answer is cut off")?;
        Ok(answer.lines().next().unwrap_or_default().to_owned())
    }

    /// Stops it, and holds the time that docker saw it take against the bound.
    ///
    /// # Errors
    /// Where it had to be killed, or took longer.
    pub(super) fn stop(self) -> anyhow::Result<Duration> {
        self.docker(&format!("stop {}", self.name)).run()?;
        let code = self.inspect("{{.State.ExitCode}}")?;
        ensure!(code == "0", "SIGTERM does not end the service as it should: exit code {code}");
        // By its id: docker also remembers containers that had the name before.
        let events = self.docker(&events(&self.inspect("{{.Id}}")?)).args(["--format", "{{.Action}} {{.TimeNano}}"]);
        // It leaves out what happened in this second.
        let took = wait::until("docker tells when it stopped", || Ok(between(&events.attempt()?.said)))?;
        ensure!(took < STOPPING, "the service took {took:?} to stop, {STOPPING:?} is the longest");
        Ok(took)
    }

    /// What docker knows of it.
    ///
    /// # Errors
    /// Where docker does not know it.
    pub(super) fn inspect(&self, format: &str) -> anyhow::Result<String> {
        let attempt = self.docker("inspect").args(["--format", format, &self.name]).attempt()?;
        ensure!(attempt.succeeded, "docker inspect: {}", attempt.said);
        Ok(attempt.said.trim().to_owned())
    }

    fn docker(&self, words: &str) -> Process {
        self.sandbox.engine().docker(words)
    }
}

impl Drop for Container<'_> {
    fn drop(&mut self) {
        // Where it did not even start, there is none.
        let _ = self.docker(&format!("rm --force {}", self.name)).attempt();
    }
}

fn run(name: &str, volume: &str, image: &str) -> String {
    format!(
        "run --detach --name {name} --read-only --cap-drop ALL --security-opt no-new-privileges --publish 127.0.0.1::80 --volume \
         {volume} --health-interval 1s {image} --simulate"
    )
}

fn events(id: &str) -> String {
    format!("events --since 1m --until 0s --filter container={id} --filter event=kill --filter event=die")
}

/// The time from the signal to the end, as docker has noted them in nanoseconds.
fn between(events: &str) -> Option<Duration> {
    let at = |action: &str| {
        let line = events.lines().find_map(|line| line.strip_prefix(action))?;
        line.trim().parse::<u64>().ok()
    };
    Some(Duration::from_nanos(at("die")?.checked_sub(at("kill")?)?))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    #[test]
    fn reads_the_time_that_docker_saw_it_take() {
        let events = "kill 1700000000100000000\ndie 1700000000350000000\n";
        assert_eq!(super::between(events), Some(Duration::from_millis(250)));
        assert_eq!(super::between("kill 1700000000100000000\n"), None);
    }
}
