//! `cargo xtask soak`

use crate::process::Process;

/// Half an hour of mixed load: reads, changes, drains, streams, while AWS is well and while it fails
///
/// On the debug build and the simulator. The memory of the service is sampled and must stay flat, and no answer may be wrong: each
/// is held against the contract and against what AWS then holds.
#[derive(Debug, clap::Args)]
pub(crate) struct Soak {
    /// How long
    #[arg(long, value_name = "NUMBER", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=1440))]
    minutes: u16,
}

impl Soak {
    /// # Errors
    /// Where memory grows, or an answer was wrong.
    pub(crate) fn run(self) -> anyhow::Result<()> {
        process(self.minutes).run()
    }
}

/// The integration test that does it.
pub(crate) fn process(minutes: u16) -> Process {
    Process::cargo()
        .words("test --workspace --test integration -- --ignored --nocapture soak::")
        .env("ELBM_SOAK_MINUTES", minutes.to_string())
}

#[cfg(test)]
mod tests {
    #[test]
    fn lasts_as_long_as_is_said() {
        assert_eq!(
            super::process(5).to_string(),
            "ELBM_SOAK_MINUTES=5 cargo test --workspace --test integration -- --ignored --nocapture soak::"
        );
    }
}
