//! Signing in with AWS: whoever AWS says it is, and nobody else.

use std::time::{Duration, SystemTime};

use elbm_simulator::{Elbv2, Fault, Sts, Times};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::context::{Answer, TestContext, service_command};
use crate::contract::{Described, described};
use crate::credentials::{With, bearer, change, list, two_load_balancers};
use crate::identities::{Identity, token};

const SERVER: &str = "elbm.example.com";

fn principals() -> Value {
    json!({"principals": [
        {"name": "deploy", "role": "operator", "loadBalancers": ["web"], "awsArn": "arn:aws:iam::123456789012:role/deploy"},
        {"name": "vic", "role": "viewer", "awsArn": "arn:aws:iam::123456789012:user/v*"},
        {"name": "own", "role": "self-only", "loadBalancers": ["web"], "awsArn": "arn:aws:sts::123456789012:assumed-role/web/*"},
    ]})
}

async fn start() -> TestContext {
    start_with(&[]).await
}

async fn start_with(more: &[&str]) -> TestContext {
    let principals = principals().to_string();
    let mut options = vec!["--credentials-json", &principals, "--aws-sign-in", SERVER];
    options.extend(more);
    TestContext::start_with(two_load_balancers(), &options).await
}

/// Signed in, for this service.
fn signed(context: &TestContext, identity: &Identity) -> With {
    bearer(&identity.token(context.aws.endpoint(), SERVER))
}

fn asked(context: &TestContext) -> usize {
    context.aws.simulator().count(Sts::GetCallerIdentity)
}

#[tokio::test]
async fn whoever_aws_says_it_is_may_call() {
    let context = start().await;
    let (deploy, vic) = (signed(&context, &Identity::deploy()), signed(&context, &Identity::vic()));
    assert_eq!(change(&context, Method::POST, "web", &deploy).await.status, 201);
    change(&context, Method::POST, "api", &deploy).await.refused(403, "Forbidden");
    assert_eq!(list(&context, "/elb/api", &vic).await.status, 200);
    let sentence = change(&context, Method::DELETE, "web", &vic).await.refused(403, "Forbidden");
    assert!(sentence.contains("'vic' is a viewer"), "{sentence}");
    // AWS was asked about each once.
    for _ in 0..10 {
        assert_eq!(list(&context, "/elb/web", &deploy).await.status, 200);
    }
    assert_eq!(asked(&context), 2);
    context.stop().await;
}

#[tokio::test]
async fn whoever_aws_does_not_know_is_nobody() {
    let context = start().await;
    let aws = context.aws.endpoint().to_owned();
    let deploy = Identity::deploy();
    let now = SystemTime::now();
    let url = deploy.presigned(&aws, SERVER, now);
    let with_other = |change: fn(&mut Identity)| {
        let mut other = deploy.clone();
        change(&mut other);
        other.token(&aws, SERVER)
    };
    let signature = "AWS does not take the AWS sign-in";
    for (token, sentence) in [
        // What AWS refuses.
        (deploy.token(&aws, "other.example.com"), signature),
        (with_other(|one| one.secret.push('x')), signature),
        (with_other(|one| one.session_token = None), signature),
        (with_other(|one| one.key = "AKIANOBODY0000000000".to_owned()), signature),
        (token(&url.replace("Expires=60", "Expires=61")), signature),
        // Whom AWS knows and the service does not.
        (Identity::eve().token(&aws, SERVER), "no principal of this service is arn:aws:iam::123456789012:user/eve"),
        (Identity::pretender().token(&aws, SERVER), "no principal of this service is arn:aws:sts::"),
    ] {
        let told = list(&context, "/elb", &bearer(&token)).await.refused(401, "Unauthorized");
        assert!(told.contains(sentence), "{told}");
    }
    // The two whom AWS knows: a signature that it does not take is no call.
    let before = asked(&context);
    assert_eq!(before, 2);
    for (token, sentence) in [
        (token(&url.replace(&aws, "http://127.0.0.1:9")), "is for none of the STS endpoints"),
        (token(&url.replace(&aws, &format!("{aws}@127.0.0.1:9"))), "is for none of the STS endpoints"),
        (token(&url.replace("GetCallerIdentity", "AssumeRole")), "its parameter Action"),
        (token(&format!("{url}&RoleArn=a")), "a parameter that does not belong there"),
        (token(&deploy.presigned(&aws, SERVER, now - Duration::from_mins(2))), "has expired"),
        (token(&deploy.presigned(&aws, SERVER, now + Duration::from_hours(1))), "of the future"),
        ("elbm-aws-v1.!".to_owned(), "malformed"),
    ] {
        let answer = list(&context, "/elb", &bearer(&token)).await;
        let told = answer.refused(401, "Unauthorized");
        assert!(told.contains(sentence), "{told}");
        assert!(answer.headers["www-authenticate"].to_str().is_ok_and(|header| header.contains("Bearer")));
    }
    assert_eq!(asked(&context), before, "AWS was asked");
    context.stop().await;
}

#[tokio::test]
async fn failed_sign_ins_end_soon_and_only_where_they_come_from() {
    let context = start_with(&["--proxies", "1"]).await;
    let aws = context.aws.endpoint().to_owned();
    let from = |who: With, address: &'static str| -> With {
        Box::new(move |request| who(request).header("x-forwarded-for", address))
    };
    let deploy = signed(&context, &Identity::deploy());
    assert_eq!(list(&context, "/elb/web", &from(deploy, "203.0.113.9")).await.status, 200);
    let guess = || from(bearer(&Identity::eve().token(&aws, SERVER)), "203.0.113.9");
    let mut guesses = 0;
    let refused = loop {
        let answer = list(&context, "/elb", &guess()).await;
        if answer.status != 401 {
            break answer;
        }
        guesses += 1;
        assert!(guesses < 1000, "there is no end to it");
    };
    let wait = refused.headers["retry-after"].to_str().expect("text").to_owned();
    let sentence = refused.refused(429, "TooManyRequests");
    assert!(sentence.starts_with("too many AWS sign-ins") && sentence.ends_with(&format!("in {wait} s")), "{sentence}");
    assert!(guesses >= 30, "{guesses}");
    // Who is remembered, or calls from elsewhere, is not concerned.
    let elsewhere = from(signed(&context, &Identity::vic()), "192.0.2.1");
    assert_eq!(list(&context, "/elb", &elsewhere).await.status, 200);
    context.stop().await;
}

#[tokio::test]
async fn where_aws_cannot_be_asked_nobody_is_refused_for_it() {
    let context = start_with(&["--aws-timeout", "1"]).await;
    let simulator = context.aws.simulator().clone();
    let fresh = || signed(&context, &Identity::vic());
    for (fault, status, code) in [
        (Fault::Throttled, 503, "AwsThrottled"),
        (Fault::InternalFailure, 502, "AwsError"),
        (Fault::ConnectionDropped, 502, "AwsUnreachable"),
        (Fault::Delayed(Duration::from_secs(30)), 504, "AwsTimeout"),
    ] {
        simulator.inject(Sts::GetCallerIdentity, Times::All, fault);
        // Operations that want nothing else of AWS too.
        for path in ["/elb", "/metrics"] {
            let answer = list(&context, path, &fresh()).await;
            answer.refused(status, code);
            assert_eq!(answer.headers.contains_key("retry-after"), status == 503, "{answer:?}");
        }
        simulator.clear_faults();
    }
    // What the SDK does about bad connections succeeds: else it would say so.
    let lines = context.logged(&["/metrics", "504"]).await;
    assert!(lines.iter().all(|line| !line.contains("aws_smithy")), "{lines:#?}");
    simulator.inject(Sts::GetCallerIdentity, Times::All, Fault::ConnectionDropped);
    // More than may fail.
    let who = fresh();
    for answer in join_all((0..40).map(|_| list(&context, "/elb", &who))).await {
        answer.refused(502, "AwsUnreachable");
    }
    simulator.clear_faults();
    assert_eq!(list(&context, "/elb", &fresh()).await.status, 200);
    context.stop().await;
}

/// The request of an operation on this load balancer and machine, as whoever it is.
async fn ask(context: &TestContext, operation: &Described, load_balancer: &str, machine: &str, who: &With) -> Answer {
    let path = operation.path.replace("{elbName}", load_balancer).replace("{instanceId}", machine);
    let path = if operation.id == "listInstances" { format!("{path}?drained=true") } else { path };
    let body = match operation.id.as_str() {
        "changeMembers" => json!({"items": [{"action": "attach", "instanceId": machine}]}),
        _ => json!({"instanceId": machine}),
    };
    let with = |request: reqwest::RequestBuilder| {
        let request = who(request);
        if operation.takes_body { request.json(&body) } else { request }
    };
    context.send(operation.method.clone(), &path, with).await
}

fn protected() -> Vec<Described> {
    let all: Vec<_> = described().into_iter().filter(|operation| operation.protected).collect();
    assert!(all.len() > 10, "{all:?}");
    all
}

/// What the service has written to AWS.
fn written(context: &TestContext) -> usize {
    let writes = [Elbv2::RegisterTargets, Elbv2::DeregisterTargets];
    writes.into_iter().map(|action| context.aws.simulator().count(action)).sum()
}

#[tokio::test]
async fn a_viewer_writes_by_no_operation_of_the_contract() {
    let context = start().await;
    let vic = signed(&context, &Identity::vic());
    let machine = context.aws.machine(0).to_owned();
    for operation in protected() {
        if operation.method != Method::GET {
            let answer = ask(&context, &operation, "web", &machine, &vic).await;
            let sentence = answer.refused(403, "Forbidden");
            assert!(sentence.contains("is a viewer"), "{}: {sentence}", operation.id);
        } else if !operation.streams {
            assert_eq!(ask(&context, &operation, "web", &machine, &vic).await.status, 200, "{}", operation.id);
        }
    }
    assert_eq!(written(&context), 0);
    context.stop().await;
}

#[tokio::test]
async fn every_operation_of_the_contract_keeps_to_the_patterns() {
    let context = start().await;
    let deploy = signed(&context, &Identity::deploy());
    let machine = context.aws.machine(0).to_owned();
    let mut seen = 0;
    for operation in protected().iter().filter(|operation| operation.is_of_one()) {
        let answer = ask(&context, operation, "api", &machine, &deploy).await;
        let sentence = answer.refused(403, "Forbidden");
        assert!(sentence.contains("are not for the load balancer 'api'"), "{}: {sentence}", operation.id);
        seen += 1;
    }
    assert!(seen >= 9, "{seen}");
    assert_eq!(written(&context), 0);
    context.stop().await;
}

#[tokio::test]
async fn an_instance_does_nothing_but_attach_and_detach_itself() {
    let context = start().await;
    let (own, other) = (context.aws.machine(2).to_owned(), context.aws.machine(0).to_owned());
    let machine = signed(&context, &Identity::machine(&own));
    let may = ["attachInstance", "detachInstance", "getMember", "putMember", "deleteMember"];
    for operation in &protected() {
        let of_own = may.contains(&operation.id.as_str());
        let cases = [("web", &own, of_own), ("web", &other, false), ("api", &own, false), ("api", &other, false)];
        for (load_balancer, id, may) in cases {
            if may {
                continue;
            }
            let answer = ask(&context, operation, load_balancer, id, &machine).await;
            answer.refused(403, "Forbidden");
        }
    }
    assert_eq!(written(&context), 0);

    let path = format!("/elb/web/instances/{own}");
    let send = async |method: Method, path: &str| context.send(method, path, &machine).await;
    assert_eq!(send(Method::PUT, &path).await.status, 201);
    assert_eq!(send(Method::GET, &path).await.status, 200);
    let forced = format!("{path}?force=true");
    let force = |request: reqwest::RequestBuilder| machine(request).header("X-Reason", "because");
    let sentence = context.send(Method::DELETE, &forced, force).await.refused(403, "Forbidden");
    assert!(sentence.contains("'own' may attach and detach its own machine only, without force"), "{sentence}");
    assert_eq!(send(Method::DELETE, &path).await.status, 200);
    assert_eq!(change(&context, Method::POST, "web", &machine).await.status, 201);
    assert_eq!(change(&context, Method::DELETE, "web", &machine).await.status, 201);
    context.stop().await;
}

#[tokio::test]
async fn each_instance_has_a_rate_of_its_own() {
    let context = start_with(&["--rate-limit", "1"]).await;
    let [one, two] = [0, 1].map(|number| {
        let id = context.aws.machine(number).to_owned();
        (format!("/elb/web/instances/{id}"), signed(&context, &Identity::machine(&id)))
    });
    let mut rounds = 0;
    while list(&context, &one.0, &one.1).await.status != 429 {
        rounds += 1;
        assert!(rounds < 1000, "it has no rate");
    }
    assert_eq!(list(&context, &two.0, &two.1).await.status, 200);
    context.stop().await;
}

#[tokio::test]
async fn what_cannot_sign_in_is_said_at_the_start() {
    let principals = principals().to_string();
    for (arguments, sentence) in [
        (vec!["--credentials-json", &principals], "needs --aws-sign-in"),
        (vec!["--aws-sign-in", SERVER], "--credentials"),
        (vec!["--credentials-json", &principals, "--aws-sign-in", "https://elbm"], "as hosts have it"),
    ] {
        let output = service_command().arg("--simulate").args(&arguments).output().await.expect("it runs");
        let errors = String::from_utf8(output.stderr).expect("text");
        assert!(!output.status.success() && errors.contains(sentence), "{arguments:?}: {errors}");
    }
}
