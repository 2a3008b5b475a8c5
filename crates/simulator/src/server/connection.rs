//! One connection: hyper on one side, the exchange on the other, and the faults of delivery in between.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::Shared;
use super::exchange::{Answer, LARGEST_BODY, Request};
use crate::faults::Delivery;

/// The largest body that is read to its end, in bytes; a client that goes on is cut off.
const LARGEST_DISCARDED: usize = 64 * 1024 * 1024;

/// The body of an answer; it ends with an error where only half of it is sent.
pub(super) type Body = BoxBody<Bytes, io::Error>;

/// The connection is dropped without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is dropped")]
pub struct Dropped;

/// Serves a connection until either side closes it.
pub(super) async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    if shared.lock().is_away() {
        // Without a linger the connection is reset rather than closed. Where that fails, it is closed.
        let _ = stream.set_zero_linger();
        return;
    }
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { respond(request, &shared).await }
    });
    // No timeout on idle connections: a client that keeps them open must not meet a closed one.
    let served = http1::Builder::new()
        .header_read_timeout(None::<Duration>)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection to the simulator ended");
    }
}

async fn respond(request: hyper::Request<Incoming>, shared: &Shared) -> Result<Response<Body>, Dropped> {
    let (head, body) = request.into_parts();
    let body = read(body).await?;
    // hyper closes the connection where this fails.
    exchange(&head, body.as_deref(), shared).await
}

/// Answers a request of which the body is `None` where it is larger than [`LARGEST_BODY`].
pub(super) async fn exchange(head: &Parts, body: Option<&[u8]>, shared: &Shared) -> Result<Response<Body>, Dropped> {
    let header = |name: HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok());
    let value = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers: Vec<_> = head.headers.iter().map(|(name, one)| (name.as_str().to_owned(), value(one))).collect();
    let request = Request {
        method: head.method.as_str(),
        path_and_query: head.uri.path_and_query().map_or("", |path| path.as_str()),
        content_type: header(CONTENT_TYPE),
        authorization: header(AUTHORIZATION),
        date: header(HeaderName::from_static("x-amz-date")),
        headers: &headers,
        body,
    };
    let answer = {
        let mut inner = shared.lock();
        if inner.is_away() {
            return Err(Dropped);
        }
        inner.answer(&request)
    };
    deliver(answer).await
}

/// The body; `None` where it is too large. Such a one is read to its end all the same, as a client that is still sending
/// might miss the answer.
async fn read(mut body: Incoming) -> Result<Option<Vec<u8>>, Dropped> {
    let (mut kept, mut length) = (Vec::new(), 0_usize);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Dropped)?.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length > LARGEST_DISCARDED {
            return Err(Dropped);
        }
        if length > LARGEST_BODY {
            kept = Vec::new();
        } else {
            kept.extend_from_slice(&data);
        }
    }
    Ok((length <= LARGEST_BODY).then_some(kept))
}

async fn deliver(answer: Answer) -> Result<Response<Body>, Dropped> {
    let Answer { status, request_id, xml, sending } = answer;
    if !sending.after.is_zero() {
        tokio::time::sleep(sending.after).await;
    }
    let bytes = Bytes::from(xml);
    let length = bytes.len();
    let body = match sending.delivery {
        Delivery::Dropped => return Err(Dropped),
        Delivery::Truncated => half(&bytes),
        Delivery::Whole => whole(bytes),
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).map_err(|_| Dropped)?;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/xml;charset=utf-8"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    let request_id = HeaderValue::from_str(&request_id).map_err(|_| Dropped)?;
    headers.insert(HeaderName::from_static("x-amzn-requestid"), request_id);
    Ok(response)
}

fn whole(bytes: Bytes) -> Body {
    Full::new(bytes).map_err(|never: Infallible| match never {}).boxed()
}

/// The first half of the bytes, then the end of the connection.
fn half(bytes: &Bytes) -> Body {
    let half = bytes.slice(..bytes.len() / 2);
    let frames = stream::unfold(Some(half), |half| async {
        if let Some(half) = half {
            return Some((Ok(Frame::data(half)), None));
        }
        // hyper writes what it has when the body is not ready, so that the half is really sent.
        tokio::task::yield_now().await;
        Some((Err(io::Error::from(io::ErrorKind::ConnectionAborted)), None))
    });
    StreamBody::new(frames).boxed()
}
