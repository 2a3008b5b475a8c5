//! Who may call, and what: the credentials file, from `credentials add` to the answer.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::backend::{LoadBalancer, World, group};
use crate::context::{Answer, Service, TestContext, ready, service_command, text};

pub(crate) const PASSWORD: &str = "correct horse battery";

/// A folder with a credentials file.
pub(crate) struct File {
    folder: TempDir,
}

impl File {
    pub(crate) fn none() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    fn holding(content: &str) -> Self {
        let file = Self::none();
        std::fs::write(file.path(), content).expect("written");
        file
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("credentials.json")
    }

    pub(crate) fn text(&self) -> String {
        self.path().to_str().expect("text").to_owned()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.path()).expect("it is there")).expect("JSON")
    }

    /// `credentials add` with this on standard input.
    async fn try_add(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = service_command();
        command.args(["credentials", "add", "--file", &self.text()]).args(arguments).stdin(Stdio::piped());
        let mut process = command.spawn().expect("it starts");
        let mut stdin = process.stdin.take().expect("a pipe");
        // A command that refuses its arguments does not read.
        let _ = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        process.wait_with_output().await.expect("it ends")
    }

    /// The same, which must succeed; answers what it printed.
    async fn add(&self, arguments: &[&str], input: &str) -> String {
        let output = self.try_add(arguments, input).await;
        assert!(output.status.success(), "{output:?}");
        assert!(!String::from_utf8_lossy(&output.stderr).contains(PASSWORD), "{output:?}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// A viewer and an operator with passwords, an operator of `web*` with a token; answers the token.
    pub(crate) async fn everybody(&self) -> String {
        self.add(&["--name", "ann", "--role", "operator"], &format!("{PASSWORD}\n")).await;
        self.add(&["--name", "vic", "--role", "viewer"], PASSWORD).await;
        let own = ["--name", "bot", "--role", "operator", "--load-balancer", "we*b", "--token"];
        self.add(&own, "").await.trim_end().to_owned()
    }
}

/// The load balancers `web`, as everywhere, and `api`.
pub(crate) fn two_load_balancers() -> World {
    let mut world = World::simple(3);
    world.load_balancers.push(LoadBalancer {
        name: "api".to_owned(),
        groups: vec![group("api-tg")],
        ..LoadBalancer::default()
    });
    world
}

async fn start(file: &File) -> TestContext {
    TestContext::start_with(two_load_balancers(), &["--credentials", &file.text()]).await
}

pub(crate) type With = Box<dyn Fn(RequestBuilder) -> RequestBuilder>;

pub(crate) fn user(name: &'static str, password: &'static str) -> With {
    Box::new(move |request| request.basic_auth(name, Some(password)))
}

pub(crate) fn bearer(token: &str) -> With {
    let token = token.to_owned();
    Box::new(move |request| request.bearer_auth(&token))
}

fn header(value: &'static str) -> With {
    Box::new(move |request| request.header(AUTHORIZATION, value))
}

pub(crate) async fn change(context: &TestContext, method: Method, load_balancer: &str, who: &With) -> Answer {
    let body = json!({"instanceId": context.aws.machine(2)}).to_string();
    let path = format!("/elb/{load_balancer}");
    context.send(method, &path, |request| who(request.header(CONTENT_TYPE, "application/json").body(body))).await
}

pub(crate) async fn list(context: &TestContext, path: &str, who: &With) -> Answer {
    context.send(Method::GET, path, who).await
}

fn ids(listed: &Answer) -> Vec<String> {
    assert_eq!(listed.status, 200, "{listed:?}");
    listed.body.as_array().expect("an array").iter().map(|machine| text(&machine["instanceId"])).collect()
}

#[tokio::test]
async fn only_whoever_is_known_may_call() {
    let file = File::none();
    let token = file.everybody().await;
    let context = start(&file).await;
    for known in [user("ann", PASSWORD), user("vic", PASSWORD), bearer(&token)] {
        // Twice: the second time the password is remembered.
        for _ in 0..2 {
            assert_eq!(list(&context, "/elb/web", &known).await.status, 200);
        }
    }
    let unknown: [With; 12] = [
        Box::new(|request| request),
        user("ann", "correct horse batterx"),
        user("ann", ""),
        user("eve", PASSWORD),
        user("bot", PASSWORD),
        bearer("elbm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        bearer(PASSWORD),
        header("Basic !"),
        header("Basic"),
        header("Digest abc"),
        header(""),
        Box::new(|request| request.basic_auth("ann", Some(PASSWORD)).basic_auth("ann", Some(PASSWORD))),
    ];
    // A browser would hold the answer to a script back, and ask for a password itself.
    let script: With = Box::new(|request| request.header("sec-fetch-dest", "empty"));
    let of_script = list(&context, "/elb", &script).await;
    of_script.refused(401, "Unauthorized");
    assert_eq!(of_script.headers["www-authenticate"], "Bearer");
    for who in &unknown {
        for path in ["/elb", "/elb/web"] {
            let answer = list(&context, path, who).await;
            answer.refused(401, "Unauthorized");
            let challenge = answer.headers["www-authenticate"].to_str().expect("text");
            assert!(challenge.starts_with("Basic ") && challenge.contains(", Bearer "), "{challenge}");
        }
        for method in [Method::POST, Method::DELETE] {
            change(&context, method, "web", who).await.refused(401, "Unauthorized");
        }
        assert_eq!(list(&context, "/healthcheck", who).await.status, 200, "it is public");
    }
    context.stop().await;
}

#[tokio::test]
async fn a_viewer_changes_nothing() {
    let file = File::none();
    file.everybody().await;
    let context = start(&file).await;
    let (viewer, operator) = (user("vic", PASSWORD), user("ann", PASSWORD));
    let before = list(&context, "/elb/web", &viewer).await;
    assert_eq!(ids(&before).len(), 2);
    for method in [Method::POST, Method::DELETE] {
        for load_balancer in ["web", "nowhere"] {
            let sentence = change(&context, method.clone(), load_balancer, &viewer).await.refused(403, "Forbidden");
            assert!(sentence.contains("'vic' is a viewer"), "{sentence}");
        }
    }
    assert_eq!(list(&context, "/elb/web", &viewer).await.body, before.body);
    assert_eq!(change(&context, Method::POST, "web", &operator).await.status, 201);
    assert_eq!(ids(&list(&context, "/elb/web", &viewer).await).len(), 3);
    context.stop().await;
}

#[tokio::test]
async fn patterns_say_which_load_balancers_there_are_for_a_principal() {
    let file = File::none();
    let token = file.everybody().await;
    let context = start(&file).await;
    let (own, all) = (bearer(&token), user("vic", PASSWORD));
    let names = |answer: &Answer| {
        let listed = answer.body.as_array().expect("an array").clone();
        listed.iter().map(|one| one["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&list(&context, "/elb", &own).await), ["web"]);
    assert_eq!(names(&list(&context, "/elb", &all).await), ["api", "web"]);

    let asked = context.aws.simulator().calls().len();
    for load_balancer in ["api", "nowhere"] {
        let path = format!("/elb/{load_balancer}");
        let sentence = list(&context, &path, &own).await.refused(403, "Forbidden");
        assert!(sentence.contains("'bot'") && sentence.contains(load_balancer), "{sentence}");
        for method in [Method::POST, Method::DELETE] {
            change(&context, method, load_balancer, &own).await.refused(403, "Forbidden");
        }
    }
    assert_eq!(context.aws.simulator().calls().len(), asked, "AWS was asked");
    assert_eq!(change(&context, Method::POST, "web", &own).await.status, 201);
    assert_eq!(change(&context, Method::DELETE, "web", &own).await.status, 201);
    assert!(ids(&list(&context, "/elb/api", &all).await).is_empty());
    context.stop().await;
}

/// What the service says when it does not start.
async fn refusal(arguments: &[&str]) -> String {
    let output = service_command().arg("--simulate").args(arguments).output().await.expect("it runs");
    assert!(!output.status.success(), "{arguments:?} succeeded");
    String::from_utf8(output.stderr).expect("text")
}

#[tokio::test]
async fn strangers_are_listened_to_with_credentials_only() {
    let errors = refusal(&["--listen", "0.0.0.0:0"]).await;
    for part in ["loopback", "0.0.0.0:0", "credentials add --file", "--credentials"] {
        assert!(errors.contains(part), "{errors}");
    }

    let file = File::none();
    file.everybody().await;
    let mut command = service_command();
    // The service says `0.0.0.0`, which is called as the local host here.
    command.args(["--simulate", "--listen", "0.0.0.0:0"]).env("ELB_MANAGER_CREDENTIALS", file.path());
    let service = Service::start(command).await;
    let get = |who: With| service.send(Method::GET, "/elb", who);
    assert_eq!(get(user("vic", PASSWORD)).await.status, 200);
    get(Box::new(|request| request)).await.refused(401, "Unauthorized");
    service.stop().await;
}

#[tokio::test]
async fn a_bad_file_is_said_with_its_place() {
    let twice = json!({"name": "ann", "role": "viewer", "token": format!("sha256:{}", "0".repeat(64))});
    let twice = json!({"principals": [twice, twice]}).to_string();
    for (content, parts) in [
        (
            "{\n  \"principals\": [\n    {\"name\": \"ann\", \"role\": \"viewer\" \"token\"}\n  ]\n}",
            vec!["line 3 column 38"],
        ),
        ("{\"principals\": [\n{\"name\": \"ann\", \"role\": \"root\"}]}", vec!["line 2 column", "'ann'", "'root'"]),
        ("{\"principals\": [], \"more\": 1}", vec!["line 1 column 25", "more"]),
        ("{\"principals\": []}", vec!["no principals"]),
        (&twice, vec!["a name twice", "'ann'"]),
    ] {
        let file = File::holding(content);
        let errors = refusal(&["--credentials", &file.text()]).await;
        assert!(errors.contains(&file.text()) && parts.iter().all(|part| errors.contains(part)), "{content}: {errors}");
    }
    let errors = refusal(&["--credentials", "/nonexistent/credentials.json"]).await;
    assert!(errors.contains("/nonexistent/credentials.json") && errors.contains("No such file"), "{errors}");
}

#[tokio::test]
async fn what_a_file_says_can_be_given_instead_of_the_file() {
    let file = File::none();
    let token = file.everybody().await;
    let mut command = service_command();
    // The image names a file always.
    command.args(["--simulate", "--listen", "0.0.0.0:0"]).env("ELB_MANAGER_CREDENTIALS", "/nonexistent");
    command.env("ELB_MANAGER_CREDENTIALS_JSON", file.json().to_string());
    let service = Service::start(command).await;
    let get = |who: With| service.send(Method::GET, "/elb", who);
    assert_eq!(get(bearer(&token)).await.status, 200);
    get(bearer("elbm_other")).await.refused(401, "Unauthorized");
    service.stop().await;

    for (text, part) in [("{\"principals\": []}", "no principals"), ("{\"principals\": [],,}", "line 1 column 19")] {
        let errors = refusal(&["--credentials-json", text]).await;
        assert!(errors.contains("--credentials-json") && errors.contains(part), "{text}: {errors}");
    }
}

#[tokio::test]
async fn entries_are_made_with_hashes_alone_for_the_owner_alone() {
    let file = File::none();
    let token = file.everybody().await;
    let mode = |path: &Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(&file.path()), 0o600);
    let written = std::fs::read_to_string(file.path()).expect("text");
    assert!(!written.contains(PASSWORD) && !written.contains(&token) && !written.contains(&token[5..]), "{written}");
    let entries = file.json()["principals"].as_array().expect("an array").clone();
    let of = |field: &str| entries.iter().map(|entry| entry[field].clone()).collect::<Vec<_>>();
    assert_eq!(of("name"), ["ann", "vic", "bot"]);
    assert_eq!(of("role"), ["operator", "viewer", "operator"]);
    assert_eq!(of("loadBalancers"), [json!(["*"]), json!(["*"]), json!(["we*b"])]);

    // Whoever has opened the file to the group of the service finds it so again.
    std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o640)).expect("own file");
    file.add(&["--name", "new", "--role", "viewer", "--token"], "").await;
    assert_eq!(mode(&file.path()), 0o640);
    assert_eq!(std::fs::read_dir(file.folder.path()).expect("a folder").count(), 1, "something was left behind");
}

#[tokio::test]
async fn what_is_no_entry_is_refused_and_changes_nothing() {
    let file = File::none();
    file.everybody().await;
    let before = file.json();
    for (arguments, input, part) in [
        (vec!["--name", "ann", "--role", "viewer", "--token"], "", "'ann' already"),
        (vec!["--name", "new", "--role", "viewer"], "elevenchars\n", "at least 12"),
        (vec!["--name", "new", "--role", "viewer"], "", "at least 12"),
        (vec!["--name", "a:b", "--role", "viewer", "--token"], "", "letters, digits"),
        (vec!["--name", "new", "--role", "root", "--token"], "", "operator"),
        (vec!["--name", "new", "--role", "viewer", "--load-balancer", "a_b", "--token"], "", "hyphens"),
        (vec!["--name", "new", "--role", "viewer", "--password", PASSWORD], "", "--password"),
    ] {
        let output = file.try_add(&arguments, input).await;
        let errors = String::from_utf8(output.stderr).expect("text");
        let told = errors.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(!output.status.success() && output.stdout.is_empty() && told.contains(part), "{arguments:?}: {errors}");
        assert_eq!(file.json(), before, "{arguments:?}");
    }
}

#[tokio::test]
async fn entries_that_are_made_at_once_are_all_kept() {
    let file = File::none();
    let names = ["a", "b", "c", "d", "e", "f"];
    let added = names.map(|name| {
        let mut command = service_command();
        command.args(["credentials", "add", "--file", &file.text(), "--role", "viewer", "--token", "--name", name]);
        command.spawn().expect("it starts")
    });
    for process in added {
        let output = process.wait_with_output().await.expect("it ends");
        assert!(output.status.success(), "{output:?}");
    }
    assert_eq!(file.json()["principals"].as_array().expect("an array").len(), names.len());
}

#[tokio::test]
async fn no_secret_is_logged() {
    let file = File::none();
    let token = file.everybody().await;
    let mut command = service_command();
    command.args(["--simulate", "--credentials", &file.text()]);
    command.env("RUST_LOG", "elb_instance_manager=trace,poem=trace");
    let mut process = command.spawn().expect("it starts");
    let base = ready(&mut process).await;
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    for who in [user("ann", PASSWORD), user("ann", "another long password"), bearer(&token)] {
        who(client.get(format!("{base}/elb"))).send().await.expect("an answer");
    }
    let id = process.id().expect("it runs").to_string();
    let asked = tokio::process::Command::new("kill").args(["-TERM", &id]).status().await.expect("kill runs");
    assert!(asked.success());
    let mut log = String::new();
    process.stderr.take().expect("a pipe").read_to_string(&mut log).await.expect("text");
    process.wait().await.expect("it ends");
    assert!(log.contains("/elb") && log.contains("ann") && log.contains("bot"), "{log}");
    // The first letters of the pairs in base64: `ann:correct` and `ann:another`.
    for secret in [PASSWORD, "another long password", &token, "YW5uOmNvcnJlY3", "YW5uOmFub3RoZX", "argon2id", "sha256:"]
    {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}
