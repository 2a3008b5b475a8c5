//! No changes from foreign pages: browsers keep credentials, and reach loopback addresses.

use poem::Request;
use poem::http::Method;
use poem::http::header::{HOST, ORIGIN};

use crate::problem::Problem;

/// Refuses a request that may change something and that a page of another origin has sent.
pub(super) fn is_own(request: &Request) -> Result<(), Problem> {
    let harmless = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let foreign = if harmless { None } else { foreign(request) };
    foreign.map_or(Ok(()), |origin| Err(Problem::ForeignOrigin { origin }))
}

/// The foreign origin that the browser names, if any. Programs send neither header.
fn foreign(request: &Request) -> Option<String> {
    if let Some(origin) = request.headers().get(ORIGIN) {
        let authority =
            origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, authority)| authority);
        let own = request.headers().get(HOST).and_then(|host| host.to_str().ok());
        if authority.is_none() || authority != own {
            return Some(String::from_utf8_lossy(origin.as_bytes()).into_owned());
        }
    }
    let site = request.headers().get("sec-fetch-site").and_then(|site| site.to_str().ok());
    (site == Some("cross-site")).then(|| "another site".to_owned())
}
