//! The [`Handle`] for programs in other languages: JSON over HTTP, on a port of its own.
//!
//! An operation is the body of a `POST /` with the content type `application/json`, e.g. `{"advance": {"by": "5m"}}`; the
//! answer is JSON. What is not well formed, or cannot be done, is answered with status 400 and `{"error": "sentence"}`.

mod operation;

use std::convert::Infallible;
use std::net::SocketAddr;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::handle::Handle;
use crate::server::{Listening, StartError};
pub use operation::OPERATIONS;
use operation::Operation;

/// The largest body of a request, in bytes.
const LARGEST_BODY: usize = 1024 * 1024;

/// A port where a simulator is read and turned by the [`OPERATIONS`], each of which is a method of its [`Handle`]. Dropped, it
/// stops.
///
/// Whoever reaches the port may do all of it: listen on a loopback address. A page in a browser cannot, as the content
/// type is not one that pages may send to other origins.
#[derive(Debug)]
pub struct Control(Listening);

impl Control {
    /// Listens on this address; port 0 takes a free one. When this returns, it accepts connections.
    ///
    /// # Errors
    /// [`StartError::Listen`] where the address cannot be listened on.
    pub async fn start(listen: SocketAddr, handle: Handle) -> Result<Self, StartError> {
        Listening::start(listen, move |stream| serve(stream, handle.clone())).await.map(Self)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.0.address()
    }

    /// Stops. When this returns, the port is free and all connections are closed.
    pub async fn shutdown(self) {
        self.0.shutdown().await;
    }
}

async fn serve(stream: TcpStream, handle: Handle) {
    let service = service_fn(|request| {
        let handle = handle.clone();
        async move { Ok::<_, Infallible>(response(respond(request, &handle).await)) }
    });
    let served = http1::Builder::new().header_read_timeout(None).serve_connection(TokioIo::new(stream), service).await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection to the control endpoint ended");
    }
}

/// Why an operation is not carried out.
type Refusal = (StatusCode, String);

async fn respond(request: Request<Incoming>, handle: &Handle) -> Result<Value, Refusal> {
    if request.uri().path() != "/" {
        return Err((StatusCode::NOT_FOUND, "the operations are posted to /".to_owned()));
    }
    if request.method() != Method::POST {
        return Err((StatusCode::METHOD_NOT_ALLOWED, "the operations are posted".to_owned()));
    }
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default();
    if !media_type.trim().eq_ignore_ascii_case("application/json") {
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, "the content type must be application/json".to_owned()));
    }
    let body = Limited::new(request.into_body(), LARGEST_BODY).collect().await;
    let body = body.map_err(|error| (StatusCode::BAD_REQUEST, format!("the body cannot be read: {error}")))?;
    let operation = read(&body.to_bytes()).map_err(|sentence| (StatusCode::BAD_REQUEST, sentence))?;
    tracing::debug!(?operation, "the simulator is turned");
    operation.run(handle).map_err(|error| (StatusCode::BAD_REQUEST, error.to_string()))
}

/// The operation in a body, or a sentence that begins with the place where it is none.
fn read(body: &[u8]) -> Result<Operation, String> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let operation = serde_path_to_error::deserialize(&mut json).map_err(|error| error.to_string())?;
    json.end().map_err(|error| error.to_string())?;
    Ok(operation)
}

fn response(result: Result<Value, Refusal>) -> Response<Full<Bytes>> {
    let (status, answer) = match result {
        Ok(answer) => (StatusCode::OK, answer),
        Err((status, sentence)) => (status, json!({ "error": sentence })),
    };
    let mut response = Response::new(Full::from(format!("{answer}\n")));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
