//! The project's commands: `cargo xtask COMMAND`. Each starts processes and says which.

mod account;
mod chromium;
mod clients;
mod commands;
mod config;
mod debian;
mod deny;
mod deployments;
mod docker;
mod fault_tools;
mod fuzz;
mod image;
mod mode;
mod moto;
mod node;
mod page;
mod places;
mod prerequisites;
mod process;
mod program;
mod prometheus;
mod provider_stub;
mod python;
mod questions;
mod roles;
mod schemathesis;
mod server;
mod service;
mod simulator;
mod stamp;
mod steps;
mod system;
mod terraform;
mod version;
mod wait;
mod witness;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use commands::{
    bench, build_image, bump, check, clean, clients as make_clients, configure, deploy, deploy_infra, destroy, doctor,
    fuzz as run_fuzz, generate, page as build_page, plan, release, run, setup, soak, test,
};
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
    /// Looks for what the commands need, and tells what is missing and how to get it
    Doctor(doctor::Doctor),
    /// Prepares the checkout: doctor, the Python tools of the tests, configure where config.json has placeholders, terraform init
    Setup(setup::Setup),
    /// Asks where the service is to be deployed, and writes config.json
    Configure(configure::Configure),
    /// Runs the service on 127.0.0.1:5000, on an AWS simulator in memory
    Run(run::Run),
    /// Runs the tests, everything that the machine at hand can test
    Test(test::Test),
    /// Puts mixed load on the service for half an hour: memory stays flat, and no answer is wrong
    Soak(soak::Soak),
    /// Looks by libFuzzer for what is read and should not be stumbled over
    Fuzz(run_fuzz::Fuzz),
    /// Measures the release build against baselines of the same run, and prints one table
    Bench(bench::Bench),
    /// Derives crates/api and crates/client from the contract, openapi/swagger-file.yaml
    Generate,
    /// Makes clients in other languages by openapi-generator, in target/clients
    Clients(make_clients::Clients),
    /// Builds the web page that the server has in it, from crates/server/page
    Page(build_page::Page),
    /// Draws the README's pictures anew, of the running web page and the running elbm
    Pictures,
    /// Proves that contract, generated code, running code and version numbers match
    ///
    /// VERSION, the workspace and the contract must say the same version. Generates in memory and compares with crates/api and crates/client, then compares the document that the running code emits with the
    /// contract. Each difference is told with its place.
    Check,
    /// Raises the last number of the version everywhere: VERSION, Cargo.toml, the contract, Cargo.lock, what is generated
    BumpVersionPatch,
    /// Raises the middle number of the version everywhere; the last one starts at 0 again
    BumpVersionMinor,
    /// Builds the docker image, tagged with the VERSION and as latest
    BuildImage(build_image::BuildImage),
    /// Builds the docker image and pushes it to its registry, tagged with the VERSION and as latest
    Release(release::Release),
    /// Shows what deploy-infra would change on AWS
    Plan(plan::Plan),
    /// Creates or updates the infrastructure on AWS, for the image that was released with the VERSION
    DeployInfra(deploy_infra::DeployInfra),
    /// Builds and pushes the docker image, and creates or updates the infrastructure on AWS
    Deploy(deploy::Deploy),
    /// Removes from AWS what deploy-infra has made; asks before
    Destroy(destroy::Destroy),
    /// Removes what the commands have built, the tools in target/, the packages of the web page and Terraform's working files too; never its state
    Clean(clean::Clean),
}

fn main() -> ExitCode {
    let outcome = match Xtask::parse().command {
        Command::Doctor(doctor) => doctor.run(),
        Command::Setup(command) => command.run(),
        Command::Configure(command) => command.run().map(drop),
        Command::Run(command) => command.run(),
        Command::Test(command) => command.run(),
        Command::Soak(command) => command.run(),
        Command::Fuzz(command) => command.run(),
        Command::Bench(command) => command.run(),
        Command::Generate => generate::run(),
        Command::Clients(command) => command.run(),
        Command::Page(command) => command.run(),
        Command::Pictures => page::pictures(),
        Command::Check => check::run(),
        Command::BumpVersionPatch => bump::run(Part::Patch),
        Command::BumpVersionMinor => bump::run(Part::Minor),
        Command::BuildImage(command) => command.run(),
        Command::Release(command) => command.run(),
        Command::Plan(command) => command.run(),
        Command::DeployInfra(command) => command.run(),
        Command::Deploy(command) => command.run(),
        Command::Destroy(command) => command.run(),
        Command::Clean(command) => command.run(),
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
