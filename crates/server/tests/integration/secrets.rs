//! No secret is logged, at no level.

use std::time::SystemTime;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use reqwest::{Certificate, Client};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;

use crate::backend::{Backend, World};
use crate::context::{PATIENCE, ready, service_on};
use crate::credentials::{File, PASSWORD, With, bearer, user};
use crate::identities::{Identity, token};

const SERVER: &str = "elbm.example.com";

/// Every secret that a service holds or is given, each of a form that is found where it is printed.
#[tokio::test]
async fn no_secret_is_logged_at_any_level() {
    let file = File::none();
    let own_token = file.everybody().await;
    let mut entries: Value = serde_json::from_slice(&std::fs::read(file.text()).expect("there")).expect("JSON");
    let aws_entry = json!({"name": "deploy", "role": "operator", "awsArn": "arn:aws:iam::123456789012:role/deploy"});
    entries["principals"].as_array_mut().expect("an array").push(aws_entry);
    std::fs::write(file.text(), entries.to_string()).expect("written");
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a pair");
    let folder = tempfile::tempdir().expect("a folder");
    let [certificate, key] = ["tls.crt", "tls.key"].map(|name| folder.path().join(name));
    std::fs::write(&certificate, cert.pem()).expect("written");
    std::fs::write(&key, signing_key.serialize_pem()).expect("written");

    let aws = Backend::start(World::simple(2)).await;
    let mut command = service_on(aws.endpoint());
    command
        .args(["--credentials", &file.text(), "--aws-sign-in", SERVER])
        .env("ELB_MANAGER_TLS_CERTIFICATE", &certificate)
        .env("ELB_MANAGER_TLS_KEY", &key)
        .env("AWS_ACCESS_KEY_ID", "ASIASERVICE000000000")
        .env("AWS_SECRET_ACCESS_KEY", "secret/of+the+service")
        .env("AWS_SESSION_TOKEN", "session/of+the+service")
        .env("RUST_LOG", "trace");
    let mut process = command.spawn().expect("it starts");
    let mut stderr = process.stderr.take().expect("a pipe");
    let reading = tokio::spawn(async move {
        let mut log = String::new();
        stderr.read_to_string(&mut log).await.map(|_| log)
    });
    let base = ready(&mut process).await;
    let trusted = Certificate::from_pem(cert.pem().as_bytes()).expect("a certificate");
    let client = Client::builder().no_proxy().timeout(PATIENCE).tls_certs_only([trusted]).build().expect("a client");

    let deploy = Identity::deploy();
    let good = deploy.presigned(aws.endpoint(), SERVER, SystemTime::now());
    let foreign = deploy.presigned(aws.endpoint(), "other.example.com", SystemTime::now());
    let wrong = "another long password";
    let callers: [(With, u16); 7] = [
        (user("ann", PASSWORD), 200),
        (user("ann", wrong), 401),
        (bearer(&own_token), 200),
        (bearer("elbm_wrong_token_of_somebody"), 401),
        (bearer(&token(&good)), 200),
        (bearer(&token(&foreign)), 401),
        (bearer(&token(&format!("{good}&RoleArn=a"))), 401),
    ];
    for (who, status) in callers {
        let answer = who(client.get(format!("{base}/elb"))).send().await.expect("an answer");
        assert_eq!(answer.status(), status);
    }
    let id = process.id().expect("it runs").to_string();
    assert!(tokio::process::Command::new("kill").args(["-TERM", &id]).status().await.expect("kill runs").success());
    process.wait().await.expect("it ends");
    let log = reading.await.expect("read").expect("text");
    assert!(
        log.contains("aws_smithy_runtime") && log.contains("/elb") && log.contains("assumed-role/deploy/ann"),
        "no log"
    );

    let signature = |url: &str| url.rsplit_once('=').expect("a signature").1.to_owned();
    let pem = signing_key.serialize_pem();
    let mut secrets = vec![
        PASSWORD.to_owned(),
        wrong.to_owned(),
        own_token,
        "elbm_wrong_token_of_somebody".to_owned(),
        // The first letters of the pairs in base64.
        "YW5uOmNvcnJlY3".to_owned(),
        "YW5uOmFub3RoZX".to_owned(),
        "argon2id".to_owned(),
        "secret/of+the+service".to_owned(),
        "session/of+the+service".to_owned(),
        deploy.secret.clone(),
        "session/of+deploy".to_owned(),
        "session%2Fof%2Bdeploy".to_owned(),
        token(&good)[..60].to_owned(),
        signature(&good),
        signature(&foreign),
    ];
    secrets.extend(pem.lines().filter(|line| line.len() > 30).map(str::to_owned));
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(&secret));
        assert!(line.is_none(), "{secret} is logged: {}", line.unwrap_or_default());
    }
    aws.stop().await;
}
