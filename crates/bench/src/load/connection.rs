//! One connection that stays, and one request after the other on it.

use std::net::SocketAddr;

use anyhow::Context as _;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// A request, and what its answer has to be.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    request: Request<Full<Bytes>>,
    expected: Expected,
}

/// What an answer has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Of this status.
    Status(StatusCode),
    /// 200 with these bytes.
    Same(Bytes),
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

impl Ask {
    /// A request of this service for a path.
    ///
    /// # Errors
    /// Where the path is none.
    pub(crate) fn new(
        service: SocketAddr,
        method: Method,
        path: &str,
        authorization: Option<&str>,
        expected: Expected,
    ) -> anyhow::Result<Self> {
        let mut request = Request::builder().method(method).uri(path).header(HOST, service.to_string());
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let request = request.body(Full::default()).with_context(|| format!("no request of {path}"))?;
        Ok(Self { request, expected })
    }

    /// The same with a JSON body.
    #[must_use]
    pub(crate) fn json(mut self, body: &serde_json::Value) -> Self {
        *self.request.body_mut() = Full::from(body.to_string());
        self.request.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static("application/json"));
        self
    }

    /// Whether it is answered so.
    pub(crate) fn check(&self, answer: &Answer) -> Result<(), String> {
        let right = match &self.expected {
            Expected::Status(status) => answer.status == *status,
            Expected::Same(body) => answer.status == StatusCode::OK && answer.body == *body,
        };
        if right { Ok(()) } else { Err(format!("to {} {}: {answer}", self.request.method(), self.request.uri())) }
    }
}

impl std::fmt::Display for Answer {
    /// The status and the beginning of the body.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const SHOWN: usize = 200;
        let beginning = &self.body[..self.body.len().min(SHOWN)];
        write!(f, "{} {}", self.status, String::from_utf8_lossy(beginning))
    }
}

/// An open connection.
#[derive(Debug)]
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// Where nobody listens.
    pub(crate) async fn open(service: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(service).await.with_context(|| format!("cannot connect to {service}"))?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // It ends with the sender. What breaks it is told to the request that waits.
        tokio::spawn(connection);
        Ok(Self { sender })
    }

    /// Asks and reads the whole answer.
    ///
    /// # Errors
    /// Where the connection breaks.
    pub(crate) async fn ask(&mut self, ask: &Ask) -> anyhow::Result<Answer> {
        self.sender.ready().await?;
        let response = self.sender.send_request(ask.request.clone()).await?;
        let status = response.status();
        Ok(Answer { status, body: response.into_body().collect().await?.to_bytes() })
    }
}

#[cfg(test)]
mod tests {
    use hyper::body::Bytes;
    use hyper::{Method, StatusCode};

    use super::{Answer, Ask, Expected};

    #[test]
    fn an_answer_is_right_by_status_and_bytes() {
        let ask =
            |expected| Ask::new(([127, 0, 0, 1], 80).into(), Method::GET, "/elb", None, expected).expect("a path");
        let same = ask(Expected::Same(Bytes::from("[]")));
        let created = ask(Expected::Status(StatusCode::CREATED));
        for (ask, status, body, right) in [
            (&same, 200, "[]", true),
            (&same, 200, "[ ]", false),
            (&same, 503, "[]", false),
            (&created, 201, "any", true),
            (&created, 200, "any", false),
        ] {
            let answer = Answer { status: StatusCode::from_u16(status).expect("a status"), body: body.into() };
            assert_eq!(ask.check(&answer).is_ok(), right, "{answer}");
        }
        let answer = Answer { status: StatusCode::NOT_FOUND, body: "gone".into() };
        assert_eq!(same.check(&answer).expect_err("wrong"), "to GET /elb: 404 Not Found gone");
    }
}
