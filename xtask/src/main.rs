//! The project's commands: `cargo xtask COMMAND`. Each starts processes and says which.

mod chromium;
mod commands;
mod deployments;
mod moto;
mod places;
mod process;
mod python;
mod schemathesis;
mod service;
mod steps;
mod version;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use commands::{bump, check, clean, generate, run, setup, test};
use version::Part;

/// The commands of elb-instance-manager
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Xtask {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Looks for what the other commands need, tells what is missing and how to get it, and prepares the Python tools of
    /// the tests
    Setup,
    /// Runs the service on 127.0.0.1:5000, on an AWS simulator in memory
    Run(run::Run),
    /// Runs the tests, everything that the machine at hand can test
    Test(test::Test),
    /// Derives crates/api from the contract, openapi/swagger-file.yaml
    Generate,
    /// Proves that contract, generated code, running code and version numbers match
    ///
    /// VERSION, the workspace and the contract must say the same version. Generates in memory and compares with crates/api, then compares the document that the running code emits with the
    /// contract. Each difference is told with its place.
    Check,
    /// Raises the last number of the version everywhere: VERSION, Cargo.toml, the contract, Cargo.lock, crates/api
    BumpVersionPatch,
    /// Raises the middle number of the version everywhere; the last one starts at 0 again
    BumpVersionMinor,
    /// Removes what the commands have built, the tools in target/ too
    Clean,
}

fn main() -> ExitCode {
    let outcome = match Xtask::parse().command {
        Command::Setup => setup::run(),
        Command::Run(command) => command.run(),
        Command::Test(command) => command.run(),
        Command::Generate => generate::run(),
        Command::Check => check::run(),
        Command::BumpVersionPatch => bump::run(Part::Patch),
        Command::BumpVersionMinor => bump::run(Part::Minor),
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
