//! The accept loop: a cap on connections, a limit on the time for request heads, and a drain with a deadline. poem's own
//! server has no limit on heads, and spins when no connection can be accepted.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Endpoint, Request, Response};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::head;
use super::unreadable::Worded;

/// What one client may cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// How many connections there may be at once; further ones wait in the system's queue.
    pub(crate) connections: usize,
    /// How long the head of a request may take, the wait for it on an open connection included.
    pub(crate) head_timeout: Duration,
    /// How long accepted requests have to end after the service was told to stop.
    pub(crate) drain: Duration,
}

/// How long to wait before the next connection is accepted after one could not be, e.g. for want of file descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until `stop`, then lets accepted requests end.
pub(crate) async fn serve<E>(listener: TcpListener, endpoint: E, limits: Limits, stop: impl Future<Output = ()>)
where
    E: Endpoint<Output = Response> + 'static,
{
    let endpoint = Arc::new(endpoint);
    let room = Arc::new(Semaphore::new(limits.connections));
    let connections = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let accepted = async {
            // The semaphore is never closed.
            let place = Arc::clone(&room).acquire_owned().await.ok();
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            () = &mut stop => break,
            accepted = accepted => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let local = stream.local_addr().map_or_else(|_| LocalAddr::default(), |address| LocalAddr(Addr::from(address)));
        let remote = RemoteAddr(Addr::from(peer));
        let endpoint = Arc::clone(&endpoint);
        let service = service_fn(move |request| {
            let (endpoint, local, remote) = (Arc::clone(&endpoint), local.clone(), remote.clone());
            async move {
                let request = Request::from((request, local, remote, Scheme::HTTP));
                Ok::<_, Infallible>(hyper::Response::from(endpoint.get_response(request).await))
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head_timeout)
            .max_headers(head::HEADERS)
            .serve_connection(Worded::new(TokioIo::new(stream)), service);
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, %peer, "a connection ended");
            }
            drop(place);
        });
    }
    drop(listener);
    tracing::info!(connections = connections.count(), "stopping: accepted requests may end");
    if tokio::time::timeout(limits.drain, connections.shutdown()).await.is_err() {
        tracing::warn!(seconds = limits.drain.as_secs(), "stopped before all requests had ended");
    }
}
