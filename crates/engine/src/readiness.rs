//! Whether the service can do its work: proven once, by a task of its own.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::engine::Engine;
use crate::error::Error;

/// The pause after the first try that failed; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// What is known of it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Readiness(watch::Receiver<State>);

#[derive(Debug)]
enum State {
    /// AWS has not answered yet.
    Asking,
    /// The last try failed.
    Failed(Arc<Error>),
    /// AWS was reached and let the service read, and write leases where replicas take turns. A later outage does not take it back.
    Ready,
}

impl Engine {
    /// Begins to ask AWS, and goes on until it was reached and let the service read, and write leases where replicas take turns.
    #[must_use]
    pub fn prove_ready(&self) -> Readiness {
        let (state, known) = watch::channel(State::Asking);
        tokio::spawn(prove(self.clone(), state));
        Readiness(known)
    }

    /// Whether it may read, and write leases.
    async fn probe(&self) -> Result<(), Error> {
        let (reads, leases) = join(self.aws.probe(), self.leases.probe()).await;
        reads?;
        leases
    }
}

impl Readiness {
    /// Whether the service is ready.
    ///
    /// # Errors
    /// [`Error::NotReady`].
    pub fn check(&self) -> Result<(), Error> {
        match &*self.0.borrow() {
            State::Ready => Ok(()),
            State::Asking => Err(Error::NotReady { source: None }),
            State::Failed(error) => Err(Error::NotReady { source: Some(Arc::clone(error)) }),
        }
    }
}

async fn prove(engine: Engine, state: watch::Sender<State>) {
    let mut pause = FIRST_PAUSE;
    while let Err(error) = engine.probe().await {
        tracing::warn!(error = &error as &dyn std::error::Error, "not ready yet");
        state.send_replace(State::Failed(Arc::new(error)));
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    tracing::info!("AWS was reached and lets the service do its work");
    state.send_replace(State::Ready);
}
