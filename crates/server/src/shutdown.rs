//! When to stop.

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

/// Catches SIGTERM and SIGINT from now on.
///
/// # Errors
/// Where the system does not let signals be caught.
pub(crate) fn requested() -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot catch SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot catch SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
