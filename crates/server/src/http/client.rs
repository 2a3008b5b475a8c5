//! From which address a request comes.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use poem::http::HeaderName;
use poem::{Addr, Request};

const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the client that sent a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Client(IpAddr);

impl Client {
    /// Looks behind our proxies, so many of them.
    ///
    /// Each, a load balancer for instance, appends the address that it sees to `X-Forwarded-For`. What stands left of theirs
    /// was written by the client itself, and is not believed.
    pub(super) fn behind(proxies: usize, request: &Request) -> Self {
        let peer = peer(request);
        if proxies == 0 {
            return Self(peer);
        }
        let forwarded = request.headers().get_all(FORWARDED).iter().filter_map(|value| value.to_str().ok());
        Self(behind(peer, forwarded, proxies))
    }

    pub(super) fn address(self) -> IpAddr {
        self.0
    }
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The address on the other end of the connection.
fn peer(request: &Request) -> IpAddr {
    match &request.remote_addr().0 {
        Addr::SocketAddr(address) => address.ip(),
        _ => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
    }
}

/// The address that the outermost of our proxies saw; the peer's where a header is missing or not understood: whoever comes
/// past the proxies is known by its own address.
fn behind<'a>(peer: IpAddr, forwarded: impl DoubleEndedIterator<Item = &'a str>, proxies: usize) -> IpAddr {
    let Some(skipped) = proxies.checked_sub(1) else { return peer };
    let seen = forwarded.flat_map(|value| value.split(',')).rev().nth(skipped);
    seen.map(str::trim).and_then(parse).unwrap_or(peer)
}

/// An address; Application Load Balancers add the port where they are told to.
fn parse(text: &str) -> Option<IpAddr> {
    text.parse().ok().or_else(|| text.parse().ok().map(|address: SocketAddr| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::behind;

    #[test]
    fn only_what_our_proxies_wrote_is_believed() {
        for (forwarded, proxies, expected) in [
            (vec![], 0, "10.0.0.1"),
            (vec!["203.0.113.9"], 0, "10.0.0.1"),
            (vec![], 1, "10.0.0.1"),
            (vec!["203.0.113.9"], 1, "203.0.113.9"),
            (vec!["198.51.100.1, 203.0.113.9"], 1, "203.0.113.9"),
            (vec!["198.51.100.1,203.0.113.9"], 2, "198.51.100.1"),
            (vec!["198.51.100.1", "203.0.113.9"], 1, "203.0.113.9"),
            (vec!["198.51.100.1", "203.0.113.9"], 2, "198.51.100.1"),
            (vec!["203.0.113.9"], 2, "10.0.0.1"),
            (vec!["203.0.113.9:4711"], 1, "203.0.113.9"),
            (vec!["2001:db8::1"], 1, "2001:db8::1"),
            (vec!["[2001:db8::1]:4711"], 1, "2001:db8::1"),
            (vec!["unknown"], 1, "10.0.0.1"),
            (vec![""], 1, "10.0.0.1"),
        ] {
            let peer = "10.0.0.1".parse().expect("an address");
            let found = behind(peer, forwarded.clone().into_iter(), proxies);
            assert_eq!(found.to_string(), expected, "{forwarded:?} behind {proxies}");
        }
    }
}
