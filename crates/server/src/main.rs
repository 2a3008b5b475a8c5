//! `elb-instance-manager`: one small HTTP service that manages the machines behind AWS load balancers.

// The layers around the API are futures within futures, which the optimiser looks through.
#![recursion_limit = "256"]

use std::process::ExitCode;

use clap::Parser as _;
use elb_instance_manager::{
    Command, CredentialsCommand, Options, add_credentials, healthcheck, serve, simulate, telemetry,
};

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let collector = if options.command.is_none() { options.serve.otlp_endpoint.as_deref() } else { None };
    let telemetry = match telemetry::start(collector) {
        Ok(telemetry) => telemetry,
        Err(error) => return failed(&error),
    };
    let outcome = match options.command {
        None => serve(options.serve).await,
        Some(Command::Simulate(options)) => simulate(options).await,
        Some(Command::Healthcheck(options)) => healthcheck(options).await,
        Some(Command::Credentials(CredentialsCommand::Add(options))) => add_credentials(options),
    };
    telemetry.end().await;
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("elb-instance-manager: {error:#}");
    ExitCode::FAILURE
}
