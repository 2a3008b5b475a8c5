//! `cargo xtask fuzz`

use crate::fuzz;

/// Looks by libFuzzer for what the service, the simulator and the generator read and should not stumble over
///
/// The credentials file, requests, the simulator's queries, contracts: each for some minutes. The build with instrumentation takes a
/// quarter of an hour at first. What a run finds stays in `target/fuzz`; an input on which one fails is named.
#[derive(Debug, clap::Args)]
pub(crate) struct Fuzz {
    /// How long each
    #[arg(long, value_name = "NUMBER", default_value_t = fuzz::SECONDS, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
}

impl Fuzz {
    /// # Errors
    /// Where it cannot be built, or something fails.
    pub(crate) fn run(self) -> anyhow::Result<()> {
        fuzz::run(self.seconds)
    }
}
