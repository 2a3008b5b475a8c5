//! The end of the service: whoever is held until something has settled is answered at once.

use std::sync::Arc;

use tokio::sync::watch;

use crate::engine::Engine;

/// Whether the end has begun. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Ending(Arc<watch::Sender<bool>>);

impl Default for Ending {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Ending {
    /// Waits until it has.
    pub(crate) async fn begun(&self) {
        // What is held here keeps the sender.
        let _ = self.0.subscribe().wait_for(|ending| *ending).await;
    }
}

impl Engine {
    /// Ends every wait as if its time were up, those too that come later. Changes go on, and are verified as ever.
    pub fn end_waits(&self) {
        self.ending.0.send_replace(true);
    }
}
