//! When to stop.

use tokio::signal::unix::{SignalKind, signal};

/// Ends at Ctrl-C or SIGTERM; never, where the system does not let them be caught.
pub(crate) async fn requested() {
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
