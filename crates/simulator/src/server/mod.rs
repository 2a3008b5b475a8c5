//! HTTP around it all.

mod connection;
mod exchange;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

use crate::clock::{Clock, ClockError, RunningClock};
use crate::faults::FaultQueue;
use crate::fleet::{Fleet, FleetError};
use crate::handle::Handle;
use crate::journal::Journal;
use crate::state::World;

/// How a simulator is started.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How its time runs.
    pub clock: Clock,
    /// What there is at the start.
    pub fleet: Fleet,
}

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("the simulator cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system says.
        source: io::Error,
    },
    /// The fleet does not fit together.
    #[error("the simulator's fleet does not fit together")]
    Fleet(#[from] FleetError),
    /// The clock cannot run so.
    #[error("the simulator's clock cannot run")]
    Clock(#[from] ClockError),
}

/// A running simulator. Dropped, it stops serving.
#[derive(Debug)]
pub struct Simulator {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

/// What all connections and handles share.
#[derive(Debug)]
pub(crate) struct Shared(Mutex<Inner>);

/// The simulator, but for HTTP.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) world: World,
    pub(crate) clock: RunningClock,
    pub(crate) faults: FaultQueue,
    pub(crate) journal: Journal,
    /// How many requests there were: the id of the last one.
    pub(crate) requests: u64,
}

impl Inner {
    fn new(fleet: Fleet, clock: Clock) -> Result<Self, StartError> {
        let clock = RunningClock::start(clock)?;
        Ok(Self {
            world: World::new(fleet, clock.now())?,
            clock,
            faults: FaultQueue::default(),
            journal: Journal::default(),
            requests: 0,
        })
    }
}

impl Shared {
    /// Held briefly, never across an await.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Simulator {
    /// Starts a simulator in the current tokio runtime. When this returns, it accepts connections.
    ///
    /// # Errors
    /// [`StartError`] where the address, the fleet or the clock is not usable.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let shared = Arc::new(Shared(Mutex::new(Inner::new(config.fleet, config.clock)?)));
        let listen = |source| StartError::Listen { address: config.listen, source };
        let listener = TcpListener::bind(config.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(accept(listener, Arc::clone(&shared), stopped));
        tracing::info!(%address, "the simulator listens");
        Ok(Self { address, shared, stop, server })
    }

    /// The URL for the SDK's `endpoint_url`: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What reads and turns it.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle::new(Arc::clone(&self.shared))
    }

    /// Stops serving. When this returns, the port is free and all connections are closed.
    pub async fn shutdown(self) {
        drop(self.stop);
        if let Err(error) = self.server.await {
            tracing::error!(error = &error as &dyn std::error::Error, "the simulator did not stop cleanly");
        }
    }
}

/// Accepts connections until `stopped` resolves, which it also does when the simulator is dropped.
async fn accept(listener: TcpListener, shared: Arc<Shared>, mut stopped: oneshot::Receiver<()>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(connections.spawn(connection::serve(stream, Arc::clone(&shared)))),
                Err(error) => {
                    tracing::warn!(%error, "the simulator could not accept a connection");
                    // It may be out of file descriptors: do not spin.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
    drop(listener);
    connections.shutdown().await;
}
