//! Loads on a server that misbehaves.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hyper::{Method, StatusCode};
use poem::listener::{Acceptor as _, Listener as _, TcpListener};
use poem::web::Data;
use poem::{EndpointExt as _, Route, Server, get, handler};

use super::{Ask, Asked, Expected, closed_with, open};

const HALT: Duration = Duration::from_millis(150);

#[handler]
fn busy() -> StatusCode {
    StatusCode::SERVICE_UNAVAILABLE
}

/// Halts at the second request.
#[handler]
async fn halting(Data(requests): Data<&Arc<AtomicUsize>>) -> &'static str {
    if requests.fetch_add(1, Ordering::Relaxed) == 1 {
        tokio::time::sleep(HALT).await;
    }
    "done"
}

async fn served() -> SocketAddr {
    let acceptor = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).into_acceptor().await.expect("a free port");
    let address = *acceptor.local_addr()[0].as_socket_addr().expect("an address");
    let routes = Route::new().at("/busy", get(busy)).at("/halting", get(halting)).data(Arc::new(AtomicUsize::new(0)));
    tokio::spawn(Server::new_with_acceptor(acceptor).run(routes));
    address
}

fn get_of(server: SocketAddr, path: &str) -> Ask {
    Ask::new(server, Method::GET, path, None, Expected::Status(StatusCode::OK)).expect("a path")
}

#[tokio::test]
async fn every_answer_is_looked_at() {
    let server = served().await;
    let row = vec![get_of(server, "/halting"), get_of(server, "/busy")];
    let outcome = closed_with(server, vec![row; 3], Asked::Once, false).await.expect("connections");
    assert_eq!((outcome.right, outcome.wrong.number), (3, 3));
    assert_eq!(outcome.wrong.first.as_deref(), Some("to GET /busy: 503 Service Unavailable "));
}

#[tokio::test]
async fn a_halt_is_charged_to_all_that_came_meanwhile() {
    let server = served().await;
    let lasting = Duration::from_millis(100);
    let outcome = open(server, 1, &get_of(server, "/halting"), 1_000, lasting).await.expect("a connection");
    assert!(outcome.right > 0);
    // The last request was due before the first had waited for all of its time.
    let fastest = Duration::from_secs_f64(outcome.quantile(0.0) / 1e3);
    assert!(fastest + lasting >= HALT, "{fastest:?}");
}
