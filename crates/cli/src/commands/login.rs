//! `elbm login`

use std::io::{self, BufRead as _, IsTerminal as _};

use crate::exit::Exit;
use crate::failure::{Failure, Request};
use crate::options::Login;
use crate::output::say;
use crate::session::Session;

/// Asks for the token, tries both, and keeps them.
pub(crate) async fn run(login: Login, server: Option<&str>) -> Result<Exit, Failure> {
    let server = login
        .url
        .as_deref()
        .or(server)
        .ok_or_else(|| Failure::new(Exit::Usage, "name the service: `elbm login https://elbm.example.com`"))?;
    let token = token().map_err(|error| Failure::new(Exit::Failed, format!("cannot read the token: {error}")))?;
    let token = Some(token).filter(|token| !token.is_empty());
    let session = Session { server: server.trim_end_matches('/').to_owned(), token };
    let tried = session.client()?.list_load_balancers().send().await;
    if let Err(error) = tried {
        let failure = Failure::of(error, &session.server, Request::Read).await;
        // Who has an answer of the service that is not about the token has the right one.
        if failure.code.is_none() || matches!(failure.exit, Exit::NotPermitted | Exit::TryLater) {
            return Err(failure);
        }
        say(&format!("signed in, but: {}", failure.message));
    }
    let path = session.keep()?;
    say(&format!("{} is kept in {}", session.server, path.display()));
    if session.token.is_some() && is_readable_on_the_way(&session.server) {
        say("careful: without https the token can be read on its way");
    }
    Ok(Exit::Done)
}

/// The token: unseen on a terminal, else the first line.
fn token() -> io::Result<String> {
    if io::stdin().is_terminal() {
        return rpassword::prompt_password("Token (empty for a service without credentials): ");
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn is_readable_on_the_way(server: &str) -> bool {
    let host = server.strip_prefix("http://");
    host.is_some_and(|host| !["127.", "localhost", "[::1]"].iter().any(|own| host.starts_with(own)))
}
