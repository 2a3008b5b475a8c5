//! The simulator: beside the service, or alone.

use std::net::SocketAddr;

use anyhow::Context as _;
use elbm_simulator::{Clock, Config, Fleet, Simulator};

use crate::options::SimulateOptions;
use crate::shutdown;

/// Runs the simulator alone until it is told to stop; prints its address once it answers.
///
/// # Errors
/// Where the address cannot be listened on.
pub async fn simulate(options: SimulateOptions) -> anyhow::Result<()> {
    let stop = shutdown::requested()?;
    let simulator = start(options.listen, options.time_scale).await?;
    println!("listening on {}", simulator.endpoint());
    stop.await;
    simulator.shutdown().await;
    Ok(())
}

/// A simulator with the seeded fleet.
pub(crate) async fn start(listen: SocketAddr, time_scale: f64) -> anyhow::Result<Simulator> {
    Simulator::start(Config { listen, clock: Clock::Scaled(time_scale), fleet: Fleet::seeded() })
        .await
        .with_context(|| format!("cannot start the simulator on {listen}"))
}
