//! `elb-instance-manager`: one small HTTP service that manages the machines behind AWS load balancers.

use std::process::ExitCode;

use clap::Parser as _;
use elb_instance_manager::{
    Command, CredentialsCommand, Options, add_credentials, healthcheck, serve, simulate, telemetry,
};

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    telemetry::start();
    let outcome = match options.command {
        None => serve(options.serve).await,
        Some(Command::Simulate(options)) => simulate(options).await,
        Some(Command::Healthcheck(options)) => healthcheck(options).await,
        Some(Command::Credentials(CredentialsCommand::Add(options))) => add_credentials(options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("elb-instance-manager: {error:#}");
            ExitCode::FAILURE
        }
    }
}
