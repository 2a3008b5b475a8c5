//! What every scenario works with: the program, the processes on it, how long is measured.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::body::Bytes;
use hyper::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;

use crate::aws::{Aws, Manner};
use crate::load::{Ask, Connection, Expected};
use crate::process::Running;

/// How long an AWS call takes: what the ones of one region take.
pub(crate) const LATENCY: Duration = Duration::from_millis(20);

/// Who calls by name and password. It is known to nothing but the credentials file of one run.
const NAME: &str = "bench";
const PASSWORD: &str = "not a secret at all";

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    /// How often the service and its baseline are measured, by turns.
    pub(crate) pairs: usize,
    /// How long each of them.
    pub(crate) lasting: Duration,
    /// How many machines are attached through the naive server.
    pub(crate) naive_machines: usize,
}

impl Scale {
    /// Enough for numbers.
    pub(crate) const WHOLE: Self = Self { pairs: 5, lasting: Duration::from_secs(3), naive_machines: 100 };
    /// Enough to see that everything works.
    pub(crate) const QUICK: Self = Self { pairs: 1, lasting: Duration::from_millis(500), naive_machines: 10 };
}

/// The programs that are measured.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Programs {
    /// The release build of the service
    #[arg(long, value_name = "FILE")]
    service: PathBuf,
    /// The naive server
    #[arg(long, value_name = "FILE")]
    naive: PathBuf,
}

/// The means of a run.
#[derive(Debug)]
pub(crate) struct Lab {
    programs: Programs,
    own: PathBuf,
    folder: TempDir,
    /// What AWS throttles, as `simulate --throttle` says it.
    pub(crate) throttle: String,
    /// `Authorization` of an operator, by name and password.
    pub(crate) basic: String,
    /// `Authorization` of an operator, by token.
    pub(crate) bearer: String,
    /// How much is measured.
    pub(crate) scale: Scale,
}

impl Lab {
    /// With credentials for this run alone.
    ///
    /// # Errors
    /// Where the service's program makes none.
    pub(crate) async fn new(programs: Programs, throttle: String, scale: Scale) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("there is no place for temporary files")?;
        let mut lab = Self {
            programs,
            own: std::env::current_exe()?,
            folder,
            throttle,
            basic: format!("Basic {}", STANDARD.encode(format!("{NAME}:{PASSWORD}"))),
            bearer: String::new(),
            scale,
        };
        lab.add(NAME, &[], PASSWORD).await?;
        let token = lab.add("bench-token", &["--token"], "").await?;
        lab.bearer = format!("Bearer {}", token.trim());
        Ok(lab)
    }

    /// Adds an operator to the credentials file; returns what the program prints.
    async fn add(&self, name: &str, options: &[&str], password: &str) -> anyhow::Result<String> {
        let mut child = tokio::process::Command::new(&self.programs.service)
            .env_clear()
            .args(["credentials", "add", "--role", "operator", "--name", name, "--file"])
            .arg(self.credentials())
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", self.programs.service.display()))?;
        let mut input = child.stdin.take().context("the input is not a pipe")?;
        input.write_all(format!("{password}\n").as_bytes()).await?;
        drop(input);
        let output = child.wait_with_output().await?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("{} makes no credentials ({}): {}", self.programs.service.display(), output.status, said.trim());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    fn credentials(&self) -> PathBuf {
        self.folder.path().join("credentials.json")
    }

    /// AWS with this fleet, as slow as it is, and throttling.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub(crate) async fn aws(&self, fleet: &str) -> anyhow::Result<Aws> {
        self.aws_of(fleet, Manner { latency: LATENCY, throttle: &self.throttle }).await
    }

    /// AWS with this fleet, that throttles nothing: where depth or memory is looked at.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub(crate) async fn patient_aws(&self, fleet: &str, latency: Duration) -> anyhow::Result<Aws> {
        self.aws_of(fleet, Manner { latency, throttle: "off" }).await
    }

    async fn aws_of(&self, fleet: &str, manner: Manner<'_>) -> anyhow::Result<Aws> {
        Aws::start(Command::new(&self.programs.service), fleet, manner).await
    }

    /// The service on this AWS, with credentials.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub(crate) async fn service(&self, aws: &Aws) -> anyhow::Result<Running> {
        self.service_with(&[], aws).await
    }

    /// The same with more options.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub(crate) async fn service_with(&self, options: &[&str], aws: &Aws) -> anyhow::Result<Running> {
        let mut command = Command::new(&self.programs.service);
        command.args(["--listen", "127.0.0.1:0", "--credentials"]).arg(self.credentials()).args(options);
        Running::start(command, &aws.environment()).await
    }

    /// A bare poem server that answers this path with these bytes.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub(crate) async fn bare(&self, path: &str, body: &Bytes) -> anyhow::Result<Running> {
        let file = self.write("answer.json", body)?;
        let mut command = Command::new(&self.own);
        command.args(["bare", "--path", path, "--body"]).arg(file);
        Running::start(command, &[]).await
    }

    /// The naive server on this AWS.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub(crate) async fn naive(&self, aws: &Aws) -> anyhow::Result<Running> {
        Running::start(Command::new(&self.programs.naive), &aws.environment()).await
    }

    /// A fleet file with a load balancer `web`, whose one target group `web` has so many machines, and with so many machines that
    /// are attached to nothing; [`machine`] has their ids, in this order.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(crate) fn fleet(&self, attached: usize, detached: usize) -> anyhow::Result<String> {
        let file = self.write("fleet.json", fleet(attached, detached).to_string().as_bytes())?;
        Ok(file.display().to_string())
    }

    fn write(&self, name: &str, bytes: &[u8]) -> anyhow::Result<PathBuf> {
        let file = self.folder.path().join(name);
        fs::write(&file, bytes).with_context(|| format!("cannot write {}", file.display()))?;
        Ok(file)
    }
}

fn fleet(attached: usize, detached: usize) -> Value {
    let instances: Vec<_> = (0..attached + detached).map(|number| json!({"id": machine(number)})).collect();
    let registered = (0..attached).map(|number| json!({"targetGroup": "web", "id": machine(number)}));
    json!({
        "instances": instances,
        "loadBalancers": [{"name": "web"}],
        "targetGroups": [{"name": "web", "usedBy": [{"loadBalancer": "web", "port": 80}]}],
        "registrations": registered.collect::<Vec<_>>(),
    })
}

/// The id of a machine of [`Lab::fleet`].
pub(crate) fn machine(number: usize) -> String {
    format!("i-{number:017x}")
}

/// A `GET` of this path whose answer has to be what it is now, and that answer.
///
/// # Errors
/// Where it is not 200.
pub(crate) async fn as_now(
    service: SocketAddr,
    path: &str,
    authorization: Option<&str>,
) -> anyhow::Result<(Ask, Bytes)> {
    let ask = Ask::new(service, Method::GET, path, authorization, Expected::Status(StatusCode::OK))?;
    let answer = Connection::open(service).await?.ask(&ask).await?;
    ask.check(&answer).map_err(anyhow::Error::msg)?;
    let ask = Ask::new(service, Method::GET, path, authorization, Expected::Same(answer.body.clone()))?;
    Ok((ask, answer.body))
}
