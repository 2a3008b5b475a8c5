//! Signature version 4, calculated: written from AWS's description, not with the library that clients sign with, so that it
//! can tell whether they do it right.

use hmac::{Hmac, KeyInit as _, Mac as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest as _, Sha256};

/// What is escaped: everything but RFC 3986's unreserved characters.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What a signature is over. Rule: signature.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signed<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    /// Names and values, decoded, without the signature.
    pub(crate) query: &'a [(String, String)],
    /// The signed headers, names in lower case, in the order of `SignedHeaders`.
    pub(crate) headers: &'a [(String, String)],
    pub(crate) body: &'a [u8],
    /// `20160829T091233Z`.
    pub(crate) date: &'a str,
    /// Region and service.
    pub(crate) scope: (&'a str, &'a str),
}

/// The signature by this secret, as hexadecimal digits.
pub(crate) fn signature(secret: &str, signed: &Signed<'_>) -> String {
    let day = signed.date.get(..8).unwrap_or_default();
    let (region, service) = signed.scope;
    let scope = format!("{day}/{region}/{service}/aws4_request");
    let text = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{}", signed.date, sha256(canonical(signed).as_bytes()));
    let key = [day, region, service, "aws4_request"]
        .into_iter()
        .fold(format!("AWS4{secret}").into_bytes(), |key, part| hmac(&key, part.as_bytes()));
    hex::encode(hmac(&key, text.as_bytes()))
}

/// The canonical request.
fn canonical(signed: &Signed<'_>) -> String {
    let escape = |text: &str| utf8_percent_encode(text, ESCAPED).to_string();
    let mut query: Vec<_> = signed.query.iter().map(|(name, value)| (escape(name), escape(value))).collect();
    query.sort();
    let query: Vec<_> = query.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let one_space = |value: &str| value.split_whitespace().collect::<Vec<_>>().join(" ");
    let headers: Vec<_> = signed.headers.iter().map(|(name, value)| format!("{name}:{}\n", one_space(value))).collect();
    let names: Vec<_> = signed.headers.iter().map(|(name, _)| name.as_str()).collect();
    let (method, path, query) = (signed.method, signed.path, query.join("&"));
    let (headers, names) = (headers.concat(), names.join(";"));
    format!("{method}\n{path}\n{query}\n{headers}\n{names}\n{}", sha256(signed.body))
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn hmac(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    // A key of any length will do.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(bytes);
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::{Signed, signature};

    /// The example of AWS's documentation: a call of IAM's `ListUsers`.
    #[test]
    fn the_signature_is_that_of_the_documented_example() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let signed = Signed {
            method: "GET",
            path: "/",
            query: &[pair("Version", "2010-05-08"), pair("Action", "ListUsers")],
            headers: &[
                pair("content-type", "application/x-www-form-urlencoded;  charset=utf-8 "),
                pair("host", "iam.amazonaws.com"),
                pair("x-amz-date", "20150830T123600Z"),
            ],
            body: b"",
            date: "20150830T123600Z",
            scope: ("us-east-1", "iam"),
        };
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        let expected = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
        assert_eq!(signature(secret, &signed), expected);
        for other in [
            Signed { method: "POST", ..signed },
            Signed { body: b" ", ..signed },
            Signed { date: "20150830T123601Z", ..signed },
            Signed { scope: ("us-east-2", "iam"), ..signed },
            Signed { headers: &signed.headers[..2], ..signed },
        ] {
            assert_ne!(signature(secret, &other), expected, "{other:?}");
        }
    }
}
