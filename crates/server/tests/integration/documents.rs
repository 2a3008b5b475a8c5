//! The contract itself, the web page and Swagger UI.

use std::io::Read as _;

use flate2::read::GzDecoder;
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Client, Response, redirect::Policy};
use serde_json::Value;

use crate::backend::World;
use crate::context::TestContext;

const CONTRACT: &str = include_str!("../../../../openapi/swagger-file.yaml");

#[tokio::test]
async fn the_contract_is_served_as_it_is() {
    let context = TestContext::start(World::default()).await;
    let client = Client::builder().no_proxy().build().expect("a client");
    let get = |path: &str| client.get(format!("{}{path}", context.own_origin())).send();
    let yaml = get("/openapi.yaml").await.expect("an answer");
    assert_eq!(yaml.headers()["content-type"], "application/yaml");
    assert_eq!(yaml.text().await.expect("text"), CONTRACT);
    let json: Value = get("/openapi.json").await.expect("an answer").json().await.expect("JSON");
    assert_eq!(json, serde_norway::from_str::<Value>(CONTRACT).expect("YAML"));
    context.stop().await;
}

#[tokio::test]
async fn swagger_ui_is_served_on_the_contract() {
    let context = TestContext::start(World::default()).await;
    let client = Client::builder().no_proxy().redirect(Policy::none()).build().expect("a client");
    let get = |path: &str| client.get(format!("{}{path}", context.own_origin())).send();
    let redirect = get("/swagger").await.expect("an answer");
    assert_eq!((redirect.status().as_u16(), &redirect.headers()["location"]), (307, &"/swagger/".parse().unwrap()));
    let page = get("/swagger/").await.expect("an answer");
    assert_apart(page.headers());
    assert!(text(&page.headers()["content-security-policy"]).starts_with("default-src 'none'; script-src 'self'; "));
    assert!(page.headers()["content-type"].to_str().is_ok_and(|kind| kind.starts_with("text/html")));
    assert!(unpacked(page).await.contains("swagger-ui-bundle.js"));
    let script = get("/swagger/swagger-initializer.js").await.expect("an answer").text().await.expect("text");
    assert!(script.contains("/openapi.json"), "{script}");
    let bundle = get("/swagger/swagger-ui-bundle.js").await.expect("an answer");
    assert_eq!(bundle.status(), 200);
    assert!(unpacked(bundle).await.contains("SwaggerUIBundle"));
    context.stop().await;
}

#[tokio::test]
async fn the_page_is_served_with_a_strict_policy_and_asked_for_every_time() {
    let context = TestContext::start(World::default()).await;
    let client = Client::builder().no_proxy().redirect(Policy::none()).build().expect("a client");
    let url = |path: &str| format!("{}{path}", context.own_origin());
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/page/app.js", "text/javascript; charset=utf-8"),
        ("/page/app.css", "text/css; charset=utf-8"),
        ("/page/icon.svg", "image/svg+xml"),
    ] {
        let file = client.get(url(path)).send().await.expect("an answer");
        let headers = file.headers().clone();
        assert_eq!((file.status().as_u16(), text(&headers["content-type"])), (200, kind), "{path}");
        assert_eq!(text(&headers["cache-control"]), "no-cache");
        let policy = text(&headers["content-security-policy"]);
        for directive in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"] {
            assert!(policy.split("; ").any(|one| one == directive), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_apart(&headers);
        let bytes = file.bytes().await.expect("a file");
        assert!(!bytes.is_empty());

        let known = |tag: &str| client.get(url(path)).header("if-none-match", tag.to_owned()).send();
        let tag = text(&headers["etag"]);
        let fresh = known(&format!("\"old\", W/{tag}")).await.expect("an answer");
        assert_eq!((fresh.status().as_u16(), text(&fresh.headers()["etag"])), (304, tag), "{path}");
        assert!(fresh.bytes().await.expect("nothing").is_empty());
        let stale = known("\"old\"").await.expect("an answer");
        assert_eq!((stale.status().as_u16(), stale.bytes().await.expect("a file")), (200, bytes.clone()), "{path}");

        let head = client.head(url(path)).send().await.expect("an answer");
        let length = bytes.len().to_string();
        assert_eq!((head.status().as_u16(), text(&head.headers()["content-length"])), (200, length.as_str()), "{path}");
        assert_eq!(client.post(url(path)).send().await.expect("an answer").status(), 405, "{path}");
    }
    context.stop().await;
}

/// No page of another origin does anything with a page of ours, or learns from where it was reached.
#[track_caller]
fn assert_apart(headers: &HeaderMap) {
    for (name, value) in [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
    ] {
        assert_eq!(headers.get(name).map(text), Some(value), "{name}");
    }
}

fn text(value: &HeaderValue) -> &str {
    value.to_str().expect("text")
}

/// The text of a file that is kept compressed, as every browser takes it.
async fn unpacked(answer: Response) -> String {
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    let (packed, mut text) = (answer.bytes().await.expect("a body"), String::new());
    GzDecoder::new(&*packed).read_to_string(&mut text).expect("gzip");
    text
}
