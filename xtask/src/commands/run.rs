//! `cargo xtask run`

use crate::process::Process;

/// Runs the service on 127.0.0.1:5000, on an AWS simulator in memory
///
/// The simulator has a load balancer default-alb with healthy machines, and the machine i-06060a1e235609999, which is
/// launched but not attached.
#[derive(Debug, clap::Args)]
pub(crate) struct Run {
    /// Uses the AWS account and region of the environment instead of the simulator
    #[arg(long)]
    aws: bool,
    /// Arguments for the service, e.g. --listen 127.0.0.1:0
    #[arg(last = true, value_name = "SERVER ARGS")]
    arguments: Vec<String>,
}

impl Run {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        eprintln!("the first build takes some minutes, most of them for the AWS SDK");
        self.process().run()
    }

    fn process(&self) -> Process {
        let simulate = if self.aws { None } else { Some("--simulate") };
        Process::cargo()
            .words("run --bin elb-instance-manager --")
            .args(simulate)
            .args(self.arguments.iter().map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::Run;

    #[test]
    fn runs_on_the_simulator_unless_told_otherwise() {
        let arguments = || vec!["--listen".to_owned(), "127.0.0.1:0".to_owned()];
        let simulated = Run { aws: false, arguments: arguments() }.process().to_string();
        assert_eq!(simulated, "cargo run --bin elb-instance-manager -- --simulate --listen 127.0.0.1:0");
        let real = Run { aws: true, arguments: arguments() }.process().to_string();
        assert_eq!(real, "cargo run --bin elb-instance-manager -- --listen 127.0.0.1:0");
    }
}
