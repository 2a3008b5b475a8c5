//! The simulator: beside the service, or alone.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::Context as _;
use elbm_simulator::{Clock, Config, Control, Fleet, FleetFileError, Generate, GenerateError, Load, Simulator};

use crate::options::SimulateOptions;
use crate::shutdown;

/// Where a fleet comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FleetSource {
    /// A fleet file.
    File(PathBuf),
    /// Numbers.
    Generated(Generate),
}

impl FleetSource {
    fn fleet(&self) -> Result<Fleet, FleetFileError> {
        match self {
            Self::File(path) => Fleet::from_file(path),
            Self::Generated(generate) => Ok(Fleet::generated(*generate)),
        }
    }
}

impl FromStr for FleetSource {
    type Err = GenerateError;

    /// What consists of numbers and `x` is a size; a file of such a name is to be had as `./50x10x100`.
    fn from_str(text: &str) -> Result<Self, GenerateError> {
        let (size, _) = text.split_once(':').unwrap_or((text, ""));
        let is_size = size.contains('x') && size.split('x').all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
        if is_size { text.parse().map(Self::Generated) } else { Ok(Self::File(Path::new(text).to_owned())) }
    }
}

/// Runs the simulator alone until it is told to stop; prints its addresses once it answers.
///
/// # Errors
/// Where an address cannot be listened on, the fleet file is none, or the error rates of an action are more than all calls.
pub async fn simulate(options: SimulateOptions) -> anyhow::Result<()> {
    let mut stopping = shutdown::on_signals()?;
    let load = load(&options)?;
    let simulator = start(options.listen, options.time_scale, options.fleet.as_ref(), load).await?;
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
    stopping.requested().await;
    if let Some(control) = control {
        control.shutdown().await;
    }
    simulator.shutdown().await;
    Ok(())
}

/// A simulator with this fleet, or the seeded one.
pub(crate) async fn start(
    listen: SocketAddr,
    time_scale: f64,
    fleet: Option<&FleetSource>,
    load: Load,
) -> anyhow::Result<Simulator> {
    let fleet = fleet.map_or_else(|| Ok(Fleet::seeded()), FleetSource::fleet)?;
    Simulator::start(Config { listen, clock: Clock::Scaled(time_scale), fleet, load })
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

#[cfg(test)]
mod tests {
    use elbm_simulator::Machines;

    use super::FleetSource;

    #[test]
    fn a_fleet_comes_from_a_file_or_from_numbers() {
        let source = |text: &str| text.parse::<FleetSource>().unwrap();
        let generated =
            |machines| elbm_simulator::Generate::new(2, 3, 4, machines).map(FleetSource::Generated).unwrap();
        assert_eq!(source("2x3x4"), generated(Machines::Own));
        assert_eq!(source("2x3x4:shared"), generated(Machines::Shared));
        for file in ["fleet.yaml", "./2x3x4", "box", "2.yaml", "/a/2x3x4.json"] {
            assert_eq!(source(file), FleetSource::File(file.into()));
        }
        "2x3:shared".parse::<FleetSource>().unwrap_err();
        "2x3x4:own".parse::<FleetSource>().unwrap_err();
    }
}
