//! Which service is called, and with which token.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::PathBuf;

use elbm_client::{Client, connect};
use etcetera::BaseStrategy as _;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::aws::Signer;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Common;
use crate::secret::Secret;

/// A service, and how to sign in to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) server: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<Secret>,
    /// With AWS, the name of the service for which it is signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) aws: Option<String>,
}

impl Session {
    /// The one that the command line and the environment say, and `elbm login` has kept.
    pub(crate) fn find(common: &Common) -> Result<Self, Failure> {
        let (server, aws) = (common.server.as_deref(), common.aws.as_deref());
        chosen(server, aws, token_of_environment(), kept()?).ok_or_else(|| {
            let sentence = "which service? `elbm login URL` keeps its address, --server or ELBM_SERVER says it";
            Failure::new(Exit::Usage, sentence)
        })
    }

    /// A client that calls so.
    pub(crate) async fn client(&self) -> Result<Client, Failure> {
        let signed = match &self.aws {
            Some(name) => Some(Signer::of_environment().await?.token(name).await?),
            None => self.token.clone(),
        };
        Ok(connect(&self.server, signed.as_ref().map(Secret::reveal))?)
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

/// A kept token is for its own server only, and so is a kept sign-in with AWS.
fn chosen(server: Option<&str>, aws: Option<&str>, token: Option<Secret>, kept: Option<Session>) -> Option<Session> {
    let same = |one: &str, other: &str| one.trim_end_matches('/') == other.trim_end_matches('/');
    let own = match (server, kept) {
        (Some(server), Some(kept)) if same(server, &kept.server) => kept,
        (Some(server), _) => Session { server: server.to_owned(), token: None, aws: None },
        (None, kept) => kept?,
    };
    let server = own.server.clone();
    Some(match (aws, token) {
        (Some(name), _) => Session { aws: Some(name_of(name, &server)), token: None, server },
        (None, Some(token)) => Session { token: Some(token), aws: None, server },
        (None, None) => own,
    })
}

/// The name that a service goes by where it is signed for: what is said, or else the host of its address. What the service
/// itself says is not asked: another one could say its name.
pub(crate) fn name_of(said: &str, server: &str) -> String {
    if !matches!(said, "" | "1" | "true") {
        return said.to_owned();
    }
    let host = reqwest::Url::parse(server).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.unwrap_or_default()
}

/// The token that the environment gives, unless it is empty.
pub(crate) fn token_of_environment() -> Option<Secret> {
    std::env::var("ELBM_TOKEN").ok().filter(|token| !token.is_empty()).map(Secret::new)
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
    use crate::secret::Secret;

    fn session(server: &str, token: Option<&str>, aws: Option<&str>) -> Session {
        let token = token.map(|token| Secret::new(token.to_owned()));
        Session { server: server.to_owned(), token, aws: aws.map(str::to_owned) }
    }

    #[test]
    fn a_kept_token_goes_to_its_own_server_only() {
        let kept = || Some(session("https://a", Some("kept"), None));
        let given = || Some(Secret::new("given".to_owned()));
        for (server, token, kept, expected) in [
            (None, None, None, None),
            (None, given(), None, None),
            (None, None, kept(), Some(session("https://a", Some("kept"), None))),
            (None, given(), kept(), Some(session("https://a", Some("given"), None))),
            (Some("https://a/"), None, kept(), Some(session("https://a", Some("kept"), None))),
            (Some("https://b"), None, kept(), Some(session("https://b", None, None))),
            (Some("https://a.b"), None, kept(), Some(session("https://a.b", None, None))),
            (Some("https://b"), given(), kept(), Some(session("https://b", Some("given"), None))),
        ] {
            assert_eq!(chosen(server, None, token, kept), expected, "{server:?}");
        }
    }

    #[test]
    fn who_signs_in_with_aws_signs_for_the_host_or_the_name() {
        let kept = || Some(session("https://a:8443", None, Some("name")));
        let token = || Some(Secret::new("given".to_owned()));
        for (server, aws, token, kept, expected) in [
            (Some("https://elbm.example.com/x"), Some(""), None, None, Some("elbm.example.com")),
            (Some("https://a:8443"), Some("true"), None, None, Some("a")),
            (Some("https://a"), Some("elbm.internal"), None, None, Some("elbm.internal")),
            (Some("https://a"), Some("elbm.internal"), token(), None, Some("elbm.internal")),
            (None, None, None, kept(), Some("name")),
            (None, None, token(), kept(), None),
            (None, Some("other"), None, kept(), Some("other")),
            (Some("https://b"), None, None, kept(), None),
        ] {
            let found = chosen(server, aws, token, kept).expect("a service");
            assert_eq!(found.aws.as_deref(), expected, "{server:?} {aws:?}");
            assert!(found.aws.is_none() || found.token.is_none(), "{found:?}");
        }
    }
}
