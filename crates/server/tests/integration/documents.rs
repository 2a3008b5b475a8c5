//! The contract itself and Swagger UI.

use reqwest::{Client, redirect::Policy};
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
    for path in ["/", "/swagger"] {
        let redirect = get(path).await.expect("an answer");
        assert_eq!((redirect.status().as_u16(), &redirect.headers()["location"]), (307, &"/swagger/".parse().unwrap()));
    }
    let page = get("/swagger/").await.expect("an answer");
    assert!(page.headers()["content-type"].to_str().is_ok_and(|kind| kind.starts_with("text/html")));
    assert!(page.text().await.expect("text").contains("swagger-ui-bundle.js"));
    let script = get("/swagger/swagger-initializer.js").await.expect("an answer").text().await.expect("text");
    assert!(script.contains("/openapi.json"), "{script}");
    let bundle = get("/swagger/swagger-ui-bundle.js").await.expect("an answer");
    assert_eq!(bundle.status(), 200);
    context.stop().await;
}
