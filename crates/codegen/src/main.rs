//! `openapi-poem-codegen`: generates a server from a contract, checks that it is fresh, and that it keeps the contract.

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Parser;
use openapi_poem_codegen::{Contract, conformance, files, generate};

/// What the program does.
#[derive(Parser)]
#[command(version, about = "From an OpenAPI 3.1 contract to a server on poem-openapi")]
enum Command {
    /// Generate the crate's source files.
    Generate {
        /// The contract, in YAML.
        contract: PathBuf,
        /// The folder of the source files; generated files that are no longer needed are removed.
        out_dir: PathBuf,
        /// Write nothing: print what would change, and fail if anything would.
        #[arg(long)]
        check: bool,
    },
    /// Hold the document that the running code emits against the contract.
    Conform {
        /// The contract, in YAML.
        contract: PathBuf,
        /// The emitted document, in JSON; - for standard input.
        emitted: PathBuf,
    },
    /// Read the contract only.
    Lint {
        /// The contract, in YAML.
        contract: PathBuf,
    },
}

fn main() -> ExitCode {
    run(Command::parse()).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::from(2)
    })
}

/// Fails with 1 where something is to be done, and with 2 where something could not be read or written.
fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Generate { contract, out_dir, check } => {
            let source = contract.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let files = generate(read(&contract)?.api(), &source);
            if !check {
                files::write(&out_dir, &files)?;
                return Ok(ExitCode::SUCCESS);
            }
            let stale = files::stale(&out_dir, &files)?;
            print!("{stale}");
            Ok(verdict(stale.is_empty()))
        }
        Command::Conform { contract, emitted } => {
            let contract = read(&contract)?;
            let emitted = serde_json::from_str(&text(&emitted)?).context("the emitted document is not JSON")?;
            let report = conformance::conform(contract.document(), &emitted, conformance::ALL);
            print!("{report}");
            Ok(verdict(report.is_clean()))
        }
        Command::Lint { contract } => read(&contract).map(|_| ExitCode::SUCCESS),
    }
}

fn read(path: &Path) -> anyhow::Result<Contract> {
    Contract::read(&text(path)?).with_context(|| path.display().to_string())
}

fn text(path: &Path) -> anyhow::Result<String> {
    if path == Path::new("-") {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text)?;
        return Ok(text);
    }
    fs::read_to_string(path).with_context(|| path.display().to_string())
}

fn verdict(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
