//! `elbm completions`, `elbm man`

use clap::CommandFactory as _;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::{Completions, Man, Options};
use crate::output::print;

/// Prints the completions of a shell.
pub(crate) fn completions(options: &Completions) -> Result<Exit, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(options.shell, &mut Options::command(), "elbm", &mut text);
    print(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Done)
}

/// Prints the page of the program, or writes one for each command.
pub(crate) fn man(options: &Man) -> Result<Exit, Failure> {
    let failed = |error: std::io::Error| Failure::new(Exit::Failed, format!("cannot write the manual: {error}"));
    if let Some(folder) = &options.directory {
        std::fs::create_dir_all(folder).map_err(failed)?;
        clap_mangen::generate_to(Options::command(), folder).map_err(failed)?;
    } else {
        let mut text = Vec::new();
        clap_mangen::Man::new(Options::command()).render(&mut text).map_err(failed)?;
        print(&String::from_utf8_lossy(&text))?;
    }
    Ok(Exit::Done)
}
