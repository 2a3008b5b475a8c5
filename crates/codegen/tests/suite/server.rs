//! A server on the generated code of the shelf, and requests to it.

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use openapi_poem_runtime::{EventStream, Json};
use poem::{
    Endpoint, EndpointExt as _, IntoEndpoint as _, Request, Response, Route,
    http::{Method, Uri, header},
};
use poem_openapi::payload::PlainText;

use crate::generated::shelf::{
    self, Binding, Book, BookKeeping, BookNumber, FindBookResponse, ListShelvesResponse, PlaceBookResponse, Problem,
    Reason, ReportResponse, Seconds, ShelfEvent, ShelfEventKind, ShelfName, Shelves, WatchShelfResponse,
};

/// A server; each of its streams of events holds one reference more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Server(pub(crate) Arc<()>);

/// Who calls.
#[derive(Clone, Debug)]
pub(crate) struct Caller(&'static str);

impl Shelves for Server {
    async fn list_shelves(&self) -> ListShelvesResponse {
        ListShelvesResponse::Ok(vec!["abc".to_owned()].into(), None, Some(1))
    }

    async fn report(&self) -> ReportResponse {
        ReportResponse::Ok(PlainText("Schöne Bücher".to_owned()), Some(1))
    }
}

impl BookKeeping for Server {
    type Caller = Caller;

    /// Two events, and then silence; there is one shelf only.
    async fn watch_shelf(&self, _: Caller, place: ShelfName) -> WatchShelfResponse {
        if place.as_str() != "abc" {
            return WatchShelfResponse::BadRequest(Json(Problem { message: "no such shelf".to_owned() }));
        }
        let events = [
            ShelfEvent { event: ShelfEventKind::Snapshot, titles: Vec::new() },
            ShelfEvent { event: ShelfEventKind::BookPlaced, titles: vec!["Faust\nII".to_owned()] },
        ];
        let watcher = self.0.clone();
        let silence = stream::pending().inspect(move |_| drop(watcher.clone()));
        WatchShelfResponse::Ok(EventStream::new(stream::iter(events).chain(silence)))
    }

    /// Tells what it was asked.
    async fn find_book(
        &self,
        Caller(caller): Caller,
        binding: Option<Binding>,
        place: ShelfName,
        book: BookNumber,
        detailed: bool,
        language: String,
        depth: i32,
        wait: Seconds,
        since: i64,
        after: Option<BookNumber>,
        near: Option<ShelfName>,
        reason: Option<Reason>,
        hint: Option<String>,
    ) -> FindBookResponse {
        let (after, near) = (after.map(BookNumber::get), near.as_ref().map(ShelfName::as_str));
        let (reason, hint) = (reason.as_ref().map(Reason::as_str), hint.as_deref());
        let title = format!(
            "{caller} {place} {book} {binding:?} {detailed} {language} {depth} {wait} {since} {after:?} {near:?} {reason:?} {hint:?}"
        );
        let printed = chrono::DateTime::UNIX_EPOCH;
        FindBookResponse::Ok(Json(Book {
            title,
            binding: Binding::HardCover,
            printed,
            lost: None,
            shelf: None,
            number: None,
            pages: None,
            signed: None,
            r#type: None,
            authors: None,
            owners: None,
            volumes: None,
        }))
    }

    /// Number 1 is there already, number 2 takes its time.
    async fn place_book(&self, _: Caller, _: ShelfName, number: BookNumber, body: Book) -> PlaceBookResponse {
        assert_eq!(body.title, "Faust");
        match number.get() {
            1 => PlaceBookResponse::Ok(Json(body), Some("v2".to_owned())),
            2 => PlaceBookResponse::Accepted(Json(body)),
            _ => PlaceBookResponse::NoContent,
        }
    }
}

/// The service of this server.
pub(crate) fn app_of(server: Server) -> impl Endpoint<Output = Response> {
    Route::new().nest("/", shelf::service(server)).into_endpoint().map_to_response()
}

/// The service of a server.
pub(crate) fn app() -> impl Endpoint<Output = Response> {
    app_of(Server::default())
}

fn request(method: Method, uri: &str) -> Request {
    let mut request = Request::builder().method(method).uri(uri.parse::<Uri>().unwrap()).finish();
    request.set_data(Caller("ann"));
    request
}

/// A request of a known caller.
pub(crate) fn get(uri: &str) -> Request {
    request(Method::GET, uri)
}

/// A book of a known caller.
pub(crate) fn put(content_type: &str, body: impl Into<poem::Body>) -> Request {
    put_to(7, content_type, body)
}

/// A book of a known caller, under this number.
pub(crate) fn put_to(number: u8, content_type: &str, body: impl Into<poem::Body>) -> Request {
    let mut request = request(Method::PUT, &format!("/shelves/abc/books/{number}"));
    request.set_body(body);
    request.headers_mut().insert(header::CONTENT_TYPE, content_type.parse().unwrap());
    request
}

/// A book without anything that it need not have.
pub(crate) const FAUST: &str = r#"{"title": "Faust", "binding": "hard-cover", "printed": "1808-04-01T00:00:00Z"}"#;
