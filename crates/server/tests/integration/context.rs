//! One test's own service and AWS.

use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

use crate::audited;
use crate::backend::{Backend, World};
use crate::contract;
use crate::following::Following;

/// How long anything in a test may take that it waits for.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// How long a stream of events may go on.
const LONGEST_STREAM: Duration = Duration::from_hours(24);

/// A running service on an AWS with the world of one test.
pub(crate) struct TestContext {
    /// The AWS.
    pub(crate) aws: Backend,
    service: Service,
    options: Vec<String>,
}

/// A running service.
pub(crate) struct Service {
    process: Child,
    /// Reads its log.
    read: JoinHandle<()>,
    caller: Caller,
    log: Log,
}

/// Who sends requests to an address, and holds every answer against the contract.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    base: String,
    client: Client,
}

/// What a service has logged and no test has looked for yet.
type Log = Arc<Mutex<Vec<String>>>;

/// An answer that fulfils the contract.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl TestContext {
    /// Builds the world and starts a service on it.
    pub(crate) async fn start(world: World) -> Self {
        Self::start_with(world, &[]).await
    }

    /// The same, with options for the service.
    pub(crate) async fn start_with(world: World, options: &[&str]) -> Self {
        let aws = Backend::start(world).await;
        let options: Vec<_> = options.iter().map(|option| (*option).to_owned()).collect();
        let service = Self::serve(&aws, &options).await;
        aws.forget_calls();
        Self { aws, service, options }
    }

    /// The same of a service that is started so.
    pub(crate) async fn of(aws: Backend, command: Command) -> Self {
        let service = Service::start(command).await;
        service.ready().await;
        aws.forget_calls();
        Self::with(aws, service)
    }

    /// A service that runs already.
    pub(crate) fn with(aws: Backend, service: Service) -> Self {
        Self { aws, service, options: Vec::new() }
    }

    async fn serve(aws: &Backend, options: &[String]) -> Service {
        let mut command = service_on(aws.endpoint());
        command.args(options);
        let service = Service::start(command).await;
        service.ready().await;
        service
    }

    /// Ends the service as `kill -9` does, and starts another one in its place.
    pub(crate) async fn kill_and_start_again(&mut self) {
        audited::may_have_gaps();
        self.service.process.kill().await.expect("it ends");
        self.service = Self::serve(&self.aws, &self.options).await;
    }

    /// What the service has logged, as [`Service::logged`] tells it.
    pub(crate) async fn logged(&self, parts: &[&str]) -> Vec<String> {
        self.service.logged(parts).await
    }

    /// Who sends requests to the service.
    pub(crate) fn caller(&self) -> &Caller {
        &self.service.caller
    }

    /// Asks the service to stop, and does not wait for it.
    pub(crate) async fn ask_to_stop(&self) {
        self.service.ask_to_stop().await;
    }

    /// Ends both; the service must do so by itself and without an error.
    pub(crate) async fn stop(self) {
        self.service.stop().await;
        self.aws.hold_calls();
        self.aws.stop().await;
    }

    /// The id of the process of the service.
    pub(crate) fn process(&self) -> u32 {
        self.service.process.id().expect("it runs")
    }

    /// Ends both, the service having been asked to stop already.
    pub(crate) async fn stopped(self) {
        self.service.stopped().await;
        self.aws.stop().await;
    }

    /// The origin of pages that the service itself serves.
    pub(crate) fn own_origin(&self) -> String {
        self.service.base().to_owned()
    }

    /// `GET` of a path.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, |request| request).await
    }

    /// Attaches a machine; `path` is what follows `/elb/`.
    pub(crate) async fn attach(&self, path: &str, instance: &str) -> Answer {
        self.send(Method::POST, &format!("/elb/{path}"), |request| request.json(&json!({"instanceId": instance}))).await
    }

    /// Detaches a machine; `path` is what follows `/elb/`.
    pub(crate) async fn detach(&self, path: &str, instance: &str) -> Answer {
        self.send(Method::DELETE, &format!("/elb/{path}"), |request| request.json(&json!({"instanceId": instance})))
            .await
    }

    /// Follows a load balancer; `path` is what follows `/elb/`.
    pub(crate) async fn follow(&self, path: &str) -> Following {
        self.service.follow(&format!("/elb/{path}"), |request| request).await.expect("a stream")
    }

    /// Any request for a stream of events; an answer that is none is answered as such.
    pub(crate) async fn try_follow(
        &self,
        path: &str,
        with: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<Following, Answer> {
        self.service.follow(path, with).await
    }

    /// Any request.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        with: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Answer {
        self.service.send(method, path, with).await
    }

    /// The machines of a load balancer: id and ports with states.
    pub(crate) async fn members(&self, load_balancer: &str) -> Vec<(String, Vec<(String, u64, String)>)> {
        let answer = self.get(&format!("/elb/{load_balancer}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let machines = answer.body.as_array().expect("an array");
        machines.iter().map(|machine| (text(&machine["instanceId"]), targets(machine))).collect()
    }

    /// The ids of the machines of a load balancer.
    pub(crate) async fn member_ids(&self, load_balancer: &str) -> Vec<String> {
        self.members(load_balancer).await.into_iter().map(|(id, _)| id).collect()
    }
}

/// The registrations in an answer: target group, port, state.
pub(crate) fn targets(machine: &Value) -> Vec<(String, u64, String)> {
    let targets = machine["targets"].as_array().expect("targets");
    targets
        .iter()
        .map(|target| (text(&target["targetGroup"]), target["port"].as_u64().expect("a port"), text(&target["state"])))
        .collect()
}

/// A JSON string.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a string: {value}")).to_owned()
}

impl Answer {
    /// Asserts an error and returns its sentence.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) -> String {
        let seen = (self.status, self.body["error"].as_str());
        assert_eq!(seen, (status, Some(code)), "{self:?}");
        text(&self.body["message"])
    }
}

/// An answer to its end, held against the contract.
async fn whole(response: Response, method: &str, path: &str) -> Result<Answer, reqwest::Error> {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await?;
    let body = contract::hold(method, path, status, &headers, &bytes);
    Ok(Answer { status, headers, body })
}

/// The service with a cleared environment and a free port.
pub(crate) fn service_command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_elb-instance-manager"));
    command
        .env_clear()
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("ELB_MANAGER_LISTEN", "127.0.0.1:0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// The same, on the AWS of this endpoint. Nothing is shown from memory and no call waits for the budget: what the test does
/// to AWS is seen at once.
pub(crate) fn service_on(endpoint: &str) -> Command {
    let mut command = service_command();
    command.envs([
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("ELB_MANAGER_TOPOLOGY_AGE", "0"),
        ("ELB_MANAGER_INSTANCE_AGE", "0"),
        ("ELB_MANAGER_HEALTH_AGE", "0"),
        ("ELB_MANAGER_AWS_SHARE", "100"),
    ]);
    command
}

/// Reads the address from the ready line of a service or simulator.
pub(crate) async fn ready(process: &mut Child) -> String {
    let mut lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
    let line = tokio::time::timeout(PATIENCE, lines.next_line()).await.expect("ready in time").expect("readable");
    let line = line.expect("the process ended before it was ready");
    line.strip_prefix("listening on ").unwrap_or_else(|| panic!("not the ready line: {line}")).to_owned()
}

/// Prints the log of a service as the test's own output, which shows where the test fails, keeps it, and reads the records of
/// changes. The task ends once they were held.
fn show_log(process: &mut Child) -> (Log, JoinHandle<()>) {
    let mut lines = BufReader::new(process.stderr.take().expect("a pipe")).lines();
    let log = Log::default();
    let kept = Arc::clone(&log);
    let record = audited::Log::begin();
    let read = tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            eprintln!("{line}");
            record.line(&line);
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
        record.end();
    });
    (log, read)
}

fn client() -> Client {
    Client::builder().no_proxy().timeout(PATIENCE).build().expect("a client")
}

impl Service {
    /// Starts it and waits until it is ready.
    pub(crate) async fn start(command: Command) -> Self {
        Self::start_trusting(command, client()).await
    }

    /// The same, called by this client.
    pub(crate) async fn start_trusting(mut command: Command, client: Client) -> Self {
        let mut process = command.spawn().expect("the service starts");
        let (log, read) = show_log(&mut process);
        let base = ready(&mut process).await;
        Self { process, read, caller: Caller { base, client }, log }
    }

    /// Waits until it has logged a line with all of this in it; returns what it has logged until then, and forgets it.
    pub(crate) async fn logged(&self, parts: &[&str]) -> Vec<String> {
        let take = || {
            let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
            let at = log.iter().position(|line| parts.iter().all(|part| line.contains(part)))?;
            Some(log.drain(..=at).collect())
        };
        let logged = async {
            loop {
                if let Some(lines) = take() {
                    break lines;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, logged).await.unwrap_or_else(|_| panic!("it was not logged: {parts:?}"))
    }

    /// Sends it a signal, e.g. `-HUP`.
    pub(crate) async fn signal(&self, signal: &str) {
        let id = self.process.id().expect("it runs").to_string();
        assert!(Command::new("kill").args([signal, &id]).status().await.expect("kill runs").success());
    }

    /// Starts it where nobody is told when it listens, which it does there.
    pub(crate) fn start_at(mut command: Command, base: String) -> Self {
        let process = command.spawn().expect("the service starts");
        audited::may_have_gaps();
        Self { process, read: tokio::spawn(async {}), caller: Caller::of(base), log: Log::default() }
    }

    /// Who sends requests to it.
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Waits until it has proven that it can do its work.
    pub(crate) async fn ready(&self) {
        let proven = async {
            while self.send(Method::GET, "/readyz", |request| request).await.status != 200 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, proven).await.expect("ready in time");
    }

    /// Its address, `http://…`.
    pub(crate) fn base(&self) -> &str {
        &self.caller.base
    }

    /// Sends a request and holds the answer against the contract.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        with: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Answer {
        self.caller.send(method, path, with).await
    }

    async fn follow(
        &self,
        path: &str,
        with: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<Following, Answer> {
        self.caller.follow(path, with).await
    }

    /// Asks it to stop, as a deployment does; it must end by itself and without an error.
    pub(crate) async fn stop(self) {
        self.ask_to_stop().await;
        self.stopped().await;
    }

    /// Waits for its end, having asked it to stop.
    pub(crate) async fn stopped(mut self) {
        drop(self.caller);
        let status = tokio::time::timeout(PATIENCE, self.process.wait()).await.expect("it ends in time");
        assert!(status.expect("its status").success(), "the service ended with an error");
        self.read.await.expect("the record is whole");
    }

    /// Asks it to stop.
    pub(crate) async fn ask_to_stop(&self) {
        self.signal("-TERM").await;
    }
}

impl Caller {
    /// Of this address, `http://…`.
    pub(crate) fn of(base: String) -> Self {
        Self { base, client: client() }
    }

    /// Sends a request and holds the answer against the contract.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        with: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Answer {
        self.try_send(method, path, with).await.expect("an answer")
    }

    /// The same, where the service may end before it has answered.
    pub(crate) async fn try_send(
        &self,
        method: Method,
        path: &str,
        with: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<Answer, reqwest::Error> {
        let request = self.client.request(method.clone(), format!("{}{path}", self.base));
        whole(with(request).send().await?, method.as_str(), path).await
    }

    /// Follows a load balancer; an answer that is no stream is answered as such.
    pub(crate) async fn follow(
        &self,
        path: &str,
        with: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<Following, Answer> {
        let request = self.client.get(format!("{}{path}", self.base)).timeout(LONGEST_STREAM);
        let response = with(request).send().await.expect("an answer");
        if response.status() == 200 {
            Ok(Following::begin(response, path))
        } else {
            Err(whole(response, "GET", path).await.expect("a whole answer"))
        }
    }
}
