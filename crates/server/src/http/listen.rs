//! The accept loop: a cap on connections, a limit on the time for handshakes and request heads, and a drain with a deadline.
//! poem's own server has no limit on heads, and spins when no connection can be accepted.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use poem::http::HeaderValue;
use poem::http::header::CONNECTION;
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Endpoint, Request, Response};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::unreadable::Worded;
use crate::metrics::Metrics;
use crate::shutdown::Stopping;

/// What one client may cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// How many connections there may be at once; further ones wait in the system's queue.
    pub(crate) connections: usize,
    /// How long the handshake of TLS may take.
    pub(crate) handshake_timeout: Duration,
    /// How long the head of a request may take, the wait for it on an open connection included.
    pub(crate) head_timeout: Duration,
    /// How long requests are still accepted after the service was told to stop. Each answer closes its connection, so that
    /// proxies keep none on which they could send the next request just as it is closed.
    pub(crate) linger: Duration,
    /// How long accepted requests have to end after that.
    pub(crate) drain: Duration,
}

/// How long to wait before the next connection is accepted after one could not be, e.g. for want of file descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until the service was told to stop and has lingered, then lets accepted requests end. With `tls` each connection is one
/// of TLS.
pub(crate) async fn serve<E>(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    endpoint: E,
    limits: Limits,
    metrics: &Metrics,
    stopping: Stopping,
) where
    E: Endpoint<Output = Response> + 'static,
{
    let room = Arc::new(Semaphore::new(limits.connections));
    let mut closing = stopping.later(limits.linger);
    let server = Arc::new(Server { endpoint, tls, limits, stopping, closing: closing.clone() });
    let connections = GracefulShutdown::new();
    loop {
        let accepted = async {
            // The semaphore is never closed.
            let place = Arc::clone(&room).acquire_owned().await.ok();
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            () = closing.requested() => break,
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
        let (server, watcher) = (Arc::clone(&server), connections.watcher());
        let counted = metrics.connection();
        tokio::spawn(async move {
            server.connection(stream, peer, watcher).await;
            drop((place, counted));
        });
    }
    drop(listener);
    tracing::info!(connections = connections.count(), "stopping: accepted requests may end");
    if timeout(limits.drain, connections.shutdown()).await.is_err() {
        tracing::warn!(seconds = limits.drain.as_secs(), "stopped before all requests had ended");
    }
}

/// What every connection is served with.
struct Server<E> {
    endpoint: E,
    tls: Option<TlsAcceptor>,
    limits: Limits,
    stopping: Stopping,
    /// When it has lingered.
    closing: Stopping,
}

/// The two ends of a connection.
#[derive(Clone)]
struct Ends {
    local: LocalAddr,
    remote: RemoteAddr,
    scheme: Scheme,
}

impl<E: Endpoint<Output = Response> + 'static> Server<E> {
    /// One connection to its end. The handshake is the connection's own matter, so that a slow one holds up no other.
    async fn connection(self: Arc<Self>, stream: TcpStream, peer: SocketAddr, watcher: Watcher) {
        // What is written is whole: nothing is gained by waiting for the client to acknowledge what went before.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, %peer, "a connection delays what it sends");
        }
        let local = stream.local_addr().map_or_else(|_| LocalAddr::default(), |address| LocalAddr(Addr::from(address)));
        let ends = Ends { local, remote: RemoteAddr(Addr::from(peer)), scheme: Scheme::HTTP };
        let Some(tls) = &self.tls else { return self.requests(stream, ends, peer, watcher).await };
        let mut closing = self.closing.clone();
        let shaken = tokio::select! {
            // Nothing was asked yet.
            () = closing.requested() => return,
            shaken = timeout(self.limits.handshake_timeout, tls.accept(stream)) => shaken,
        };
        match shaken {
            Ok(Ok(stream)) => {
                let ends = Ends { scheme: Scheme::HTTPS, ..ends };
                Arc::clone(&self).requests(Box::new(stream), ends, peer, watcher).await;
            }
            Ok(Err(error)) => tracing::debug!(%error, %peer, "no TLS connection came about"),
            Err(_) => tracing::debug!(%peer, "a TLS handshake took too long"),
        }
    }

    /// The requests of a connection.
    async fn requests<S>(self: Arc<Self>, stream: S, ends: Ends, peer: SocketAddr, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let head_timeout = self.limits.head_timeout;
        let service = service_fn(move |request| {
            let (server, Ends { local, remote, scheme }) = (Arc::clone(&self), ends.clone());
            async move {
                let request = Request::from((request, local, remote, scheme));
                let mut response = hyper::Response::from(server.endpoint.get_response(request).await);
                if server.stopping.is_requested() {
                    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                }
                Ok::<_, Infallible>(response)
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(head_timeout)
            .serve_connection(Worded::new(TokioIo::new(stream)), service);
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%error, %peer, "a connection ended");
        }
    }
}
