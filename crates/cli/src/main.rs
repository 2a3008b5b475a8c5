//! `elbm`: the command line of elb-instance-manager.

mod aws;
mod change;
mod commands;
mod exit;
mod failure;
mod options;
mod outing;
mod output;
mod own;
mod progress;
mod pursuit;
mod report;
mod screen;
mod secret;
mod session;
mod stop;
mod values;
mod wait;
mod wanted;

use std::process::ExitCode;

use clap::Parser as _;

use exit::Exit;
use failure::Failure;
use options::Options;

fn main() -> ExitCode {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(commands::run(options)),
        Err(error) => Err(Failure::new(Exit::Failed, format!("cannot start: {error}"))),
    };
    let exit = outcome.unwrap_or_else(|failure| {
        let style = anstyle::AnsiColor::Red.on_default().bold();
        output::say(&format!("{style}elbm:{style:#} {}", failure.message));
        failure.exit
    });
    ExitCode::from(exit as u8)
}
