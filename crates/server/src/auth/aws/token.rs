//! The bearer token of an AWS sign-in: `elbm-aws-v1.` and, in base64url, the URL of a presigned `sts:GetCallerIdentity`. The signature covers
//! the header `x-elbm-server`, which this service adds itself: a token for another service is good for nothing here.
//!
//! What is sent to AWS is put together anew from what was understood. Pure: the time is passed in.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use elbm_engine::aws::{SignedRequest, StsEndpoint};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use zeroize::Zeroizing;

/// How such a token begins.
const PREFIX: &[u8] = b"elbm-aws-v1.";

/// The longest token, in bytes; those with a session token have two thousand and some.
const LONGEST: usize = 8 * 1024;

/// The longest time that a token may say it is good for.
const LIFETIME: i64 = 300;

/// How far the clock of a caller may be ahead.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// The header that binds a signature to a service.
const SERVER: &str = "x-elbm-server";

/// What is escaped in a query: everything but RFC 3986's unreserved characters.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Why a token is none. Nothing of it is shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadToken {
    /// It does not have the form.
    #[error(
        "the AWS sign-in is malformed: it is elbm-aws-v1. and, in base64url, the URL of a presigned sts:GetCallerIdentity"
    )]
    Form,
    /// It is for another place.
    #[error("the AWS sign-in is for none of the STS endpoints of this service; sign for {}", .0.join(" or "))]
    Elsewhere(Vec<String>),
    /// A parameter of the URL is not what it has to be.
    #[error("the AWS sign-in is malformed: its parameter {0} is missing, there twice or not what it has to be")]
    Parameter(&'static str),
    /// The URL has a parameter that does not belong there.
    #[error("the AWS sign-in is malformed: its URL has a parameter that does not belong there")]
    Stranger,
    /// The signature does not cover the header.
    #[error("the AWS sign-in is for no service: its signed headers have to be host and {SERVER}")]
    Unbound,
    /// Its time is over.
    #[error("the AWS sign-in has expired; sign in anew, and look at the clock if this comes again")]
    Expired,
    /// Its time has not come.
    #[error("the AWS sign-in is of the future; set the clock")]
    NotYet,
}

/// Whether a bearer token is an AWS sign-in.
pub(crate) fn is_one(token: &[u8]) -> bool {
    token.starts_with(PREFIX)
}

/// The request of a token, as it is for the service of this name.
///
/// # Errors
/// Where it is none, or not for now.
pub(crate) fn read(
    token: &[u8],
    endpoints: &[StsEndpoint],
    server: &str,
    now: DateTime<Utc>,
) -> Result<SignedRequest, BadToken> {
    let encoded = token.strip_prefix(PREFIX).filter(|_| token.len() <= LONGEST).ok_or(BadToken::Form)?;
    let url = Zeroizing::new(BASE64_URL_SAFE_NO_PAD.decode(encoded).map_err(|_| BadToken::Form)?);
    let url = str::from_utf8(&url).map_err(|_| BadToken::Form)?;
    let elsewhere = || BadToken::Elsewhere(endpoints.iter().map(|endpoint| endpoint.origin.clone()).collect());
    let query = |endpoint: &StsEndpoint| url.strip_prefix(endpoint.origin.as_str())?.strip_prefix("/?");
    let (endpoint, query) =
        endpoints.iter().find_map(|endpoint| Some((endpoint, query(endpoint)?))).ok_or_else(elsewhere)?;
    let parameters = Parameters::read(query)?;
    parameters.check(&endpoint.region, now)?;
    let url = Zeroizing::new(format!("{}/?{}", endpoint.origin, *parameters.query()));
    Ok(SignedRequest { url, header: (SERVER, server.to_owned()) })
}

/// The parameters of the URL, decoded, each once, in the order of [`NAMES`].
struct Parameters([Option<Zeroizing<String>>; NAMES.len()]);

/// Whether a value is what it has to be.
type IsGood = fn(&str) -> bool;

/// Every parameter that there may be, and whether it is what it has to be. The session token is there for temporary
/// credentials alone.
const NAMES: [(&str, IsGood); 9] = [
    ("Action", |value| value == "GetCallerIdentity"),
    ("Version", |value| value == "2011-06-15"),
    ("X-Amz-Algorithm", |value| value == "AWS4-HMAC-SHA256"),
    (CREDENTIAL, |value| value.is_ascii()),
    (DATE, |value| value.is_ascii()),
    (EXPIRES, |value| seconds(value).is_some()),
    (TOKEN, |value| value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=_-.:".contains(&byte))),
    (HEADERS, |value| value.is_ascii()),
    ("X-Amz-Signature", |value| {
        value.len() == 64 && value.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    }),
];
const CREDENTIAL: &str = "X-Amz-Credential";
const DATE: &str = "X-Amz-Date";
const EXPIRES: &str = "X-Amz-Expires";
const TOKEN: &str = "X-Amz-Security-Token";
const HEADERS: &str = "X-Amz-SignedHeaders";

fn seconds(text: &str) -> Option<i64> {
    let short = text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|seconds| short && (1..=LIFETIME).contains(seconds))
}

impl Parameters {
    fn read(query: &str) -> Result<Self, BadToken> {
        let mut parameters = Self(Default::default());
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').ok_or(BadToken::Form)?;
            let place = NAMES.iter().position(|(own, _)| *own == name).ok_or(BadToken::Stranger)?;
            let value = percent_decode_str(value).decode_utf8().map_err(|_| BadToken::Form)?;
            let value = Zeroizing::new(value.into_owned());
            let (name, is_good) = NAMES[place];
            if !is_good(&value) || parameters.0[place].replace(value).is_some() {
                return Err(BadToken::Parameter(name));
            }
        }
        match NAMES.iter().zip(&parameters.0).find(|((name, _), value)| value.is_none() && *name != TOKEN) {
            Some(((missing, _), _)) => Err(BadToken::Parameter(missing)),
            None => Ok(parameters),
        }
    }

    fn get(&self, name: &str) -> &str {
        let place = NAMES.iter().position(|(own, _)| *own == name);
        place.and_then(|place| self.0[place].as_ref()).map_or("", |value| value.as_str())
    }

    fn check(&self, region: &str, now: DateTime<Utc>) -> Result<(), BadToken> {
        if self.get(HEADERS) != format!("host;{SERVER}") {
            return Err(BadToken::Unbound);
        }
        let date = self.get(DATE);
        let made = NaiveDateTime::parse_from_str(date, "%Y%m%dT%H%M%SZ").map_err(|_| BadToken::Parameter(DATE))?;
        match self.get(CREDENTIAL).split('/').collect::<Vec<_>>().as_slice() {
            [key, day, of, "sts", "aws4_request"]
                if (16..=128).contains(&key.len())
                    && key.bytes().all(|byte| byte.is_ascii_alphanumeric())
                    && date.split('T').next() == Some(*day)
                    && *of == region => {}
            _ => return Err(BadToken::Parameter(CREDENTIAL)),
        }
        let (made, lasts) = (made.and_utc(), seconds(self.get(EXPIRES)).unwrap_or_default());
        if made > now + AHEAD {
            Err(BadToken::NotYet)
        } else if now >= made + TimeDelta::seconds(lasts) {
            Err(BadToken::Expired)
        } else {
            Ok(())
        }
    }

    /// The query that is sent.
    fn query(&self) -> Zeroizing<String> {
        let given = NAMES.iter().zip(&self.0).filter_map(|((name, _), value)| Some((name, value.as_ref()?)));
        let pairs: Vec<_> =
            given.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, ESCAPED))).collect();
        Zeroizing::new(pairs.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;

    const ORIGIN: &str = "https://sts.eu-west-1.amazonaws.com";

    fn endpoints() -> Vec<StsEndpoint> {
        [(ORIGIN, "eu-west-1"), ("https://sts.amazonaws.com", "us-east-1")]
            .map(|(origin, region)| StsEndpoint { origin: origin.to_owned(), region: region.to_owned() })
            .to_vec()
    }

    fn good() -> String {
        format!(
            "{ORIGIN}/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256\
             &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261126%2Feu-west-1%2Fsts%2Faws4_request&X-Amz-Date=20261126T210000Z\
             &X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-elbm-server&X-Amz-Signature={}",
            "0a".repeat(32)
        )
    }

    fn at(minute: u32, second: u32) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 26, 21, minute, second).single().expect("a time")
    }

    fn token(url: &str) -> Vec<u8> {
        [PREFIX, BASE64_URL_SAFE_NO_PAD.encode(url).as_bytes()].concat()
    }

    fn asked(url: &str, now: DateTime<Utc>) -> Result<String, BadToken> {
        let request = read(&token(url), &endpoints(), "elbm.example.com", now)?;
        assert_eq!(request.header, ("x-elbm-server", "elbm.example.com".to_owned()));
        Ok(request.url.to_string())
    }

    #[test]
    fn a_token_is_the_request_that_it_says() {
        assert_eq!(asked(&good(), at(0, 30)), Ok(good()));
        let with_token = good().replace("&X-Amz-Signed", "&X-Amz-Security-Token=IQoJb3%2F%2B%3D%3D&X-Amz-Signed");
        assert_eq!(asked(&with_token, at(0, 30)), Ok(with_token.clone()));
        // In any order, and escaped more or less.
        let turned = good()
            .replace("Action=GetCallerIdentity&Version=2011-06-15", "Version=2011-06-15&Action=GetCaller%49dentity");
        assert_eq!(asked(&turned.replace("%2F", "/"), at(0, 30)), Ok(good()));
        let global = good().replace(ORIGIN, "https://sts.amazonaws.com").replace("eu-west-1", "us-east-1");
        assert_eq!(asked(&global, at(0, 30)), Ok(global.clone()));
    }

    #[test]
    fn nothing_is_sent_anywhere_else() {
        for origin in [
            "https://sts.eu-west-2.amazonaws.com",
            "https://sts.eu-west-1.amazonaws.com.evil.example",
            "https://sts.eu-west-1.amazonaws.com:8443",
            "https://sts.eu-west-1.amazonaws.com@evil.example",
            "https://evil.example/https://sts.eu-west-1.amazonaws.com",
            "https://user@sts.eu-west-1.amazonaws.com",
            "https://sts.eu-west-1.amazonaws.com/other",
            "https://sts.eu-west-1.amazonaws.com//",
            "https://sts.eu-west-1.amazonaws.com\\",
            "https://STS.eu-west-1.amazonaws.com",
            "http://sts.eu-west-1.amazonaws.com",
            "http://169.254.169.254",
            " https://sts.eu-west-1.amazonaws.com",
            "",
        ] {
            let refused = asked(&good().replace(ORIGIN, origin), at(0, 30));
            assert!(matches!(refused, Err(BadToken::Elsewhere(_))), "{origin}: {refused:?}");
        }
    }

    #[test]
    fn nothing_else_is_asked() {
        use BadToken::{Form, Parameter, Stranger, Unbound};
        for (from, to, expected) in [
            ("GetCallerIdentity", "AssumeRole", Parameter("Action")),
            ("Action=GetCallerIdentity&", "", Parameter("Action")),
            ("Action=", "Action=GetCallerIdentity&Action=", Parameter("Action")),
            ("2011-06-15", "2011-06-16", Parameter("Version")),
            ("HMAC", "ECDSA", Parameter("X-Amz-Algorithm")),
            ("%2Fsts%2F", "%2Fec2%2F", Parameter("X-Amz-Credential")),
            ("%2F20261126%2F", "%2F20261125%2F", Parameter("X-Amz-Credential")),
            ("%2Feu-west-1%2F", "%2Fus-east-1%2F", Parameter("X-Amz-Credential")),
            ("AKIAIOSFODNN7EXAMPLE", "AKIA", Parameter("X-Amz-Credential")),
            ("AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPL%0A", Parameter("X-Amz-Credential")),
            ("20261126T210000Z", "20261126", Parameter("X-Amz-Date")),
            ("Expires=60", "Expires=0", Parameter("X-Amz-Expires")),
            ("Expires=60", "Expires=301", Parameter("X-Amz-Expires")),
            ("Expires=60", "Expires=%2B60", Parameter("X-Amz-Expires")),
            ("&X-Amz-Expires=60", "", Parameter("X-Amz-Expires")),
            ("&X-Amz-Signed", "&X-Amz-Security-Token=a%20b&X-Amz-Signed", Parameter("X-Amz-Security-Token")),
            ("Signature=0a", "Signature=0A", Parameter("X-Amz-Signature")),
            ("Signature=0a", "Signature=", Parameter("X-Amz-Signature")),
            ("host%3Bx-elbm-server", "host", Unbound),
            ("host%3Bx-elbm-server", "x-elbm-server", Unbound),
            ("host%3B", "host%3Baccept%3B", Unbound),
            ("&X-Amz-Signed", "&RoleArn=a&X-Amz-Signed", Stranger),
            ("&X-Amz-Signed", "&x-amz-expires=1&X-Amz-Signed", Stranger),
            ("&X-Amz-Signed", "#X-Amz-Signed", Parameter("X-Amz-Expires")),
            ("&X-Amz-Signed", "&&X-Amz-Signed", Form),
            ("Version=2011-06-15", "Version=%ff", Form),
        ] {
            assert!(good().contains(from), "{from}");
            assert_eq!(asked(&good().replacen(from, to, 1), at(0, 30)), Err(expected), "{from} → {to}");
        }
    }

    #[test]
    fn a_token_is_good_for_its_time() {
        for (minute, second, expected) in
            [(0, 0, Ok(())), (0, 59, Ok(())), (1, 0, Err(BadToken::Expired)), (30, 0, Err(BadToken::Expired))]
        {
            assert_eq!(asked(&good(), at(minute, second)).map(drop), expected, "{minute}:{second}");
        }
        let later = good().replace("T210000Z", "T211000Z");
        assert_eq!(asked(&later, at(4, 59)).map(drop), Err(BadToken::NotYet));
        assert_eq!(asked(&later, at(5, 0)).map(drop), Ok(()));
    }

    #[test]
    fn what_has_not_the_form_is_no_token() {
        let read = |token: &[u8]| read(token, &endpoints(), "a", at(0, 30)).map(drop);
        let padded = [token(&good()), b"=".to_vec()].concat();
        let long = token(&format!("{}&A={}", good(), "a".repeat(LONGEST)));
        for token in [&b"elbm-aws-v1."[..], b"elbm-aws-v1.!", b"elbm-aws-v2.aaaa", b"elbm_aaaa", b"", &padded, &long] {
            let refused = read(token);
            assert!(matches!(refused, Err(BadToken::Form | BadToken::Elsewhere(_))), "{refused:?}");
        }
        assert_eq!(read(&long), Err(BadToken::Form));
        assert!(is_one(&token(&good())) && !is_one(b"elbm_aaaa"));
    }
}
