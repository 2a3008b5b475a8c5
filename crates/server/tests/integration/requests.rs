//! Requests that are refused before anything is asked of AWS, each with its own sentence.

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};

use crate::backend::World;
use crate::context::{Answer, TestContext};

const GOOD: &str = r#"{"instanceId": "i-06060a1e235609999"}"#;

async fn post(context: &TestContext, content_type: &str, body: impl Into<Vec<u8>>) -> Answer {
    let body = body.into();
    context.send(Method::POST, "/elb/web", |request| request.header(CONTENT_TYPE, content_type).body(body)).await
}

#[tokio::test]
async fn bodies_are_read_strictly() {
    let context = TestContext::start(World::simple(2)).await;
    let long = format!(r#"{{"instanceId": "i-{}"}}"#, "a".repeat(10_000));
    let nested = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(GOOD.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let cases: Vec<(&[u8], &str)> = vec![
        (b"", "empty"),
        (b"{", "JSON"),
        (b"{}", "instanceId"),
        (b"[]", ""),
        (b"null", ""),
        (br#"{"instanceId": null}"#, "instanceId"),
        (br#"{"instanceId": 7}"#, "instanceId"),
        (br#"{"instanceId": ""}"#, "instanceId"),
        (br#"{"instanceId": "i-xyz"}"#, "i-xyz"),
        (br#"{"instanceId": "i-06060a1e235609999", "extra": 1}"#, "extra"),
        (br#"{"instanceId": "i-06060a1e235609999", "instanceId": "i-06060a1e235609999"}"#, "instanceId"),
        (br#"{"instanceId": "i-06060a1e235609999"} x"#, "goes on after"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b"{\"instanceId\": \"\xff\"}", "UTF-8"),
        (br#"{"instanceId": NaN}"#, ""),
        (&utf16, "UTF-8"),
        (long.as_bytes(), "instanceId"),
        (nested.as_bytes(), ""),
    ];
    for (body, part) in cases {
        let told = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let sentence = post(&context, "application/json", body).await.refused(400, "ValidationError");
        assert!(sentence.contains(part), "{told} → {sentence}");
        assert!(sentence.len() < 300, "{told} → {sentence}");
    }
    assert_eq!(context.aws.simulator().calls().len(), 0, "AWS was asked");
    context.stop().await;
}

#[tokio::test]
async fn the_body_must_be_declared_as_json() {
    let context = TestContext::start(World::simple(2)).await;
    for content_type in ["application/x-www-form-urlencoded", "text/plain", "application/jsonp", ""] {
        let sentence = post(&context, content_type, GOOD).await.refused(415, "UnsupportedMediaType");
        assert!(sentence.contains("application/json"), "{content_type}: {sentence}");
    }
    for method in [Method::POST, Method::DELETE] {
        let none = context.send(method, "/elb/web", |request| request.body(GOOD)).await;
        none.refused(415, "UnsupportedMediaType");
    }
    let charset = post(&context, "application/json; charset=utf-8", GOOD).await;
    charset.refused(400, "InvalidTarget");
    context.stop().await;
}

#[tokio::test]
async fn a_large_body_is_not_read() {
    let context = TestContext::start(World::simple(2)).await;
    for size in [100_000, 20_000_000] {
        let large = format!(r#"{{"instanceId": "{}"}}"#, "a".repeat(size));
        for method in [Method::POST, Method::DELETE] {
            let answer = context
                .send(method, "/elb/web", |request| {
                    request.header(CONTENT_TYPE, "application/json").body(large.clone())
                })
                .await;
            assert!(answer.refused(413, "PayloadTooLarge").contains("65536"));
        }
    }
    context.stop().await;
}

#[tokio::test]
async fn queries_and_paths_are_read_strictly() {
    let context = TestContext::start(World::simple(2)).await;
    let long = "a".repeat(300);
    for (method, path, part) in [
        (Method::GET, "/elb?x=1", "'x'"),
        (Method::GET, "/healthcheck?x=1", "'x'"),
        (Method::GET, "/elb/web?targetGroup=a", "'targetGroup'"),
        (Method::POST, "/elb/web?targetgroup=a", "'targetgroup'"),
        (Method::POST, "/elb/web?port=1&port=2", "port"),
        (Method::POST, "/elb/web?port=0", "port"),
        (Method::POST, "/elb/web?port=65536", "port"),
        (Method::POST, "/elb/web?port=eighty", "port"),
        (Method::POST, "/elb/web?port=", "port"),
        (Method::DELETE, "/elb/web?targetGroup=a_b", "targetGroup"),
        (Method::DELETE, "/elb/web?targetGroup=%ff", "UTF-8"),
        (Method::DELETE, "/elb/web?targetGroup=%zz", ""),
        (Method::GET, "/elb/a%2fb", "elbName"),
        (Method::GET, "/elb/a%00b", "elbName"),
        (Method::GET, "/elb/a%ffb", "UTF-8"),
        (Method::GET, "/elb/a_b", "elbName"),
        (Method::GET, "/elb/a%0d%0aSet-Cookie:b", "elbName"),
        (Method::GET, "/elb/a%1b%5b31m", "elbName"),
        (Method::GET, "/elb/a%7f", "elbName"),
        (Method::DELETE, "/elb/web?targetGroup=a%00", "targetGroup"),
        (Method::GET, &format!("/elb/{long}"), "elbName"),
    ] {
        let answer = context
            .send(method.clone(), path, |request| request.header(CONTENT_TYPE, "application/json").body(GOOD))
            .await;
        let sentence = answer.refused(400, "ValidationError");
        assert!(sentence.contains(part), "{method} {path} → {sentence}");
    }
    assert_eq!(context.aws.simulator().calls().len(), 0, "AWS was asked");
    context.stop().await;
}

#[tokio::test]
async fn paths_and_methods_that_do_not_exist() {
    let context = TestContext::start(World::simple(2)).await;
    for path in ["/nowhere", "/elb/web/nowhere", "/swagger/nowhere.js"] {
        context.get(path).await.refused(404, "NotFound");
    }
    for (method, path) in [(Method::PUT, "/elb/web"), (Method::POST, "/elb"), (Method::PATCH, "/healthcheck")] {
        let answer = context.send(method, path, |request| request).await;
        let allow = answer.headers["allow"].to_str().expect("text").to_owned();
        assert!(answer.refused(405, "MethodNotAllowed").contains(&allow));
        assert_eq!(allow, if path == "/elb/web" { "GET, POST, DELETE" } else { "GET" }, "{path}");
    }
    context.stop().await;
}

#[tokio::test]
async fn credentials_that_nobody_can_check_are_refused() {
    let context = TestContext::start(World::simple(2)).await;
    for (method, path) in
        [(Method::GET, "/elb"), (Method::GET, "/elb/web"), (Method::POST, "/elb/web"), (Method::DELETE, "/elb/web")]
    {
        for value in ["Basic dXNlcjpwYXNz", "Bearer token", "nonsense"] {
            let answer = context
                .send(method.clone(), path, |request| {
                    request.header(AUTHORIZATION, value).header(CONTENT_TYPE, "application/json").body(GOOD)
                })
                .await;
            answer.refused(401, "Unauthorized");
            assert!(answer.headers["www-authenticate"].to_str().is_ok_and(|text| text.starts_with("Basic")));
        }
    }
    let public = context.send(Method::GET, "/healthcheck", |request| request.header(AUTHORIZATION, "Basic x")).await;
    assert_eq!(public.status, 200);
    context.stop().await;
}

#[tokio::test]
async fn a_page_of_another_origin_changes_nothing() {
    let context = TestContext::start(World::simple(2)).await;
    let before = context.members("web").await;
    for method in [Method::POST, Method::DELETE] {
        for (name, value) in [("origin", "https://example.com"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
            let answer = context
                .send(method.clone(), "/elb/web", |request| {
                    request.header(name, value).header(CONTENT_TYPE, "application/json").body(GOOD)
                })
                .await;
            answer.refused(403, "ForeignOrigin");
        }
    }
    assert_eq!(context.members("web").await, before);
    let own = context.own_origin();
    let answer = context
        .send(Method::POST, "/elb/web", |request| {
            request.header("origin", own).header(CONTENT_TYPE, "application/json").body(GOOD)
        })
        .await;
    answer.refused(400, "InvalidTarget");
    let read = context.send(Method::GET, "/elb/web", |request| request.header("origin", "https://example.com")).await;
    assert_eq!(read.status, 200);
    context.stop().await;
}

#[tokio::test]
async fn a_name_that_was_turned_to_this_machine_is_no_caller() {
    let context = TestContext::start(World::simple(2)).await;
    for (host, status) in
        [("evil.example:5000", 401), ("127.0.0.1.evil.example", 401), ("localhost:1", 200), ("[::1]", 200)]
    {
        let answer = context.send(Method::GET, "/elb/web", |request| request.header("host", host)).await;
        assert_eq!(answer.status, status, "{host}: {answer:?}");
    }
    context.stop().await;
}
