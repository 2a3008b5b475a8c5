//! What is not HTTP gets an answer like any other error: hyper's own has no body.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper::rt::{Read, ReadBufCursor, Write};

use super::{RequestId, head};
use crate::problem::Problem;

/// A connection on which hyper's refusals of unreadable heads are replaced by ours.
///
/// hyper writes them itself, without asking the service, and has no other place to change them. They are told from the
/// answers of the service by the request id, which each of those has. Nothing follows them on their connection.
pub(super) struct Worded<S> {
    stream: S,
    /// What is still to be written of our refusal.
    rest: Vec<u8>,
}

impl<S> Worded<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, rest: Vec::new() }
    }
}

impl<S: Write + Unpin> Worded<S> {
    fn poll_rest(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.rest.is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(context, &self.rest))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.rest.drain(..written);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: Read + Unpin> Read for Worded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: Write + Unpin> Write for Worded<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_rest(context))?;
        match refusal(bytes) {
            Some(ours) => {
                self.rest = ours;
                Poll::Ready(Ok(bytes.len()))
            }
            None => Pin::new(&mut self.stream).poll_write(context, bytes),
        }
    }

    /// Head and body in one call, without copying them together. hyper's refusals have no body.
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let [only] = buffers {
            return self.poll_write(context, only);
        }
        ready!(self.poll_rest(context))?;
        Pin::new(&mut self.stream).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_rest(context))?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_rest(context))?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Our refusal, where these bytes are hyper's.
fn refusal(bytes: &[u8]) -> Option<Vec<u8>> {
    let status = bytes.strip_prefix(b"HTTP/1.1 4")?.get(..2)?;
    let head = str::from_utf8(bytes).ok()?.strip_suffix("\r\n\r\n")?;
    if head.contains("x-request-id: ") {
        return None;
    }
    // hyper says 414 or 431 where the head is larger than it reads.
    let problem = if status == b"00" { Problem::Unreadable } else { head::too_large() };
    let id = RequestId::new();
    let failure = problem.failure(id);
    let (status, body) = (failure.status, serde_json::to_string(&failure.body).ok()?);
    tracing::info!(%id, status, "a request could not be read");
    let length = body.len();
    let ours = format!(
        "HTTP/1.1 {status} \r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\
         cache-control: private, no-store\r\nx-content-type-options: nosniff\r\nx-request-id: {id}\r\n\r\n{body}"
    );
    Some(ours.into_bytes())
}
