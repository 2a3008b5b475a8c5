//! Requests to a server on generated code: good ones reach the operation, bad ones are rejections in one form.

use std::time::Duration;

use openapi_poem_runtime::{BodyLimit, BodyTimeout, Location, Rejection};
use poem::{
    Endpoint as _, Request, Route,
    http::{StatusCode, header},
};

use crate::{
    generated::{minimal, shelf::Book},
    server::{Caller, FAUST, app, get, put},
};

async fn rejection(request: Request) -> Rejection {
    let error = app().call(request).await.expect_err("a rejection");
    let rejection = Rejection::of(&error).expect("a rejection");
    assert_eq!(
        error.status(),
        match &rejection {
            Rejection::Unauthenticated => StatusCode::UNAUTHORIZED,
            Rejection::Malformed { .. } => StatusCode::BAD_REQUEST,
            Rejection::PayloadTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Rejection::BodyTimeout { .. } => StatusCode::REQUEST_TIMEOUT,
            Rejection::UnsupportedMediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    );
    rejection
}

async fn malformed(request: Request) -> (Location, String) {
    match rejection(request).await {
        Rejection::Malformed { location, sentence } => (location, sentence),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_not_waited_for() {
    let (open, body) = tokio::io::duplex(1);
    let mut request = put("application/json", poem::Body::from_async_read(body));
    let within = Duration::from_millis(1);
    request.set_data(BodyTimeout(within));
    assert_eq!(rejection(request).await, Rejection::BodyTimeout { within });
    drop(open);
}

#[tokio::test]
async fn parameters_reach_the_operation() {
    for (query, header, title) in [
        ("since=5", None, "ann abc 7 None false en -1 5 5 None None None None"),
        (
            "wait=0&since=-9&type=paper_back&detailed=true&language=d%C3%A9+b&depth=2&near=xyz&after=999",
            Some(("x-reason", "Übung")),
            "ann abc 7 Some(PaperBack) true dé b 2 0 -9 Some(999) Some(\"xyz\") Some(\"Übung\") None",
        ),
        ("since=5", Some(("x-hint", "→")), "ann abc 7 None false en -1 5 5 None None None Some(\"→\")"),
    ] {
        let mut request = get(&format!("/shelves/%61bc/books/7?{query}"));
        if let Some((name, value)) = header {
            request.headers_mut().insert(name, header::HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let mut response = app().call(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.content_type(), Some("application/json"));
        let body = response.take_body().into_string().await.unwrap();
        let book: Book = serde_json::from_str(&body).unwrap();
        assert_eq!(book.title, title);
    }
}

#[tokio::test]
async fn bad_queries_are_rejected() {
    let takes = "it takes type, detailed, language, depth, wait, since, after, near";
    for (query, sentence) in [
        ("since=1&sinse=2", format!("'sinse' is not a query parameter of this operation: {takes}")),
        ("since=1&Detailed=true", format!("'Detailed' is not a query parameter of this operation: {takes}")),
        ("since=1&", format!("'' is not a query parameter of this operation: {takes}")),
        ("since=1&since=1", "since: this parameter is given more than once".to_owned()),
        ("", "since: this parameter is missing".to_owned()),
        ("since=1&detailed=1", "detailed: '1' is not true or false".to_owned()),
        ("since=1&detailed", "detailed: '' is not true or false".to_owned()),
        ("since=1&depth=99999999999", "depth: '99999999999' is not an integer of 32 bits".to_owned()),
        ("since=%2B1", "since: '+1' is not an integer of 64 bits".to_owned()),
        ("since=1&wait=-1", "wait: '-1' is not a Seconds (an integer of 0 at least)".to_owned()),
        ("since=1&type=x", "type: 'x' is not a Binding (one of hard-cover, paper_back, scroll.rolled)".to_owned()),
        ("since=1&after=0", "after: '0' is not a BookNumber (an integer from 1 to 999)".to_owned()),
        ("since=1&after=1000", "after: '1000' is not a BookNumber (an integer from 1 to 999)".to_owned()),
        ("since=1&near=", "near: '' is not a ShelfName (it must have 2 characters at least, not 0)".to_owned()),
        ("since=1&language=%zz", "the query '%zz' has a % without two hexadecimal digits".to_owned()),
        ("since=1&language=%ff", "the query '%ff' is not UTF-8 when decoded".to_owned()),
    ] {
        let found = malformed(get(&format!("/shelves/abc/books/7?{query}"))).await;
        assert_eq!(found, (Location::Query, sentence), "{query}");
    }
    let found = malformed(get("/shelves?a%0Ab=1")).await;
    assert_eq!(
        found,
        (Location::Query, "'a\\nb' is not a query parameter of this operation: it takes none".to_owned())
    );
}

#[tokio::test]
async fn bad_paths_are_rejected_by_the_name_of_the_parameter() {
    for (path, sentence) in [
        ("/shelves/ABC/books/7", "shelf: 'ABC' is not a ShelfName (it must match ^[a-z]+$)"),
        ("/shelves/abc/books/0", "book: '0' is not a BookNumber (an integer from 1 to 999)"),
        ("/shelves/abc/books/7%0d%0a", "book: '7\\r\\n' is not a BookNumber (an integer from 1 to 999)"),
        ("/shelves/%zz/books/7", "the path '/shelves/%zz/books/7' has a % without two hexadecimal digits"),
        ("/shelves/%ff/books/7", "the path is not UTF-8 when decoded"),
    ] {
        assert_eq!(malformed(get(&format!("{path}?since=1"))).await, (Location::Path, sentence.to_owned()), "{path}");
    }
}

#[tokio::test]
async fn bad_headers_are_rejected() {
    let mut twice = get("/shelves/abc/books/7?since=1");
    twice.headers_mut().append("x-reason", "a".parse().unwrap());
    twice.headers_mut().append("x-reason", "b".parse().unwrap());
    let sentence = "X-Reason: this parameter is given more than once".to_owned();
    assert_eq!(malformed(twice).await, (Location::Header, sentence));
    let mut bytes = get("/shelves/abc/books/7?since=1");
    bytes.headers_mut().insert("x-reason", header::HeaderValue::from_bytes(b"\xff").unwrap());
    assert_eq!(malformed(bytes).await, (Location::Header, "X-Reason: this is not UTF-8".to_owned()));
    for (reason, rule) in [
        ("", "it must have 1 character at least, not 0"),
        ("just because I", "it must have 12 characters at most, not 14"),
        ("→", "it must match ^[ -ÿ]*$"),
    ] {
        let mut request = get("/shelves/abc/books/7?since=1");
        request.headers_mut().insert("x-reason", header::HeaderValue::from_bytes(reason.as_bytes()).unwrap());
        let sentence = format!("X-Reason: '{reason}' is not a Reason ({rule})");
        assert_eq!(malformed(request).await, (Location::Header, sentence));
    }
}

#[tokio::test]
async fn bad_bodies_are_rejected() {
    for (body, sentence) in [
        (FAUST.replace("\"Faust\"", "5"), "title: invalid type: integer `5`, expected a string"),
        (FAUST.replace('}', r#", "title": "b"}"#), "duplicate field `title`"),
        (FAUST.replace('}', r#", "lost": null}"#), "lost: invalid type: null, expected a string"),
        (FAUST.replace('}', r#", "authors": []}"#), "authors: it must have 1 item at least, not 0"),
        (FAUST.replace('}', r#", "owners": ["ab", "cd", "ef", "gh"]}"#), "owners: it must have 3 items at most, not 4"),
        (format!("{FAUST} {FAUST}"), "the body goes on after its JSON value"),
        (String::new(), "the body is empty; it must be JSON"),
    ] {
        let found = malformed(put("application/json", body)).await;
        assert_eq!(found, (Location::Body, sentence.to_owned()));
    }
    let (_, sentence) = malformed(put("application/json", FAUST.replace('}', r#", "x": 1}"#))).await;
    assert!(sentence.contains("unknown field `x`, expected one of `title`"), "{sentence}");
    let (_, sentence) = malformed(put("application/json", b"{\"title\": \"\xff\"}".to_vec())).await;
    assert_eq!(sentence, "the body is not UTF-8: byte 12 begins no character");
}

#[tokio::test]
async fn only_json_is_read() {
    for content_type in ["application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\""] {
        let response = app().call(put(content_type, FAUST)).await.unwrap();
        assert_eq!(response.status(), StatusCode::NO_CONTENT, "{content_type}");
    }
    for content_type in ["text/plain", "application/json; charset=latin1", "application/problem+json", "json", ""] {
        let sentence = format!("the Content-Type must be application/json, not '{content_type}'");
        assert_eq!(rejection(put(content_type, FAUST)).await, Rejection::UnsupportedMediaType { sentence });
    }
    let mut none = put("application/json", FAUST);
    none.headers_mut().remove(header::CONTENT_TYPE);
    let sentence = "the Content-Type must be application/json, and none is given".to_owned();
    assert_eq!(rejection(none).await, Rejection::UnsupportedMediaType { sentence });
    let mut twice = put("application/json", FAUST);
    twice.headers_mut().append(header::CONTENT_TYPE, "application/json".parse().unwrap());
    let sentence = "the Content-Type must be application/json, given once".to_owned();
    assert_eq!(rejection(twice).await, Rejection::UnsupportedMediaType { sentence });
}

#[tokio::test]
async fn large_bodies_are_rejected() {
    let padded = |length: usize| format!("{FAUST}{}", " ".repeat(length - FAUST.len()));
    let response = app().call(put("application/json", padded(64 * 1024))).await.unwrap();
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    let too_large = rejection(put("application/json", padded(64 * 1024 + 1))).await;
    assert_eq!(too_large, Rejection::PayloadTooLarge { limit: 64 * 1024 });
    assert_eq!(too_large.to_string(), "the body of a request may have 65536 bytes at most");
    let mut limited = put("application/json", padded(101));
    limited.set_data(BodyLimit(100));
    assert_eq!(rejection(limited).await, Rejection::PayloadTooLarge { limit: 100 });
}

#[tokio::test]
async fn a_caller_is_needed_before_anything_else_is_read() {
    let mut nobody = get("/shelves/ABC/books/0?x=%zz");
    nobody.extensions_mut().remove::<Caller>();
    assert_eq!(rejection(nobody).await, Rejection::Unauthenticated);
    let mut open = get("/shelves");
    open.extensions_mut().remove::<Caller>();
    assert_eq!(app().call(open).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_service_of_one_tag_runs() {
    #[derive(Clone)]
    struct Alive;

    impl minimal::Health for Alive {
        async fn ping(&self) -> minimal::PingResponse {
            minimal::PingResponse::NoContent
        }
    }

    let app = Route::new().nest("/", minimal::service(Alive));
    assert_eq!(app.get_response(get("/")).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(app.get_response(get("/?x=1")).await.status(), StatusCode::BAD_REQUEST);
}
