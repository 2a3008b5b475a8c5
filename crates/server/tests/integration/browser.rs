//! Swagger UI in a real Chromium. `cargo xtask test --full` runs this; it names the browser in `ELBM_TEST_CHROMIUM`.

use serde_json::Value;
use tokio::process::Command;

use crate::backend::World;
use crate::context::{PATIENCE, TestContext, text};

/// What keeps Chromium from calling home and from needing a screen or a sandbox.
const QUIET: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

#[tokio::test]
#[ignore = "it needs Chromium: `cargo xtask test --full` runs it"]
async fn swagger_ui_shows_every_operation() {
    let context = TestContext::start(World::default()).await;
    let profile = tempfile::tempdir().expect("a folder");
    let browser = std::env::var("ELBM_TEST_CHROMIUM").expect("ELBM_TEST_CHROMIUM names the browser");
    let shown = Command::new(browser)
        .args(QUIET)
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(["--virtual-time-budget=20000", "--dump-dom", &format!("{}/swagger/", context.own_origin())])
        .kill_on_drop(true)
        .output();
    let shown = tokio::time::timeout(PATIENCE, shown).await.expect("in time").expect("Chromium runs");
    let page = String::from_utf8_lossy(&shown.stdout);

    let contract: Value =
        serde_norway::from_str(include_str!("../../../../openapi/swagger-file.yaml")).expect("the contract is YAML");
    let operations = contract["paths"].as_object().expect("paths").values();
    let ids: Vec<_> = operations
        .flat_map(|path| path.as_object().expect("operations").values())
        .map(|operation| text(&operation["operationId"]))
        .collect();
    assert!(ids.len() >= 5, "{ids:?}");
    for id in ids {
        // Swagger UI gives each operation an element of this id.
        assert!(page.contains(&format!("-{id}\"")), "Swagger UI does not show {id}: {page}");
    }
    context.stop().await;
}
