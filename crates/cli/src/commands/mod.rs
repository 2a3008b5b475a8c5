//! The commands.

mod apply;
mod change;
mod documents;
mod login;
mod maintenance;
mod read;
mod watch;

use elbm_client::Client;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::{Command, Options};
use crate::output::Output;
use crate::session::Session;

/// What a command that calls the service works with.
pub(crate) struct Context {
    pub(crate) client: Client,
    pub(crate) server: String,
    pub(crate) output: Output,
}

/// Runs the command.
///
/// # Errors
/// Where it fails before it has changed anything; what becomes of changes is its own result.
pub(crate) async fn run(options: Options) -> Result<Exit, Failure> {
    let output = Output::new(options.common.output);
    let server = options.common.server.as_deref();
    match options.command {
        Command::Watch(load_balancer) => watch::run(&Context::new(server, output)?, load_balancer).await,
        Command::Apply(command) => apply::run(&Context::new(server, output)?, command).await,
        Command::Where(command) => maintenance::show(&Context::new(server, output)?, command).await,
        Command::Drain(command) => maintenance::drain(&Context::new(server, output)?, command).await,
        Command::Restore(command) => maintenance::restore(&Context::new(server, output)?, command).await,
        Command::Login(login) => login::run(login, server).await,
        Command::Completions(completions) => documents::completions(&completions),
        Command::Man(man) => documents::man(&man),
        Command::Ls(ls) => read::load_balancers(&Context::new(server, output)?, &ls).await,
        Command::Show(load_balancer) => read::machines(&Context::new(server, output)?, load_balancer).await,
        Command::Targets(load_balancer) => read::targets(&Context::new(server, output)?, load_balancer).await,
        Command::Attach(attach) => change::attach(&Context::new(server, output)?, attach).await,
        Command::Detach(detach) => change::detach(&Context::new(server, output)?, detach).await,
    }
}

impl Context {
    fn new(server: Option<&str>, output: Output) -> Result<Self, Failure> {
        let session = Session::find(server)?;
        Ok(Self { client: session.client()?, server: session.server, output })
    }
}

/// A request with an option of it, where it is given.
pub(crate) fn with<B, V>(request: B, value: Option<V>, set: impl FnOnce(B, V) -> B) -> B {
    match value {
        Some(value) => set(request, value),
        None => request,
    }
}
