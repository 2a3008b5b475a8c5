//! `elbm-bench`: how fast the service is, and how much it asks of AWS, against baselines of the same run.
//!
//! `run` starts everything as processes of their own: the service, the AWS simulator, and the two baselines, `bare` and
//! `elbm-naive`. What comes out is one table of ratios, as absolute numbers are those of a machine.

mod aws;
mod bare;
mod lab;
mod load;
mod numbers;
mod process;
mod run;
mod scenarios;
mod table;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// How fast the service is, against baselines of the same run
#[derive(Debug, Parser)]
#[command(version)]
struct Bench {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the scenarios and prints one table
    Run(run::Run),
    /// The baseline of reads: a bare poem server that answers with the bytes of a file
    Bare(bare::Bare),
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Bench::parse().command {
        Command::Run(command) => command.run().await,
        Command::Bare(command) => command.run().await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("elbm-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Bench::command().debug_assert();
    }
}
