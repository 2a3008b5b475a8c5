//! When to stop.

use std::time::Duration;

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

    /// The same, so much later.
    pub(crate) fn later(&self, by: Duration) -> Self {
        let mut stopping = self.clone();
        announced(async move {
            stopping.requested().await;
            tokio::time::sleep(by).await;
        })
    }

    /// Whether it was.
    pub(crate) fn is_requested(&self) -> bool {
        *self.0.borrow()
    }
}

/// Catches SIGTERM and SIGINT from now on.
///
/// # Errors
/// Where the system does not let signals be caught.
pub(crate) fn on_signals() -> anyhow::Result<Stopping> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot catch SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot catch SIGINT")?;
    Ok(announced(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }))
}

/// Tells everybody when this has come.
fn announced(stop: impl Future<Output = ()> + Send + 'static) -> Stopping {
    let (announce, stopping) = watch::channel(false);
    tokio::spawn(async move {
        stop.await;
        announce.send_replace(true);
    });
    Stopping(stopping)
}
