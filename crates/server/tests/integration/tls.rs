//! TLS by option, and what is read anew while the service runs.

use std::path::{Path, PathBuf};
use std::time::Duration;

use elbm_simulator::{Elbv2, Fault, Times};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use reqwest::{Certificate, Client, Method, RequestBuilder, Version, tls};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::backend::{Backend, World};
use crate::context::{PATIENCE, Service, service_command, service_on};
use crate::credentials::{File, PASSWORD, bearer, user};

/// A folder with a certificate and its key, as Kubernetes mounts a secret: links to what a link to a folder holds.
struct Secret(TempDir);

impl Secret {
    fn of(pair: &Pair) -> Self {
        let secret = Self(tempfile::tempdir().expect("a folder"));
        for file in ["tls.crt", "tls.key"] {
            std::os::unix::fs::symlink(Path::new("..data").join(file), secret.path(file)).expect("a link");
        }
        secret.swap(&pair.certificate, &pair.key);
        secret
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    /// Puts another pair there, both files at once.
    fn swap(&self, certificate: &str, key: &str) {
        let folder = tempfile::tempdir_in(self.0.path()).expect("a folder").keep();
        std::fs::write(folder.join("tls.crt"), certificate).expect("written");
        std::fs::write(folder.join("tls.key"), key).expect("written");
        let next = self.path("..next");
        std::os::unix::fs::symlink(folder, &next).expect("a link");
        std::fs::rename(next, self.path("..data")).expect("swapped");
    }

    fn options(&self) -> [(&'static str, PathBuf); 2] {
        [("ELB_MANAGER_TLS_CERTIFICATE", self.path("tls.crt")), ("ELB_MANAGER_TLS_KEY", self.path("tls.key"))]
    }
}

/// Whether the metrics tell that files cannot be used.
async fn reload_failed(service: &Service, what: &str, who: impl FnOnce(RequestBuilder) -> RequestBuilder) -> bool {
    let answer = service.send(Method::GET, "/metrics", who).await;
    let text = answer.body.as_str().expect("text").to_owned();
    let series = |failed: u8| format!("elbm_reload_failed{{what=\"{what}\"}} {failed}\n");
    assert!(text.contains(&series(0)) || text.contains(&series(1)), "{text}");
    text.contains(&series(1))
}

/// A certificate of its own, for 127.0.0.1, and its key.
struct Pair {
    certificate: String,
    key: String,
}

fn pair() -> Pair {
    let made = generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
    let CertifiedKey { cert, signing_key } = made;
    Pair { certificate: cert.pem(), key: signing_key.serialize_pem() }
}

/// A client that trusts this certificate alone, and has no connection yet.
fn trusting(pair: &Pair) -> Client {
    let certificate = Certificate::from_pem(pair.certificate.as_bytes()).expect("a certificate");
    Client::builder().no_proxy().timeout(PATIENCE).tls_certs_only([certificate]).build().expect("a client")
}

/// Waits until who trusts this certificate alone is answered.
async fn shown(service: &Service, pair: &Pair) {
    let answered = async {
        while trusting(pair).get(format!("{}/healthcheck", service.base())).send().await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, answered).await.expect("the certificate is shown in time");
}

async fn refuses(service: &Service, pair: &Pair) {
    trusting(pair).get(format!("{}/healthcheck", service.base())).send().await.expect_err("it shows another one");
}

#[tokio::test]
async fn requests_are_encrypted() {
    let (own, other) = (pair(), pair());
    let secret = Secret::of(&own);
    let mut command = service_command();
    command.arg("--simulate").envs(secret.options());
    let service = Service::start_trusting(command, trusting(&own)).await;
    assert!(service.base().starts_with("https://127.0.0.1:"), "{}", service.base());
    let listed = service.send(Method::GET, "/elb", |request| request).await;
    assert_eq!(listed.body[0]["name"], "default-alb", "{listed:?}");
    refuses(&service, &other).await;

    let url = format!("{}/healthcheck", service.base());
    let certificate = Certificate::from_pem(own.certificate.as_bytes()).expect("a certificate");
    for (version, taken) in [(tls::Version::TLS_1_2, true), (tls::Version::TLS_1_3, true)] {
        let client = Client::builder().no_proxy().tls_certs_only([certificate.clone()]).tls_version_max(version);
        let answer = client.build().expect("a client").get(&url).send().await;
        assert_eq!(answer.map(|answer| answer.version() == Version::HTTP_11).ok(), Some(taken), "{version:?}");
    }

    // Whoever speaks no TLS is not answered in the clear.
    let mut plain = TcpStream::connect(service.base().trim_start_matches("https://")).await.expect("a connection");
    plain.write_all(b"GET /elb HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("sent");
    let mut answer = Vec::new();
    // It may be reset.
    let _ = plain.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP"), "{}", answer.escape_ascii());
    service.stop().await;
}

#[tokio::test]
async fn a_slow_handshake_is_cut_off_and_holds_up_nobody() {
    let own = pair();
    let secret = Secret::of(&own);
    let mut command = service_command();
    command.args(["--simulate", "--tls-handshake-timeout", "1", "--max-connections", "8"]).envs(secret.options());
    let service = Service::start_trusting(command, trusting(&own)).await;
    let mut slow = Vec::new();
    for _ in 0..16 {
        let stream = TcpStream::connect(service.base().trim_start_matches("https://")).await.expect("a connection");
        slow.push(stream);
    }
    assert_eq!(service.send(Method::GET, "/elb", |request| request).await.status, 200);
    for mut stream in slow {
        let mut rest = Vec::new();
        tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest)).await.expect("closed in time").expect("closed");
    }
    service.stop().await;
}

#[tokio::test]
async fn a_certificate_is_replaced_while_requests_are_answered() {
    let pairs = [pair(), pair(), pair()];
    let secret = Secret::of(&pairs[0]);
    let aws = Backend::start(World::simple(2)).await;
    let mut command = service_on(aws.endpoint());
    command.envs(secret.options());
    let service = Service::start_trusting(command, trusting(&pairs[0])).await;
    service.ready().await;

    // An answer that is on its way, on a connection that has the first certificate.
    aws.forget_calls();
    let simulator = aws.simulator();
    simulator.inject(Elbv2::DescribeTargetGroups, Times::All, Fault::Delayed(Duration::from_secs(1)));
    let url = format!("{}/elb/web", service.base());
    let working = tokio::spawn(trusting(&pairs[0]).get(url).send());
    while simulator.count(Elbv2::DescribeTargetGroups) == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    secret.swap(&pairs[1].certificate, &pairs[1].key);
    service.signal("-HUP").await;
    shown(&service, &pairs[1]).await;
    refuses(&service, &pairs[0]).await;
    let answer = working.await.expect("it ends").expect("an answer");
    assert_eq!(answer.status(), 200);
    // The connection of before is good for more.
    assert_eq!(service.send(Method::GET, "/healthcheck", |request| request).await.status, 200);

    // A pair that does not fit is said, and changes nothing.
    secret.swap(&pairs[2].certificate, &pairs[1].key);
    service.signal("-HUP").await;
    let why = "is not the key of the certificate";
    service.logged(&["ERROR", "the TLS certificate stays as it was: it cannot be used", why]).await;
    shown(&service, &pairs[1]).await;
    refuses(&service, &pairs[2]).await;
    // The first client keeps its connection, whatever certificate others are shown.
    let told = async |what| reload_failed(&service, what, |request| request).await;
    assert_eq!((told("certificate").await, told("credentials").await), (true, false));

    // Without a signal too.
    secret.swap(&pairs[2].certificate, &pairs[2].key);
    shown(&service, &pairs[2]).await;
    assert!(!told("certificate").await);
    service.stop().await;
    aws.stop().await;
}

#[tokio::test]
async fn who_may_call_is_read_anew() {
    let file = File::none();
    let token = file.everybody().await;
    let mut command = service_command();
    command.args(["--simulate", "--credentials", &file.text()]);
    let service = Service::start(command).await;
    let status = async |who: &crate::credentials::With| service.send(Method::GET, "/elb", who).await.status;
    let (ann, bot) = (user("ann", PASSWORD), bearer(&token));
    assert_eq!((status(&ann).await, status(&bot).await), (200, 200));

    let all = std::fs::read_to_string(file.text()).expect("the file");
    let mut without: serde_json::Value = serde_json::from_str(&all).expect("JSON");
    without["principals"].as_array_mut().expect("an array").retain(|entry| entry["name"] == "vic");
    std::fs::write(file.text(), without.to_string()).expect("written");
    service.signal("-HUP").await;
    service.logged(&["the credentials file was read anew"]).await;
    assert!(!reload_failed(&service, "credentials", user("vic", PASSWORD)).await);
    // The password was remembered.
    assert_eq!((status(&ann).await, status(&bot).await), (401, 401));

    for (broken, why) in [("{", "not well formed"), ("{\"principals\": []}", "has no principals")] {
        std::fs::write(file.text(), broken).expect("written");
        service.signal("-HUP").await;
        service.logged(&["ERROR", "the credentials file stays as it was: it cannot be used", why]).await;
        assert_eq!(status(&user("vic", PASSWORD)).await, 200);
        assert!(reload_failed(&service, "credentials", user("vic", PASSWORD)).await);
    }
    std::fs::remove_file(file.text()).expect("it was there");
    service.signal("-HUP").await;
    service.logged(&["ERROR", "the credentials file stays as it was: it cannot be read", "No such file"]).await;
    assert_eq!(status(&user("vic", PASSWORD)).await, 200);
    assert!(reload_failed(&service, "credentials", user("vic", PASSWORD)).await);

    // Without a signal too.
    std::fs::write(file.text(), all).expect("written");
    let again = async {
        while status(&bot).await != 200 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, again).await.expect("the file is taken in time");
    assert_eq!(status(&ann).await, 200);
    assert!(!reload_failed(&service, "credentials", &ann).await);
    service.stop().await;
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_is_said() {
    let (own, other) = (pair(), pair());
    let secret = Secret::of(&own);
    let refusal = async || {
        let output = service_command().arg("--simulate").envs(secret.options()).output().await.expect("it runs");
        assert!(!output.status.success(), "it started");
        String::from_utf8(output.stderr).expect("text")
    };
    secret.swap(&own.certificate, &other.key);
    let errors = refusal().await;
    assert!(errors.contains("tls.key is not the key of the certificate") && errors.contains("tls.crt"), "{errors}");
    secret.swap("", &own.key);
    let errors = refusal().await;
    assert!(errors.contains("tls.crt has no certificate"), "{errors}");
    std::fs::remove_file(secret.path("tls.key")).expect("it was there");
    let errors = refusal().await;
    assert!(
        errors.contains("cannot read") && errors.contains("tls.key") && errors.contains("No such file"),
        "{errors}"
    );
}

#[tokio::test]
async fn the_binary_checks_the_health_of_a_service_with_tls() {
    let own = pair();
    let secret = Secret::of(&own);
    let mut command = service_command();
    command.arg("--simulate").envs(secret.options());
    let service = Service::start_trusting(command, trusting(&own)).await;
    let address = service.base().trim_start_matches("https://").to_owned();
    let check = async |tls: bool| {
        let mut check = service_command();
        check.args(["healthcheck", "--listen", &address]);
        if tls {
            // The variables of the service, and a certificate that is not shown yet.
            check.envs(secret.options());
        }
        check.output().await.expect("it runs").status.success()
    };
    secret.swap("not yet", &KeyPair::generate().expect("a key").serialize_pem());
    assert_eq!((check(true).await, check(false).await), (true, false));
    service.stop().await;
}
