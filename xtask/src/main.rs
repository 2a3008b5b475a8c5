//! The project's commands: `cargo xtask COMMAND`. Each starts processes and says which.

mod chromium;
mod commands;
mod moto;
mod process;
mod steps;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use commands::{check, clean, generate, run, test};

/// The commands of elb-instance-manager
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Xtask {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the service on 127.0.0.1:5000, on an AWS simulator in memory
    Run(run::Run),
    /// Runs the tests, everything that the machine at hand can test
    Test(test::Test),
    /// Derives crates/api from the contract, openapi/swagger-file.yaml
    Generate,
    /// Proves that contract, generated code and running code match
    ///
    /// Generates in memory and compares with crates/api, then compares the document that the running code emits with the
    /// contract. Each difference is told with its place.
    Check,
    /// Removes what the commands have built, the tools in target/ too
    Clean,
}

fn main() -> ExitCode {
    let outcome = match Xtask::parse().command {
        Command::Run(command) => command.run(),
        Command::Test(command) => command.run(),
        Command::Generate => generate::run(),
        Command::Check => check::run(),
        Command::Clean => clean::run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Xtask::command().debug_assert();
    }
}
