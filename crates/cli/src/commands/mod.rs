//! The commands.

mod apply;
mod change;
mod documents;
mod login;
mod maintenance;
mod read;
mod watch;

use std::time::Instant;

use elbm_client::Client;
use tokio::sync::Mutex;

use crate::aws::RENEWED;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::{Command, Common, Options};
use crate::output::Output;
use crate::session::Session;

/// What a command that calls the service works with.
pub(crate) struct Context {
    pub(crate) server: String,
    pub(crate) output: Output,
    session: Session,
    /// The client, and since when there is this one.
    client: Mutex<Option<(Client, Instant)>>,
}

/// Runs the command.
///
/// # Errors
/// Where it fails before it has changed anything; what becomes of changes is its own result.
pub(crate) async fn run(options: Options) -> Result<Exit, Failure> {
    let output = Output::new(options.common.output);
    let common = &options.common;
    match options.command {
        Command::Watch(load_balancer) => watch::run(&Context::new(common, output)?, load_balancer).await,
        Command::Apply(command) => apply::run(&Context::new(common, output)?, command).await,
        Command::Where(command) => maintenance::show(&Context::new(common, output)?, command).await,
        Command::Drain(command) => maintenance::drain(&Context::new(common, output)?, command).await,
        Command::Restore(command) => maintenance::restore(&Context::new(common, output)?, command).await,
        Command::Login(login) => login::run(login, common).await,
        Command::Completions(completions) => documents::completions(&completions),
        Command::Man(man) => documents::man(&man),
        Command::Ls(ls) => read::load_balancers(&Context::new(common, output)?, &ls).await,
        Command::Show(load_balancer) => read::machines(&Context::new(common, output)?, load_balancer).await,
        Command::Targets(load_balancer) => read::targets(&Context::new(common, output)?, load_balancer).await,
        Command::Attach(attach) => change::attach(&Context::new(common, output)?, attach).await,
        Command::Detach(detach) => change::detach(&Context::new(common, output)?, detach).await,
    }
}

impl Context {
    fn new(common: &Common, output: Output) -> Result<Self, Failure> {
        let session = Session::find(common)?;
        Ok(Self { server: session.server.clone(), output, session, client: Mutex::default() })
    }

    /// A client that calls so. What AWS has signed expires, and is signed anew in time.
    pub(crate) async fn client(&self) -> Result<Client, Failure> {
        let mut client = self.client.lock().await;
        match &*client {
            Some((client, since)) if self.session.aws.is_none() || since.elapsed() < RENEWED => Ok(client.clone()),
            _ => {
                let new = self.session.client().await?;
                *client = Some((new.clone(), Instant::now()));
                Ok(new)
            }
        }
    }
}

/// A request with an option of it, where it is given.
pub(crate) fn with<B, V>(request: B, value: Option<V>, set: impl FnOnce(B, V) -> B) -> B {
    match value {
        Some(value) => set(request, value),
        None => request,
    }
}
