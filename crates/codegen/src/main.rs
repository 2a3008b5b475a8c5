//! `openapi-poem-codegen`: generates a server and a client from a contract, checks that it is fresh, and that it keeps the contract.

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Parser;
use openapi_poem_codegen::{Contract, Files, conformance, files, generate, generate_client};

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
    /// Generate the source files of a client.
    Client {
        /// The contract, in YAML.
        contract: PathBuf,
        /// The folder of the source files; generated files that are no longer needed are removed.
        out_dir: PathBuf,
        /// Write nothing: print what would change, and fail if anything would.
        #[arg(long)]
        check: bool,
    },
    /// Print the contract, in JSON, as tools read it that know version 3.0 only.
    Older {
        /// The contract, in YAML.
        contract: PathBuf,
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
            written(&out_dir, &generate(read(&contract)?.api(), &source(&contract)), check)
        }
        Command::Client { contract, out_dir, check } => {
            written(&out_dir, &generate_client(&read(&contract)?, &source(&contract))?, check)
        }
        Command::Older { contract } => {
            println!("{:#}", read(&contract)?.for_older_tools());
            Ok(ExitCode::SUCCESS)
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

/// Writes the files, or tells what would change.
fn written(folder: &Path, files: &Files, check: bool) -> anyhow::Result<ExitCode> {
    if !check {
        files::write(folder, files)?;
        return Ok(ExitCode::SUCCESS);
    }
    let stale = files::stale(folder, files)?;
    print!("{stale}");
    Ok(verdict(stale.is_empty()))
}

/// How generated files call the contract.
fn source(contract: &Path) -> String {
    contract.file_name().unwrap_or_default().to_string_lossy().into_owned()
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
