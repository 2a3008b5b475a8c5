//! When to stop.

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Whether the service was told to stop. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Stopping(watch::Receiver<bool>);

impl Stopping {
    /// Waits until it was.
    pub(crate) async fn requested(&mut self) {
        // Whoever would say so has gone: that is the end too.
        let _ = self.0.wait_for(|stopping| *stopping).await;
    }
}

/// The same future, and what tells others that it has come.
pub(crate) fn announced(stop: impl Future<Output = ()>) -> (impl Future<Output = ()>, Stopping) {
    let (announce, stopping) = watch::channel(false);
    let stop = async move {
        stop.await;
        announce.send_replace(true);
    };
    (stop, Stopping(stopping))
}

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
