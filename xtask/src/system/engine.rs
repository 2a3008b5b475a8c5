//! A docker engine: the one of the machine, else one that is started for the tests.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Stdio};

use anyhow::{Context as _, bail};

use crate::debian;
use crate::docker;
use crate::process::Process;
use crate::wait;
use crate::workspace;

/// An engine. One that was started for the tests ends with the value.
#[derive(Debug)]
pub(super) struct Engine {
    /// None for the one of the machine.
    own: Option<Own>,
}

#[derive(Debug)]
struct Own {
    process: Child,
    folder: PathBuf,
}

impl Engine {
    /// Looks for an engine, and starts one where none answers; else says why there is none.
    ///
    /// # Errors
    /// Where one is installed and does not start.
    pub(super) fn found() -> anyhow::Result<Result<Self, String>> {
        if docker::engine().attempt().is_ok_and(|attempt| attempt.succeeded) {
            return Ok(Ok(Self { own: None }));
        }
        if !debian::is_root() {
            return Ok(Err("no docker engine answers, and to start one takes root".to_owned()));
        }
        if Process::new("dockerd").words("--version").attempt().is_err()
            && let Err(error) = debian::install(&["docker.io", "iptables"])
        {
            return Ok(Err(format!("no docker engine answers, and none could be installed: {error:#}")));
        }
        Ok(Ok(Self { own: Some(Own::start()?) }))
    }

    /// A command of docker.
    pub(super) fn docker(&self, words: &str) -> Process {
        self.reached(Process::new("docker").words(words))
    }

    /// A process whose docker commands reach this engine.
    pub(super) fn reached(&self, process: Process) -> Process {
        match &self.own {
            Some(own) => process.env("DOCKER_HOST", own.socket()),
            None => process,
        }
    }
}

impl Own {
    fn start() -> anyhow::Result<Self> {
        // The path of a socket has at most a hundred characters or so: the target folder may be too deep.
        let folder = std::env::temp_dir().join(format!("elb-instance-manager-{}", std::process::id()));
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let log = workspace::target().join("dockerd.log");
        let errors = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let path = folder.display().to_string();
        let mut own = Self { process: daemon(&path).start(Stdio::null(), errors.into())?, folder };
        let version = docker::engine().env("DOCKER_HOST", own.socket());
        wait::until("dockerd answers", || {
            if version.attempt()?.succeeded {
                return Ok(Some(()));
            }
            match own.process.try_wait()? {
                Some(status) => bail!("dockerd ended at once ({status}); its log: {}", log.display()),
                None => Ok(None),
            }
        })?;
        Ok(own)
    }

    fn socket(&self) -> String {
        format!("unix://{}/docker.sock", self.folder.display())
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        // Asked to end, it ends what it has started; killed, it would leave that behind.
        let asked = Process::new("kill").args([self.process.id().to_string()]).attempt();
        if !asked.is_ok_and(|attempt| attempt.succeeded) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("cannot remove {}: {error}", self.folder.display());
        }
    }
}

fn daemon(folder: &str) -> Process {
    Process::new("dockerd").args([
        format!("--data-root={folder}/data"),
        format!("--exec-root={folder}/exec"),
        format!("--pidfile={folder}/pid"),
        format!("--host=unix://{folder}/docker.sock"),
    ])
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_daemon_keeps_to_its_folder() {
        assert_eq!(
            super::daemon("/tmp/e").to_string(),
            "dockerd --data-root=/tmp/e/data --exec-root=/tmp/e/exec --pidfile=/tmp/e/pid --host=unix:///tmp/e/docker.sock"
        );
    }
}
