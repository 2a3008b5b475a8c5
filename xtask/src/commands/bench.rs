//! `cargo xtask bench`

use std::path::Path;

use anyhow::ensure;

use crate::image::artifact;
use crate::mode::Mode;
use crate::process::Process;
use crate::workspace;

/// The program that measures, which is also the bare poem server.
pub(crate) const PROGRAM: &str = "elbm-bench";

/// The naive server. It is built as the tests are: whole-program optimisation of one more program with the AWS SDK takes minutes,
/// and its time is AWS's.
const NAIVE: &str = "elbm-naive";

/// Measures the release build against baselines of the same run, and prints one table
///
/// Everything runs as processes of their own: the service as it is shipped, AWS (the simulator, 20 ms a call, throttling as AWS
/// documents it), a bare poem server that answers with the same bytes, and a naive server that asks AWS anew for every request.
/// A missed target is no failure, a wrong answer is one.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Bench {
    /// Prints JSON instead of the table
    #[arg(long)]
    json: bool,
    /// Only these scenarios: start, healthcheck, hot-20, hot-1000, latency, lists, attaches, mixed, 50x10x100
    #[arg(long = "scenario", value_name = "NAME", num_args = 1..)]
    scenarios: Vec<String>,
    /// Measures so briefly that it only shows that everything works
    #[arg(long)]
    quick: bool,
    /// What AWS throttles, as `simulate --throttle` says it; documented by default
    #[arg(long, value_name = "BUCKETS")]
    throttle: Option<String>,
}

impl Bench {
    /// One that shows that everything works: whether every answer is right.
    pub(crate) fn brief() -> Self {
        Self { quick: true, ..Self::default() }
    }

    /// # Errors
    /// Where a program cannot be built, or an answer was wrong.
    pub(crate) fn run(self) -> anyhow::Result<()> {
        ensure!(cfg!(target_os = "linux"), "what is shipped is built on Linux, and only that is measured");
        let release = artifact::built_with(&[PROGRAM], Mode::default())?;
        Process::cargo().words("build --quiet --bin").args([NAIVE]).run()?;
        self.process(&release, &workspace::target().join("debug").join(NAIVE)).run()
    }

    fn process(&self, release: &Path, naive: &Path) -> Process {
        let path = |file: &Path| file.display().to_string();
        Process::new(path(&release.join(PROGRAM)))
            .args(["run", "--service", &path(&release.join(artifact::PROGRAM)), "--naive", &path(naive)])
            .args(self.json.then_some("--json"))
            .args(self.quick.then_some("--quick"))
            .args(self.throttle.iter().flat_map(|buckets| ["--throttle", buckets]))
            .args(self.scenarios.iter().flat_map(|name| ["--scenario", name]))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::{Args as _, FromArgMatches as _};

    use super::Bench;

    fn command(arguments: &[&str]) -> String {
        let command = Bench::augment_args(clap::Command::new("bench"));
        let matches = command.get_matches_from(["bench"].iter().chain(arguments));
        let bench = Bench::from_arg_matches(&matches).expect("arguments of a bench");
        bench.process(Path::new("/r"), Path::new("/d/elbm-naive")).to_string()
    }

    #[test]
    fn measures_what_is_shipped() {
        let plain = "/r/elbm-bench run --service /r/elb-instance-manager --naive /d/elbm-naive";
        assert_eq!(command(&[]), plain);
        assert_eq!(
            command(&["--json", "--quick", "--scenario", "lists", "mixed", "--throttle", "off"]),
            format!("{plain} --json --quick --throttle off --scenario lists --scenario mixed")
        );
    }
}
