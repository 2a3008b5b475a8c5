//! The simulator: beside the service, or alone.

use std::net::SocketAddr;

use anyhow::Context as _;
use elbm_simulator::{Clock, Config, Control, Fleet, Load, Simulator};

use crate::options::SimulateOptions;
use crate::shutdown;

/// Runs the simulator alone until it is told to stop; prints its addresses once it answers.
///
/// # Errors
/// Where an address cannot be listened on, or the error rates of an action are more than all calls.
pub async fn simulate(options: SimulateOptions) -> anyhow::Result<()> {
    let stop = shutdown::requested()?;
    let load = load(&options)?;
    let simulator = start(options.listen, options.time_scale, load).await?;
    let control = match options.control {
        Some(address) => {
            let control = Control::start(address, simulator.handle()).await;
            Some(control.with_context(|| format!("cannot start the control endpoint on {address}"))?)
        }
        None => None,
    };
    println!("listening on {}", simulator.endpoint());
    if let Some(control) = &control {
        println!("control on http://{}", control.address());
    }
    stop.await;
    if let Some(control) = control {
        control.shutdown().await;
    }
    simulator.shutdown().await;
    Ok(())
}

/// A simulator with the seeded fleet.
pub(crate) async fn start(listen: SocketAddr, time_scale: f64, load: Load) -> anyhow::Result<Simulator> {
    Simulator::start(Config { listen, clock: Clock::Scaled(time_scale), fleet: Fleet::seeded(), load })
        .await
        .with_context(|| format!("cannot start the simulator on {listen}"))
}

/// What the options say that calls meet. Error rates add up, latencies follow the last word.
fn load(options: &SimulateOptions) -> anyhow::Result<Load> {
    let mut load = Load { throttling: options.throttle.clone(), seed: options.seed, ..Load::default() };
    for (calls, latency) in &options.latency {
        load.latency.set(*calls, Some(*latency));
    }
    for (calls, rates) in &options.error_rate {
        let rates = match load.error_rates.set(*calls, None) {
            Some(others) => others.and(rates.clone())?,
            None => rates.clone(),
        };
        load.error_rates.set(*calls, Some(rates));
    }
    Ok(load)
}
