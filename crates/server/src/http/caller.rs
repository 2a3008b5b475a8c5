//! Who calls.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use elbm_engine::Freshness;
use governor::Quota;
use poem::Request;
use poem::http::header::{AUTHORIZATION, CACHE_CONTROL, HOST};
use poem::http::uri::Authority;

use super::{Exchange, RequestId, operations};
use crate::auth::{Credentials, Limit, NotSignedIn, Principal, SignIn, TooOften};
use crate::problem::Problem;

/// The caller of an operation.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The id of the request.
    pub(crate) request: RequestId,
    /// Who it is.
    pub(crate) principal: Arc<Principal>,
    /// Whether a list may show what was read for others: not where the caller says `Cache-Control: no-cache`.
    pub(crate) freshness: Freshness,
}

/// What a request that asks AWS anew counts as, in requests of its caller.
const ANEW: NonZeroU32 = NonZeroU32::new(10).expect("more than 0");

/// What the request says of what was read before.
fn freshness(request: &Request) -> Freshness {
    let directives = request.headers().get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let anew = directives.flat_map(|value| value.split(',')).any(|one| one.trim().eq_ignore_ascii_case("no-cache"));
    if anew { Freshness::Anew } else { Freshness::Kept }
}

/// Tells who calls, and whether it does so too often.
pub(crate) struct Gate {
    credentials: Option<Arc<Credentials>>,
    /// Asks AWS who callers are, where that is wanted.
    sign_in: Option<SignIn>,
    /// How many requests a principal may send in a second, by its name.
    requests: Option<(NonZeroU32, Limit<String>)>,
}

impl Gate {
    /// Without credentials whoever reaches the service by a loopback name is let in. `rate` is the requests a second of one
    /// principal; unlimited where it is not given.
    pub(crate) fn new(
        credentials: Option<Arc<Credentials>>,
        sign_in: Option<SignIn>,
        rate: Option<NonZeroU32>,
    ) -> Self {
        Self { credentials, sign_in, requests: rate.map(|rate| (rate, Limit::new(Quota::per_second(rate)))) }
    }

    /// Puts the caller into a request for an operation that wants to know it; without one the operation refuses the request.
    pub(super) async fn identify(&self, exchange: &Exchange, request: &mut Request) -> Result<(), Problem> {
        if exchange.is_for(operations::is_protected)
            && let Some(principal) = self.principal(exchange, request).await?
        {
            let caller = Caller { request: exchange.id(), principal, freshness: freshness(request) };
            request.set_data(caller);
        }
        Ok(())
    }

    /// An `Authorization` header that nobody can check is never taken for nothing, so that a service without credentials
    /// takes none.
    async fn principal(&self, exchange: &Exchange, request: &Request) -> Result<Option<Arc<Principal>>, NotSignedIn> {
        let mut headers = request.headers().get_all(AUTHORIZATION).iter();
        let principal = match (&self.credentials, headers.next(), headers.next()) {
            (None, None, None) if is_loopback(request) => Some(Arc::new(Principal::anonymous())),
            (Some(credentials), Some(header), None) => {
                credentials.principal(header, exchange.client().address(), self.sign_in.as_ref()).await?
            }
            _ => None,
        };
        if let Some(principal) = &principal {
            exchange.is_of(principal);
        }
        if let (Some(principal), Some((rate, requests))) = (&principal, &self.requests) {
            let name = principal.limited().into_owned();
            let cost = if freshness(request) == Freshness::Anew { ANEW.min(*rate) } else { NonZeroU32::MIN };
            requests.take_some(&name, cost).map_err(|wait| TooOften::Requests {
                principal: name,
                rate: *rate,
                wait,
            })?;
        }
        Ok(principal)
    }
}

/// Whether the request is for a loopback name or address. A page whose name was turned to this machine is its own origin to
/// the browser, but still asks for its own name.
fn is_loopback(request: &Request) -> bool {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let name = host.and_then(|host| host.parse::<Authority>().ok());
    name.is_some_and(|name| {
        let name = name.host().trim_start_matches('[').trim_end_matches(']');
        name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}
