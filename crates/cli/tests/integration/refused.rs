//! What goes wrong has a sentence and an exit code of its own.

use std::time::Duration;

use elbm_simulator::{Elbv2, Fault, Times};

use crate::support::{Context, answer, elbm, end, stranger};

#[tokio::test]
async fn what_is_not_there_is_told() {
    let context = Context::start(1).await;
    for arguments in [
        &["show", "nowhere"][..],
        &["targets", "nowhere"],
        &["attach", "nowhere", "i-12345678"],
        &["detach", "web", "i-12345678", "--target-group", "other"],
        &["attach", "nowhere", "i-12345678", "--wait"],
    ] {
        let refused = context.run(arguments).await.with(6);
        assert!(
            refused.errors.contains("there is no") || refused.errors.contains("has no"),
            "{arguments:?}: {refused:?}"
        );
    }
    context.stop().await;
}

#[tokio::test]
async fn what_is_wrong_with_all_is_not_asked_for_each() {
    let context = Context::start(1).await;
    let machines: Vec<_> = (0..20).map(|number| format!("i-123456{number:02}")).collect();
    let machines = machines.iter().map(String::as_str);
    let arguments: Vec<_> = ["attach", "nowhere", "--output", "json"].into_iter().chain(machines).collect();
    let refused = context.run(&arguments).await.with(6).json();
    let outcomes: Vec<_> = refused.as_array().expect("an array").iter().map(|entry| &entry["outcome"]).collect();
    assert_eq!((outcomes[0], outcomes[19]), (&"failed".into(), &"not attempted".into()), "{refused}");
    context.stop().await;
}

#[tokio::test]
async fn an_argument_that_is_not_well_formed_is_told_before_anything_is_asked() {
    let context = Context::start(1).await;
    for arguments in [&["attach", "web", "i-xyz"][..], &["show", "a/b"], &["detach", "web"], &["nonsense"]] {
        context.run(arguments).await.with(2);
    }
    assert_eq!(context.aws().count(Elbv2::DescribeTargetHealth), 0);
    let nobody = end(elbm(&context.home, &["ls"])).await.with(2);
    assert!(nobody.errors.contains("elbm login"), "{nobody:?}");
    for url in ["127.0.0.1:5000", "ftp://example.com", "https://ann:secret@example.com"] {
        let refused = context.run(&["ls", "--server", url]).await.with(2);
        assert!(refused.errors.contains("is not the address of a service"), "{refused:?}");
    }
    context.stop().await;
}

#[tokio::test]
async fn a_server_that_is_not_there_or_not_ours_is_told() {
    let context = Context::start(1).await;
    let unreachable = context.run(&["ls", "--server", "http://127.0.0.1:1"]).await.with(8);
    assert!(unreachable.errors.contains("http://127.0.0.1:1 cannot be reached: Connection refused"), "{unreachable:?}");
    let no_tls = context.url().replace("http:", "https:");
    context.run(&["ls", "--server", &no_tls]).await.with(8);

    let html = stranger(|_| answer("404 Not Found", "content-type: text/html\r\n", "<h1>Not here</h1>")).await;
    let refused = context.run(&["ls", "--server", &html]).await.with(1);
    assert!(refused.errors.contains("is not the service"), "{refused:?}");
    let redirect =
        stranger(|_| answer("301 Moved Permanently", "location: https://elbm.example.com/elb\r\n", "")).await;
    let refused = context.run(&["ls", "--server", &redirect]).await.with(1);
    assert!(refused.errors.contains("redirects to https://elbm.example.com/elb"), "{refused:?}");
    // A load balancer in front whose service died: nobody knows.
    let front = stranger(|_| answer("502 Bad Gateway", "content-type: text/html\r\n", "<h1>Bad Gateway</h1>")).await;
    let unknown = context.run(&["detach", "web", "i-12345678", "--server", &front]).await.with(9);
    assert!(unknown.errors.contains("the change may have been made"), "{unknown:?}");
    let cut = stranger(|_| "HTTP/1.1 20".to_owned()).await;
    context.run(&["detach", "web", "i-12345678", "--server", &cut]).await.with(9);
    context.run(&["ls", "--server", &cut]).await.with(8);
    context.stop().await;
}

#[tokio::test]
async fn a_newer_service_is_understood() {
    let body = r#"{"error": "SomethingNew", "message": "a sentence of the future", "requestId": "1", "more": []}"#;
    let home = tempfile::tempdir().expect("a folder");
    // A status that the operation has, and one that it does not have.
    for (status, code) in [("404 Not Found", 1), ("409 Conflict", 5)] {
        let newer = stranger(move |_| answer(status, "content-type: application/json\r\n", body)).await;
        let refused = end(elbm(&home, &["show", "web", "--server", &newer])).await.with(code);
        assert_eq!(refused.errors, "elbm: a sentence of the future\n");
    }
}

#[tokio::test]
async fn what_aws_refuses_or_does_not_show_is_told() {
    let context = Context::start_with(1, &["--verify-timeout", "1", "--aws-timeout", "1"]).await;
    let spare = context.spare().to_owned();
    for (action, fault, code, sentence) in [
        (Elbv2::RegisterTargets, Fault::AccessDenied, 1, "elasticloadbalancing:RegisterTargets"),
        (Elbv2::DescribeTargetHealth, Fault::Throttled, 8, "throttles"),
        (Elbv2::DescribeTargetHealth, Fault::InternalFailure, 1, "AWS"),
        (Elbv2::RegisterTargets, Fault::EffectStale(Duration::from_hours(1)), 9, "may have happened"),
    ] {
        context.aws().inject(action, Times::All, fault);
        let refused = context.run(&["attach", "web", &spare]).await.with(code);
        assert!(refused.errors.contains(sentence), "{refused:?}");
        context.aws().clear_faults();
    }
    context.stop().await;
}
