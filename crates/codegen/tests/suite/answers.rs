//! Answers of a server on generated code: headers, JSON, text and events.

use std::{sync::Arc, time::Duration};

use poem::{
    Endpoint as _, Response,
    http::{StatusCode, header},
};
use tokio::{io::AsyncReadExt as _, time::timeout};

use crate::{
    generated::shelf::Book,
    server::{FAUST, Server, app, app_of, get, put, put_to},
};

async fn text(mut response: Response) -> String {
    response.take_body().into_string().await.unwrap()
}

#[tokio::test]
async fn headers_and_empty_bodies_are_written() {
    let response = app().call(get("/shelves")).await.unwrap();
    assert_eq!(response.headers()["x-total"], "1");
    assert!(!response.headers().contains_key("x-complete"));
    assert_eq!(text(response).await, r#"["abc"]"#);
    let response = app().call(put("application/json", FAUST)).await.unwrap();
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn each_success_has_its_own_headers() {
    let book: Book = serde_json::from_str(FAUST).unwrap();
    for (number, status, version) in [(1, StatusCode::OK, Some("v2")), (2, StatusCode::ACCEPTED, None)] {
        let response = app().call(put_to(number, "application/json", FAUST)).await.unwrap();
        assert_eq!(response.status(), status);
        let found = response.headers().get("shelf-version").map(|version| version.to_str().unwrap().to_owned());
        assert_eq!(found.as_deref(), version);
        assert_eq!(serde_json::from_str::<Book>(&text(response).await).unwrap(), book);
    }
}

#[tokio::test]
async fn text_has_the_contract_s_media_type() {
    let response = app().call(get("/report")).await.unwrap();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/plain; version=1; charset=utf-8");
    assert_eq!(response.headers()["x-total"], "1");
    assert_eq!(text(response).await, "Schöne Bücher");
}

#[tokio::test]
async fn events_are_written_as_they_come_until_the_caller_goes() {
    let watchers = Arc::new(());
    let app = app_of(Server(watchers.clone()));
    let before = Arc::strong_count(&watchers);
    let mut response = app.call(get("/shelves/abc/events")).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    let events = "event: snapshot\ndata: {\"event\":\"snapshot\",\"titles\":[]}\n\n\
                  event: book.placed\ndata: {\"event\":\"book.placed\",\"titles\":[\"Faust\\nII\"]}\n\n";
    let mut body = response.take_body().into_async_read();
    let mut read = vec![0; events.len()];
    timeout(Duration::from_secs(10), body.read_exact(&mut read)).await.expect("the events").unwrap();
    assert_eq!(String::from_utf8(read).unwrap(), events);
    assert_eq!(Arc::strong_count(&watchers), before + 1);
    drop(body);
    assert_eq!(Arc::strong_count(&watchers), before);
}

#[tokio::test]
async fn a_failure_of_a_stream_is_json() {
    let response = app().call(get("/shelves/xyz/events")).await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
    assert_eq!(text(response).await, r#"{"message":"no such shelf"}"#);
}
