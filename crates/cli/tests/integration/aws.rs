//! `--aws`: signing in with AWS, without a token.

use std::process::Stdio;

use elbm_simulator::{AccessKeySpec, Sts};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::{Context, answer, elbm, end, stranger};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "session+of/web==";

/// A service that goes by this name, with an operator who is a user, and instances of the role `web`.
async fn start(name: &str) -> Context {
    let principals = json!({"principals": [
        {"name": "olga", "role": "operator", "awsArn": "arn:aws:iam::123456789012:user/olga"},
        {"name": "web", "role": "self-only", "awsArn": "arn:aws:iam::123456789012:role/web"},
    ]});
    let options = ["--credentials-json", &principals.to_string(), "--aws-sign-in", name];
    Context::start_of(1, &options, |fleet, machines| {
        let key = |id: &str, session_token: Option<&str>, arn: String| AccessKeySpec {
            id: id.to_owned(),
            secret: SECRET.to_owned(),
            session_token: session_token.map(str::to_owned),
            arn: format!("arn:aws:{arn}"),
        };
        fleet.access_key(key("AKIAOLGA000000000000", None, "iam::123456789012:user/olga".to_owned()));
        let own = format!("sts::123456789012:assumed-role/web/{}", machines[1]);
        fleet.access_key(key("ASIAWEB0000000000000", Some(TOKEN), own));
    })
    .await
}

/// With the access key of the user, on the AWS of the service.
fn as_olga(context: &Context, mut command: Command) -> Command {
    command.envs([
        ("AWS_ENDPOINT_URL", context.aws_endpoint().as_str()),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "AKIAOLGA000000000000"),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
    ]);
    command
}

#[tokio::test]
async fn aws_says_who_calls() {
    let context = start("elbm.example.com").await;
    let run = async |arguments: &[&str]| end(as_olga(&context, context.command(arguments))).await;
    run(&["--aws=elbm.example.com", "attach", "web", context.spare()]).await.with(0);
    let mut command = as_olga(&context, context.command(&["ls"]));
    command.env("ELBM_AWS", "elbm.example.com");
    end(command).await.with(0);
    // It is signed for the host of the address where no name is said, and good for no other service.
    let refused = run(&["--aws", "ls"]).await.with(7);
    assert!(refused.errors.contains("AWS does not take the AWS sign-in"), "{refused:?}");
    // What is asked for explicitly comes before a token.
    let mut command = as_olga(&context, context.command(&["--aws=elbm.example.com", "ls"]));
    command.env("ELBM_TOKEN", "elbm_expired");
    end(command).await.with(0);
    context.stop().await;
}

#[tokio::test]
async fn that_aws_says_who_calls_is_kept() {
    let context = start("127.0.0.1").await;
    let login = as_olga(&context, elbm(&context.home, &["login", "--aws", context.url()]));
    let kept = end(login).await.with(0);
    assert!(!kept.errors.contains(SECRET), "{kept:?}");
    let file = context.home.path().join("config/elbm/login.json");
    let said: Value = serde_json::from_slice(&std::fs::read(&file).expect("readable")).expect("JSON");
    assert_eq!(said, json!({"server": context.url(), "aws": "127.0.0.1"}));
    end(as_olga(&context, elbm(&context.home, &["attach", "web", context.spare()]))).await.with(0);
    context.stop().await;
}

#[tokio::test]
async fn who_has_no_aws_credentials_is_told() {
    let context = start("127.0.0.1").await;
    for (variables, sentence) in [
        (vec![("AWS_EC2_METADATA_DISABLED", "true")], "set AWS_REGION"),
        (vec![("AWS_EC2_METADATA_DISABLED", "true"), ("AWS_REGION", "us-east-1")], "there are no AWS credentials"),
    ] {
        let mut command = context.command(&["--aws", "ls"]);
        command.envs(variables);
        let failed = end(command).await.with(1);
        assert!(failed.errors.contains("cannot sign in with AWS") && failed.errors.contains(sentence), "{failed:?}");
    }
    assert_eq!(context.aws().count(Sts::GetCallerIdentity), 0);
    context.stop().await;
}

/// The metadata service of an instance of this id, whose role is `web`.
async fn metadata(id: String) -> String {
    stranger(move |head| {
        let head = head.to_lowercase();
        let path = head.split(' ').nth(1).unwrap_or_default();
        let role = "/latest/meta-data/iam/security-credentials";
        let text = "content-type: text/plain\r\n";
        if path == "/latest/api/token" {
            let ttl = "content-type: text/plain\r\nx-aws-ec2-metadata-token-ttl-seconds: 60\r\n";
            return answer("200 OK", ttl, "token-of-metadata");
        }
        if path == "/latest/meta-data/instance-id" {
            answer("200 OK", text, &id)
        } else if path == "/latest/meta-data/placement/region" {
            answer("200 OK", text, "us-east-1")
        } else if path.trim_end_matches('/') == role {
            answer("200 OK", text, "web")
        } else if path == format!("{role}/web") {
            let credentials = json!({
                "Code": "Success", "Type": "AWS-HMAC", "LastUpdated": "2026-11-26T00:00:00Z",
                "Expiration": "2036-11-26T00:00:00Z", "AccessKeyId": "ASIAWEB0000000000000",
                "SecretAccessKey": SECRET, "Token": TOKEN,
            });
            answer("200 OK", "content-type: application/json\r\n", &credentials.to_string())
        } else {
            answer("404 Not Found", text, "")
        }
    })
    .await
}

#[tokio::test]
async fn an_instance_attaches_and_detaches_itself_by_its_role() {
    let context = start("127.0.0.1").await;
    let metadata = metadata(context.spare().to_owned()).await;
    let aws = context.aws_endpoint();
    let run = async |arguments: &[&str]| {
        let mut command = context.command(arguments);
        command.env("AWS_EC2_METADATA_SERVICE_ENDPOINT", &metadata).env("AWS_ENDPOINT_URL", &aws);
        command.stdin(Stdio::null());
        end(command).await
    };
    run(&["--aws", "attach", "web", "--self"]).await.with(0);
    let refused = run(&["--aws", "detach", "web", &context.machines[0]]).await.with(7);
    assert!(refused.errors.contains("may attach and detach its own machine only"), "{refused:?}");
    run(&["--aws", "detach", "web", "--self", "--wait=1"]).await.with(3);
    assert_eq!(context.members().iter().filter(|(_, state)| state == "draining").count(), 1);
    let kept = end({
        let mut command = elbm(&context.home, &["login", "--aws", context.url()]);
        command.env("AWS_EC2_METADATA_SERVICE_ENDPOINT", &metadata).env("AWS_ENDPOINT_URL", &aws);
        command
    });
    kept.await.with(0);
    context.stop().await;
}
