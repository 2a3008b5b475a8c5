//! What the commands of a deployment refuse, and in which order they go about it, with stand-ins for the programs that they start.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

const GOOD: &str = r#"{
  "region": "us-east-1",
  "vpc_id": "vpc-09a83111626611111",
  "public_subnet_ids": ["subnet-08800d108ed223344", "subnet-0235f7e1d9e556677"],
  "docker_image": "registry.example/team/elb-instance-manager"
}"#;

/// Programs that answer as the real ones do where all is well.
const DOCKER: &str = r#"case "$1 $2" in "--version ") echo "Docker version 28.2.2";; "version --format") echo 28.2.2;;
    "run --rm") echo "elb-instance-manager 0.1.0";; esac"#;
const TERRAFORM: &str = r#"case "$1 $2" in "version ") echo "Terraform v1.11.4";; *plan*) exit 2;; esac"#;

/// A checkout with what the commands read, and a folder of programs that is all of the PATH.
struct Checkout {
    folder: TempDir,
}

impl Checkout {
    fn new(config: &str) -> Self {
        let checkout = Self { folder: tempfile::tempdir().expect("a folder") };
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the root");
        for file in ["Cargo.toml", "openapi/swagger-file.yaml", "docker/Dockerfile"] {
            checkout.write(file, &fs::read_to_string(root.join(file)).expect(file));
        }
        for (file, text) in [("VERSION", "0.1.0\n"), ("config.json", config), ("program", ""), ("xtask/Cargo.toml", "")]
        {
            checkout.write(file, text);
        }
        // The tests are about 0.1.0, whatever the version of the project is.
        for (file, before) in [("Cargo.toml", "\nversion = \""), ("openapi/swagger-file.yaml", "\n  version: ")] {
            let text = fs::read_to_string(checkout.path(file)).expect(file);
            let version = env!("CARGO_PKG_VERSION");
            checkout.write(file, &text.replacen(&format!("{before}{version}"), &format!("{before}0.1.0"), 1));
        }
        checkout.write("deployments/main.tf", "");
        checkout.program("docker", DOCKER).program("terraform", TERRAFORM).program("git", "exit 1")
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// With this program, which also writes down how it was called.
    fn program(self, name: &str, script: &str) -> Self {
        let calls = self.path("calls");
        self.write(
            &format!("programs/{name}"),
            &format!("#!/bin/sh\necho \"{name} $*\" >> '{}'\n{script}\n", calls.display()),
        );
        let path = self.path(&format!("programs/{name}"));
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a program");
        self
    }

    fn without(self, program: &str) -> Self {
        fs::remove_file(self.path(&format!("programs/{program}"))).expect("it was there");
        self
    }

    fn xtask(&self, arguments: &str) -> Output {
        Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(arguments.split_whitespace())
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", self.path("programs"))
            .env("CARGO_MANIFEST_DIR", self.path("xtask"))
            .env("CARGO_TARGET_DIR", self.path("target"))
            .output()
            .expect("it can be started")
    }

    /// How the programs were called, without the paths of this checkout.
    fn calls(&self) -> Vec<String> {
        let calls = fs::read_to_string(self.path("calls")).unwrap_or_default();
        let root = format!("{}/", self.folder.path().display());
        calls.lines().map(|call| call.replace(&root, "")).collect()
    }
}

/// What it says where it fails.
fn refusal(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    said
}

const DEPLOY: &str = "deploy --binary program";

#[test]
fn an_answer_that_will_not_do_is_refused_before_anything_is_started() {
    let one_subnet = GOOD.replace(", \"subnet-0235f7e1d9e556677\"", "");
    let placeholder = GOOD.replace("us-east-1", "REGION");
    let unknown = GOOD.replace("\"vpc_id\"", "\"vpc\"");
    let broken = GOOD.replace("\",\n  \"vpc_id\"", "\"\n  \"vpc_id\"");
    for (config, sentence) in [
        (one_subnet, "public_subnet_ids has 1: a load balancer needs 2"),
        (placeholder, "region is a placeholder still"),
        (unknown, "unknown field `vpc`, expected one of `region`, `vpc_id`"),
        (broken, "expected `,` or `}` at line 3 column 3"),
    ] {
        let checkout = Checkout::new(&config);
        for command in [DEPLOY, "deploy-infra", "plan", "destroy --yes"] {
            let said = refusal(&checkout.xtask(command));
            assert!(said.contains(sentence), "{command}: {said}");
        }
        assert_eq!(checkout.calls(), Vec::<String>::new());
    }
}

#[test]
#[cfg(target_os = "linux")]
fn an_image_that_this_machine_cannot_build_is_refused_before_anything_is_started() {
    let other = if cfg!(target_arch = "x86_64") { "arm64" } else { "x86_64" };
    let foreign = GOOD.replace("\n}", &format!(", \"architecture\": \"{other}\"}}"));
    for (config, arguments, sentence) in
        [(GOOD, "--binary nothing", "there is no file nothing"), (&foreign, "", &format!("says architecture {other}"))]
    {
        let checkout = Checkout::new(config);
        for command in ["deploy", "release", "build-image"] {
            let said = refusal(&checkout.xtask(&format!("{command} {arguments}")));
            assert!(said.contains(sentence), "{said}");
        }
        assert_eq!(checkout.calls(), Vec::<String>::new());
    }
}

#[test]
fn a_program_that_is_missing_or_will_not_do_is_named_with_what_to_do() {
    let new = || Checkout::new(GOOD);
    let down = r#"case $1 in --version) echo "Docker version 28.2.2";; *) echo "Cannot connect to the daemon" >&2; exit 1;; esac"#;
    for (checkout, sentences) in [
        (new().without("docker"), ["docker is needed", "apt-get install docker.io"]),
        (new().program("docker", "echo 19.03.15"), ["docker 20.10.0 or later is needed, this is 19.03.15", "apt-get"]),
        (new().program("docker", down), ["Cannot connect to the daemon", "systemctl start docker"]),
        (new().without("terraform"), ["Terraform is needed", "https://developer.hashicorp.com/terraform/install"]),
        (
            new().program("terraform", "echo Terraform v1.5.7"),
            ["Terraform 1.11.0 or later is needed, this is Terraform v1.5.7", "https://developer.hashicorp.com/"],
        ),
    ] {
        let said = refusal(&checkout.xtask(DEPLOY));
        for sentence in sentences.into_iter().chain(["nothing was changed"]) {
            assert!(said.contains(sentence), "{said}");
        }
        assert!(checkout.calls().iter().all(|call| !call.contains(" init") && !call.contains("build")), "{said}");
    }
}

#[test]
fn without_aws_credentials_nothing_is_built_or_pushed() {
    let plan = r#"case "$1 $2" in "version ") echo v1.11.4;; *plan*) echo "Error: No valid credential sources found" >&2; exit 1;; esac"#;
    let checkout = Checkout::new(GOOD).program("terraform", plan);
    let said = refusal(&checkout.xtask(DEPLOY));
    for sentence in ["No valid credential sources found", "nothing was changed", "AWS_PROFILE", "exit status: 1"] {
        assert!(said.contains(sentence), "{said}");
    }
    assert!(checkout.calls().iter().all(|call| !call.contains("build") && !call.contains("push")));
}

#[test]
fn a_registry_that_refuses_is_reported_in_its_own_words_and_nothing_is_applied() {
    let denied = format!("case $1 in push) echo 'denied: access forbidden' >&2; exit 7;; esac\n{DOCKER}");
    let checkout = Checkout::new(GOOD).program("docker", &denied);
    let said = refusal(&checkout.xtask(DEPLOY));
    for sentence in ["denied: access forbidden", "exit status: 7", "`docker login registry.example`"] {
        assert!(said.contains(sentence), "{said}");
    }
    assert!(checkout.calls().iter().all(|call| !call.contains("apply")));
}

#[test]
fn the_plan_comes_first_and_is_applied_last() {
    let checkout = Checkout::new(GOOD);
    let output = checkout.xtask(DEPLOY);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let variables = "-var-file=target/deployment/config.tfvars.json -var docker_tag=0.1.0";
    let name = "registry.example/team/elb-instance-manager";
    assert_eq!(
        checkout.calls(),
        [
            "docker --version".to_owned(),
            "docker version --format {{.Server.Version}}".to_owned(),
            "terraform version".to_owned(),
            "terraform -chdir=deployments init".to_owned(),
            format!(
                "terraform -chdir=deployments plan -input=false {variables} -detailed-exitcode -out=target/deployment/plan"
            ),
            "git rev-parse HEAD".to_owned(),
            format!(
                "docker build --file docker/Dockerfile --build-arg VERSION=0.1.0 --build-arg REVISION=unknown --tag {name}:0.1.0 \
                 --tag {name}:latest target/image"
            ),
            format!("docker run --rm --read-only --network none {name}:0.1.0 --version"),
            format!("docker push {name}:0.1.0"),
            format!("docker push {name}:latest"),
            "terraform -chdir=deployments apply -input=false target/deployment/plan".to_owned(),
        ]
    );
}

#[test]
fn a_plan_without_changes_is_not_applied() {
    let checkout = Checkout::new(GOOD).program("terraform", "echo v1.11.4");
    let output = checkout.xtask(DEPLOY);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("no changes"));
    assert_eq!(checkout.calls().last().map(String::as_str), Some("terraform -chdir=deployments output"));
    assert!(checkout.calls().iter().all(|call| !call.contains(" apply")));
}

#[test]
fn the_program_of_another_version_is_not_released() {
    let other = DOCKER.replace("0.1.0", "0.0.9");
    let checkout = Checkout::new(GOOD).program("docker", &other);
    let said = refusal(&checkout.xtask("release --binary program"));
    assert!(said.contains("another version than 0.1.0: elb-instance-manager 0.0.9"), "{said}");
    assert!(checkout.calls().iter().all(|call| !call.contains("push")));
}

#[test]
fn a_dry_run_shows_all_and_changes_nothing() {
    let checkout = Checkout::new(GOOD);
    let files = || -> Vec<_> {
        let mut files: Vec<_> = fs::read_dir(checkout.folder.path())
            .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.file_name())).collect())
            .expect("a folder");
        files.retain(|name| name != "calls");
        files.sort();
        files
    };
    let before = files();
    for command in
        [DEPLOY, "build-image --binary program", "release --binary program", "plan", "deploy-infra", "destroy", "clean"]
    {
        let output = checkout.xtask(&format!("{command} --dry-run"));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{command}: {said}");
        let last = match command.split(' ').next() {
            Some("deploy" | "deploy-infra") => "terraform -chdir=deployments apply",
            Some("build-image") => "docker run --rm",
            Some("release") => "docker push registry.example/team/elb-instance-manager:latest",
            Some("plan") => "terraform -chdir=deployments plan",
            Some("destroy") => "terraform -chdir=deployments destroy",
            _ => "cargo clean",
        };
        assert!(said.contains(last), "{command}: {said}");
    }
    assert_eq!(files(), before);
    let questions = ["docker --version", "docker version", "terraform version", "git rev-parse"];
    for call in checkout.calls() {
        assert!(questions.iter().any(|question| call.starts_with(question)), "{call} was run");
    }
}

#[test]
fn the_doctor_misses_what_is_missing() {
    let mut checkout = Checkout::new(GOOD).without("terraform");
    for (name, script) in [("cargo", "echo 9.9.9"), ("rustc", "echo 9.9.9"), ("cc", ""), ("python3", "echo 3.99.0")] {
        checkout = checkout.program(name, script);
    }
    let said = refusal(&checkout.xtask("doctor"));
    assert!(said.contains("missing  terraform      not found, needed 1.11.0 or later"), "{said}");
    let (_, lacking) = said.split_once("needed, and not there: ").expect("what is lacking");
    assert!(lacking.trim_end().ends_with("terraform"), "{lacking}");

    let output = checkout.program("terraform", TERRAFORM).xtask("doctor");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("ok       terraform      found 1.11.4, needed 1.11.0 or later"), "{said}");
    // A CA bundle is the one thing that no program stands in for.
    assert!(output.status.success() || said.ends_with("needed, and not there: CA bundle\n"), "{said}");
}

#[test]
fn configure_writes_what_a_deployment_takes() {
    let checkout =
        Checkout::new(r#"{"region": "REGION", "vpc_id": "VPC_ID", "public_subnet_ids": [], "docker_image": "x"}"#);
    let answers = "--region us-east-1 --vpc-id vpc-09a83111626611111 --docker-image team/elb --entrance internal \
                   --public-subnet-ids subnet-08800d108ed223344,subnet-0235f7e1d9e556677";
    let output = checkout.xtask(&format!("configure {answers}"));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("without proposals of the AWS account: cannot start aws"), "{said}");
    assert!(checkout.xtask("deploy-infra").status.success());
    assert!(fs::read_to_string(checkout.path("config.json")).expect("it is there").contains("\"internal\": true"));
}
