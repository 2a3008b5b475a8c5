//! `elbm login`

use std::io::{self, BufRead as _, IsTerminal as _};

use crate::exit::Exit;
use crate::failure::{Failure, Request};
use crate::options::{Common, Login};
use crate::output::say;
use crate::secret::Secret;
use crate::session::{Session, name_of};

/// Asks for the token, unless AWS says who it is, tries both, and keeps them.
pub(crate) async fn run(login: Login, common: &Common) -> Result<Exit, Failure> {
    let server = login
        .url
        .as_deref()
        .or(common.server.as_deref())
        .ok_or_else(|| Failure::new(Exit::Usage, "name the service: `elbm login https://elbm.example.com`"))?;
    let server = server.trim_end_matches('/').to_owned();
    let session = if let Some(said) = &common.aws {
        Session { aws: Some(name_of(said, &server)), token: None, server }
    } else {
        let unreadable = |error| Failure::new(Exit::Failed, format!("cannot read the token: {error}"));
        let token = Some(token().map_err(unreadable)?).filter(|token| !token.reveal().is_empty());
        Session { token, aws: None, server }
    };
    let tried = session.client().await?.list_load_balancers().send().await;
    if let Err(error) = tried {
        let failure = Failure::of(error, &session.server, Request::Read).await;
        // Who has an answer of the service that is not about who it is has signed in: what an instance may do is not to list.
        let known = failure.code.as_deref() == Some("Forbidden");
        if failure.code.is_none() || !known && matches!(failure.exit, Exit::NotPermitted | Exit::TryLater) {
            return Err(failure);
        }
        say(&format!("signed in, but: {}", failure.message));
    }
    let path = session.keep()?;
    say(&format!("{} is kept in {}", session.server, path.display()));
    if (session.token.is_some() || session.aws.is_some()) && is_readable_on_the_way(&session.server) {
        say("careful: without https the token can be read on its way");
    }
    Ok(Exit::Done)
}

/// The token: unseen on a terminal, else the first line.
fn token() -> io::Result<Secret> {
    if io::stdin().is_terminal() {
        return rpassword::prompt_password("Token (empty for a service without credentials): ").map(Secret::new);
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    line.truncate(line.trim_end_matches(['\r', '\n']).len());
    Ok(Secret::new(line))
}

fn is_readable_on_the_way(server: &str) -> bool {
    let host = server.strip_prefix("http://");
    host.is_some_and(|host| !["127.", "localhost", "[::1]"].iter().any(|own| host.starts_with(own)))
}
