//! What the baselines have in common.

use std::net::Ipv4Addr;

use anyhow::Context as _;
use poem::listener::{Acceptor as _, Listener as _, TcpListener};
use poem::{IntoEndpoint, Server};

/// Serves on a free port of the loopback address, and says which once it answers: `listening on http://127.0.0.1:41233`.
///
/// # Errors
/// Where it cannot listen.
pub async fn serve(routes: impl IntoEndpoint + 'static) -> anyhow::Result<()> {
    let acceptor = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).into_acceptor().await?;
    let addresses = acceptor.local_addr();
    let address = addresses.first().and_then(|address| address.as_socket_addr()).context("no address to listen on")?;
    println!("listening on http://{address}");
    Server::new_with_acceptor(acceptor).run(routes).await.context("the server ended")
}
