//! Which service is called, and with which token.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::PathBuf;

use elbm_client::{Client, connect};
use etcetera::BaseStrategy as _;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::exit::Exit;
use crate::failure::Failure;

/// A service and a token for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) server: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<String>,
}

impl Session {
    /// The one that the command line and the environment say, and `elbm login` has kept.
    pub(crate) fn find(server: Option<&str>) -> Result<Self, Failure> {
        chosen(server, token_of_environment(), kept()?).ok_or_else(|| {
            let sentence = "which service? `elbm login URL` keeps its address, --server or ELBM_SERVER says it";
            Failure::new(Exit::Usage, sentence)
        })
    }

    /// A client that calls so.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        Ok(connect(&self.server, self.token.as_deref())?)
    }

    /// Keeps it for later commands, where nobody else can read it.
    pub(crate) fn keep(&self) -> Result<PathBuf, Failure> {
        let path = path()?;
        self.write(&path)
            .map_err(|error| Failure::new(Exit::Failed, format!("cannot write {}: {error}", path.display())))?;
        Ok(path)
    }

    fn write(&self, path: &std::path::Path) -> io::Result<()> {
        let folder = path.parent().unwrap_or(path);
        fs::create_dir_all(folder)?;
        // A temporary file is its owner's alone, and takes the place of the old one at once.
        let mut file = NamedTempFile::new_in(folder)?;
        serde_json::to_writer_pretty(&mut file, self)?;
        writeln!(file)?;
        file.persist(path)?;
        Ok(())
    }
}

/// A kept token is for its own server only.
fn chosen(server: Option<&str>, token: Option<String>, kept: Option<Session>) -> Option<Session> {
    let same = |one: &str, other: &str| one.trim_end_matches('/') == other.trim_end_matches('/');
    let (server, own) = match (server, kept) {
        (Some(server), Some(kept)) if same(server, &kept.server) => (kept.server, kept.token),
        (Some(server), _) => (server.to_owned(), None),
        (None, kept) => kept.map(|kept| (kept.server, kept.token))?,
    };
    Some(Session { server, token: token.or(own) })
}

/// The token that the environment gives, unless it is empty.
pub(crate) fn token_of_environment() -> Option<String> {
    std::env::var("ELBM_TOKEN").ok().filter(|token| !token.is_empty())
}

fn path() -> Result<PathBuf, Failure> {
    let base = etcetera::choose_base_strategy().map_err(|error| Failure::new(Exit::Failed, error.to_string()))?;
    Ok(base.config_dir().join("elbm/login.json"))
}

fn kept() -> Result<Option<Session>, Failure> {
    // Without a home there is nothing kept.
    let Ok(path) = path() else { return Ok(None) };
    let unreadable = |error: &dyn ToString| {
        let sentence = format!("cannot read {}: {}; `elbm login` writes it anew", path.display(), error.to_string());
        Failure::new(Exit::Failed, sentence)
    };
    match fs::read(&path) {
        Ok(text) => serde_json::from_slice(&text).map(Some).map_err(|error| unreadable(&error)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Session, chosen};

    #[test]
    fn a_kept_token_goes_to_its_own_server_only() {
        let session =
            |server: &str, token: Option<&str>| Session { server: server.to_owned(), token: token.map(str::to_owned) };
        let kept = || Some(session("https://a", Some("kept")));
        let given = || Some("given".to_owned());
        for (server, token, kept, expected) in [
            (None, None, None, None),
            (None, given(), None, None),
            (None, None, kept(), Some(session("https://a", Some("kept")))),
            (None, given(), kept(), Some(session("https://a", Some("given")))),
            (Some("https://a/"), None, kept(), Some(session("https://a", Some("kept")))),
            (Some("https://b"), None, kept(), Some(session("https://b", None))),
            (Some("https://a.b"), None, kept(), Some(session("https://a.b", None))),
            (Some("https://b"), given(), kept(), Some(session("https://b", Some("given")))),
        ] {
            assert_eq!(chosen(server, token, kept), expected, "{server:?}");
        }
    }
}
