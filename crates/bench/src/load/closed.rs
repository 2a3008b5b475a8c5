//! Closed loop: each connection asks again as soon as it is answered. It finds the most that a server can do.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use tokio::sync::Barrier;

use super::{Ask, Connection, Outcome};

/// How long connections ask.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked {
    /// For this time.
    For(Duration),
    /// Each once.
    Once,
}

/// So many connections with the same request.
///
/// # Errors
/// Where a connection breaks.
pub(crate) async fn closed(
    service: SocketAddr,
    connections: usize,
    ask: &Ask,
    lasting: Duration,
) -> anyhow::Result<Outcome> {
    closed_with(service, vec![vec![ask.clone()]; connections], Asked::For(lasting), true).await
}

/// A connection for each row of requests, which asks them in turn; all begin together. With `warm` each has asked its first
/// request once before.
///
/// # Errors
/// Where a connection breaks.
pub(crate) async fn closed_with(
    service: SocketAddr,
    rows: Vec<Vec<Ask>>,
    asked: Asked,
    warm: bool,
) -> anyhow::Result<Outcome> {
    // One more: this function starts the clock.
    let barrier = Arc::new(Barrier::new(rows.len() + 1));
    let workers: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let barrier = Arc::clone(&barrier);
            tokio::spawn(async move {
                let prepared = prepared(service, &row, warm).await;
                barrier.wait().await;
                work(prepared?, &row, asked).await
            })
        })
        .collect();
    barrier.wait().await;
    let begun = Instant::now();
    let done = try_join_all(workers).await?;
    let mut all = Outcome::nothing()?;
    for outcome in done {
        all.merge(outcome?)?;
    }
    all.lasted = begun.elapsed();
    Ok(all)
}

async fn prepared(service: SocketAddr, row: &[Ask], warm: bool) -> anyhow::Result<Connection> {
    let mut connection = Connection::open(service).await?;
    if let (true, Some(first)) = (warm, row.first()) {
        connection.ask(first).await?;
    }
    Ok(connection)
}

async fn work(mut connection: Connection, row: &[Ask], asked: Asked) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome::nothing()?;
    let begun = Instant::now();
    loop {
        for ask in row {
            if matches!(asked, Asked::For(lasting) if begun.elapsed() >= lasting) {
                return Ok(outcome);
            }
            let sent = Instant::now();
            let answer = connection.ask(ask).await?;
            outcome.note(ask.check(&answer), sent.elapsed())?;
        }
        if matches!(asked, Asked::Once) {
            return Ok(outcome);
        }
    }
}
