//! HTTP around it all.

mod connection;
mod exchange;
mod in_process;
mod listening;
mod signing;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use connection::Dropped;
pub use in_process::InProcess;
pub(crate) use listening::Listening;

use crate::clock::{Clock, ClockError, RunningClock};
use crate::faults::FaultQueue;
use crate::fleet::{Fleet, FleetError};
use crate::handle::Handle;
use crate::journal::Journal;
use crate::load::{Load, RunningLoad};
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
    /// What calls meet.
    pub load: Load,
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
    shared: Arc<Shared>,
    listening: Listening,
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
    pub(crate) load: RunningLoad,
    pub(crate) journal: Journal,
    /// How many requests there were: the id of the last one.
    pub(crate) requests: u64,
    /// What a reset goes back to.
    initial: World,
    initial_load: Load,
}

impl Inner {
    fn new(fleet: Fleet, clock: Clock, load: Load) -> Result<Self, StartError> {
        let clock = RunningClock::start(clock)?;
        let world = World::new(fleet, clock.now()).map_err(|misfit| misfit.error)?;
        Ok(Self {
            initial: world.clone(),
            initial_load: load.clone(),
            world,
            clock,
            faults: FaultQueue::default(),
            load: RunningLoad::new(load),
            journal: Journal::default(),
            requests: 0,
        })
    }

    /// Goes back to the start, but for the time.
    pub(crate) fn reset(&mut self) {
        self.world = self.initial.clone();
        self.faults.clear();
        self.load = RunningLoad::new(self.initial_load.clone());
        self.journal = Journal::default();
    }

    /// Whether AWS is away: nobody reaches it.
    fn is_away(&self) -> bool {
        self.load.is_away(self.clock.now())
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
        let shared = Arc::new(Shared(Mutex::new(Inner::new(config.fleet, config.clock, config.load)?)));
        let serving = Arc::clone(&shared);
        let serve = move |stream| connection::serve(stream, Arc::clone(&serving));
        let listening = Listening::start(config.listen, serve).await?;
        tracing::info!(address = %listening.address(), "the simulator listens");
        Ok(Self { shared, listening })
    }

    /// The URL for the SDK's `endpoint_url`: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address())
    }

    /// The region of its fleet, for which calls are signed.
    #[must_use]
    pub fn region(&self) -> String {
        self.shared.lock().world.region.clone()
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.listening.address()
    }

    /// What reads and turns it.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle::new(Arc::clone(&self.shared))
    }

    /// Stops serving. When this returns, the port is free and all connections are closed.
    pub async fn shutdown(self) {
        self.listening.shutdown().await;
    }
}
