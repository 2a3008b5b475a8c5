//! A service on a simulated AWS, and `elbm` to call it with.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use elbm_simulator::{
    Clock, Config, Fleet, Handle, InstanceSpec, ListenerUse, Load, LoadBalancerSpec, Simulator, TargetGroupSpec,
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, ChildStderr, Command};

/// How long anything in a test may take that it waits for.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A service on an AWS of its own, and a home for `elbm`.
pub(crate) struct Context {
    pub(crate) machines: Vec<String>,
    pub(crate) home: TempDir,
    simulator: Simulator,
    service: Service,
}

/// A running service.
pub(crate) struct Service {
    process: Child,
    pub(crate) url: String,
}

/// `elbm` while it waits.
pub(crate) struct Waiting {
    process: Child,
    errors: BufReader<ChildStderr>,
    said: String,
}

/// How a run of `elbm` ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) output: String,
    pub(crate) errors: String,
}

impl Context {
    /// `web` with a group `web-tg` that holds so many machines, and one machine more.
    pub(crate) async fn start(members: usize) -> Self {
        Self::start_with(members, &[]).await
    }

    /// The same, with options for the service.
    pub(crate) async fn start_with(members: usize, options: &[&str]) -> Self {
        Self::start_of(members, options, |_, _| {}).await
    }

    /// The same, of a fleet that has more.
    pub(crate) async fn start_of(members: usize, options: &[&str], more: impl FnOnce(&mut Fleet, &[String])) -> Self {
        let mut fleet = Fleet::new("us-east-1");
        let machines: Vec<_> = (0..=members).map(|_| fleet.instance(InstanceSpec::default())).collect();
        fleet.load_balancer(LoadBalancerSpec { name: "web".to_owned(), ..LoadBalancerSpec::default() });
        fleet.target_group(TargetGroupSpec {
            name: "web-tg".to_owned(),
            port: 80,
            used_by: vec![ListenerUse::default_action("web", 80)],
            ..TargetGroupSpec::default()
        });
        for machine in &machines[..members] {
            fleet.register("web-tg", machine, None);
        }
        more(&mut fleet, &machines);
        let config = Config { listen: ([127, 0, 0, 1], 0).into(), clock: Clock::Stepped, fleet, load: Load::default() };
        let simulator = Simulator::start(config).await.expect("the simulator starts");
        let service = Service::start(&simulator.endpoint(), options).await;
        Self { machines, home: tempfile::tempdir().expect("a folder"), simulator, service }
    }

    /// The machine that is not attached.
    pub(crate) fn spare(&self) -> &str {
        self.machines.last().expect("there is one")
    }

    pub(crate) fn url(&self) -> &str {
        &self.service.url
    }

    pub(crate) fn aws_endpoint(&self) -> String {
        self.simulator.endpoint()
    }

    pub(crate) fn aws(&self) -> Handle {
        self.simulator.handle()
    }

    /// The machines of `web`, with their states.
    pub(crate) fn members(&self) -> Vec<(String, String)> {
        let members = self.aws().membership("web-tg").expect("it is there");
        members.into_iter().map(|member| (member.id, member.health.state.to_string())).collect()
    }

    /// `elbm` with these arguments, which calls the service.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = elbm(&self.home, arguments);
        command.env("ELBM_SERVER", self.url());
        command
    }

    /// Runs it to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Ended {
        end(self.command(arguments)).await
    }

    /// Starts it, and returns once it says that the change is made and waited for.
    pub(crate) async fn waiting(&self, arguments: &[&str]) -> Waiting {
        let mut process = self.command(arguments).spawn().expect("it starts");
        let mut errors = BufReader::new(process.stderr.take().expect("a pipe"));
        let mut said = String::new();
        while !said.contains(" s left\n") {
            let read = tokio::time::timeout(PATIENCE, errors.read_line(&mut said)).await.expect("in time");
            assert_ne!(read.expect("readable"), 0, "it ended before it waited: {said}");
        }
        Waiting { process, errors, said }
    }

    /// Ends the service as a crash would.
    pub(crate) async fn kill_service(&mut self) {
        self.service.process.kill().await.expect("it ends");
    }

    /// Starts it again where it was.
    pub(crate) async fn restart_service(&mut self) {
        let address = self.url().trim_start_matches("http://").to_owned();
        self.service = Service::start(&self.simulator.endpoint(), &["--listen", &address]).await;
    }

    pub(crate) async fn stop(mut self) {
        self.service.process.kill().await.expect("it ends");
        self.simulator.shutdown().await;
    }
}

impl Service {
    async fn start(aws: &str, options: &[&str]) -> Self {
        let program = service();
        assert!(program.exists(), "build it first: cargo build --bin elb-instance-manager");
        let mut process = Command::new(program)
            .env_clear()
            .envs([
                ("AWS_EC2_METADATA_DISABLED", "true"),
                ("AWS_ENDPOINT_URL", aws),
                ("AWS_REGION", "us-east-1"),
                ("AWS_ACCESS_KEY_ID", "test"),
                ("AWS_SECRET_ACCESS_KEY", "test"),
                ("ELB_MANAGER_LISTEN", "127.0.0.1:0"),
            ])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the service starts");
        let mut lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
        let line = tokio::time::timeout(PATIENCE, lines.next_line()).await.expect("in time").expect("readable");
        let line = line.expect("the service ended before it was ready");
        let url = line.strip_prefix("listening on ").expect("the ready line").to_owned();
        Self { process, url }
    }
}

/// The program of the service: cargo puts it beside that of `elbm`, and builds both for the tests of the workspace.
pub(crate) fn service() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_elbm")).with_file_name("elb-instance-manager")
}

/// `elbm` with a cleared environment, at home in this folder.
pub(crate) fn elbm(home: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_elbm"));
    command
        .args(arguments)
        .env_clear()
        .env("HOME", home.path())
        .env("XDG_CONFIG_HOME", home.path().join("config"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Runs it to its end.
pub(crate) async fn end(mut command: Command) -> Ended {
    ended(command.spawn().expect("it starts")).await
}

/// The end of what runs.
pub(crate) async fn ended(process: Child) -> Ended {
    let output = tokio::time::timeout(PATIENCE, process.wait_with_output()).await.expect("in time").expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Ended { code: output.status.code(), output: text(output.stdout), errors: text(output.stderr) }
}

impl Waiting {
    /// Sends it a signal, e.g. `-INT`.
    pub(crate) async fn signal(&self, signal: &str) {
        send(&self.process, signal).await;
    }

    /// Its end.
    pub(crate) async fn end(mut self) -> Ended {
        let rest = self.errors.read_to_string(&mut self.said);
        tokio::time::timeout(PATIENCE, rest).await.expect("in time").expect("text");
        Ended { errors: self.said, ..ended(self.process).await }
    }
}

/// Sends a process a signal, e.g. `-INT`.
pub(crate) async fn send(process: &Child, signal: &str) {
    let id = process.id().expect("it runs").to_string();
    assert!(Command::new("kill").args([signal, &id]).status().await.expect("kill runs").success());
}

impl Ended {
    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(!self.errors.contains("panicked"), "{self:?}");
        self
    }

    /// What it printed, as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.output).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A server that is none of ours: it answers each request, whose head it is given, with this whole answer, and tells its address.
pub(crate) async fn stranger(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                match stream.read_u8().await {
                    Ok(byte) => head.push(byte),
                    Err(_) => break,
                }
            }
            let answer = answer(&String::from_utf8_lossy(&head));
            // Who asks may have gone.
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    format!("http://{address}")
}

/// An answer of such a server.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}", body.len())
}
