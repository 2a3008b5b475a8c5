//! Making a client.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{ClientBuilder, Url};

use crate::Client;

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(10);

/// How long the service may say nothing: it holds an answer for 50 s at most, and a stream says something every 15 s.
const SILENCE: Duration = Duration::from_secs(65);

/// Why there can be no client.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address is none of a service.
    #[error("'{0}' is not the address of a service, e.g. https://elbm.example.com or http://127.0.0.1:5000")]
    Address(String),
    /// The token has characters that no token has.
    #[error("the token has characters that no token has; it begins with elbm_")]
    Token,
    /// The TLS of this machine cannot be used.
    #[error("no HTTP client can be made")]
    Http(#[source] reqwest::Error),
}

/// A client of the service at this address, which calls with this bearer token, or without credentials.
///
/// Redirects are not followed: a change that is asked for again as a `GET` would be none.
///
/// # Errors
/// The address or the token is none, or the certificates of this machine cannot be read.
pub fn connect(server: &str, token: Option<&str>) -> Result<Client, ConnectError> {
    let address = address(server).ok_or_else(|| ConnectError::Address(server.to_owned()))?;
    let mut headers = HeaderMap::new();
    if let Some(token) = token {
        let mut value = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| ConnectError::Token)?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    let http = ClientBuilder::new()
        .user_agent(concat!("elbm-client/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers)
        .redirect(Policy::none())
        .connect_timeout(CONNECT)
        .read_timeout(SILENCE)
        .build()
        .map_err(ConnectError::Http)?;
    Ok(Client::new_with_client(address.as_str().trim_end_matches('/'), http))
}

/// An address that paths can be appended to. Credentials in it would be sent as a password, and shown in messages.
fn address(server: &str) -> Option<Url> {
    let url = Url::parse(server).ok()?;
    let plain =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    (matches!(url.scheme(), "http" | "https") && plain).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::{ConnectError, connect};
    use crate::ClientInfo as _;

    #[test]
    fn paths_are_appended_to_the_address() {
        for (server, base) in [
            ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
            ("https://Example.com/", "https://example.com"),
            ("https://example.com/elbm/", "https://example.com/elbm"),
        ] {
            assert_eq!(connect(server, None).expect(server).baseurl(), base);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for server in
            ["", "example.com", "127.0.0.1:5000", "ftp://example.com", "https://ann:secret@example.com", "http://a/?b"]
        {
            assert!(matches!(connect(server, None), Err(ConnectError::Address(_))), "{server}");
        }
    }

    #[test]
    fn a_token_is_one_line_and_is_not_shown() {
        assert!(matches!(connect("http://a", Some("elbm_\n")), Err(ConnectError::Token)));
        let client = connect("http://a", Some("elbm_secret")).expect("a client");
        assert!(!format!("{client:?}").contains("elbm_secret"), "{client:?}");
    }
}
