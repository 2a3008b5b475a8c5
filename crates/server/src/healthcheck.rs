//! The health check of containers and service managers, in the binary itself: an image from scratch has no curl.

mod unverified;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use anyhow::{Context as _, ensure};
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use crate::options::HealthcheckOptions;

/// Asks a running service whether it is up.
///
/// # Errors
/// Where it does not answer in time, or with anything but 200.
pub async fn healthcheck(options: HealthcheckOptions) -> anyhow::Result<()> {
    let address = reachable(options.listen);
    let tls = options.tls_certificate.is_some();
    let answer = tokio::time::timeout(options.timeout, status(address, tls)).await;
    let status = answer.map_err(anyhow::Error::from).flatten().with_context(|| format!("no answer from {address}"))?;
    ensure!(status == StatusCode::OK, "{address} answers {status}");
    Ok(())
}

async fn status(address: SocketAddr, tls: bool) -> anyhow::Result<StatusCode> {
    let stream = TcpStream::connect(address).await?;
    if !tls {
        return ask(stream, address).await;
    }
    let stream = unverified::connector()?.connect(address.ip().into(), stream).await?;
    ask(stream, address).await
}

async fn ask(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    address: SocketAddr,
) -> anyhow::Result<StatusCode> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let request = Request::get("/healthcheck").header(HOST, address.to_string()).body(String::new())?;
    tokio::spawn(connection);
    Ok(sender.send_request(request).await?.status())
}

/// The address to call for an address to listen on: one that listens everywhere is called on loopback.
fn reachable(mut listen: SocketAddr) -> SocketAddr {
    match listen.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => listen.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => listen.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    listen
}

#[cfg(test)]
mod tests {
    use super::reachable;

    #[test]
    fn an_address_that_listens_everywhere_is_called_on_loopback() {
        for (listen, called) in [
            ("0.0.0.0:80", "127.0.0.1:80"),
            ("[::]:80", "[::1]:80"),
            ("127.0.0.1:5000", "127.0.0.1:5000"),
            ("10.0.0.7:80", "10.0.0.7:80"),
        ] {
            let listen = listen.parse().expect("an address");
            assert_eq!(reachable(listen).to_string(), called);
        }
    }
}
