//! `cargo xtask clients`

use crate::clients;

/// Makes clients in other languages by openapi-generator, in target/clients
///
/// `cargo xtask test` runs those of Python and TypeScript against the service. Any other language that openapi-generator knows goes by its name
/// there, e.g. go or java.
#[derive(Debug, clap::Args)]
pub(crate) struct Clients {
    /// A language; may be repeated
    #[arg(long = "language", value_name = "NAME", default_values = clients::USUAL)]
    languages: Vec<String>,
}

impl Clients {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        for folder in clients::make(&self.languages)? {
            eprintln!("{}", folder.display());
        }
        Ok(())
    }
}
