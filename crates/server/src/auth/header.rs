//! The `Authorization` header.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use poem::http::HeaderValue;
use zeroize::Zeroizing;

/// What a caller presents; nothing of it is believed yet. It cannot be printed.
pub(super) enum Presented<'a> {
    /// `name:password`, with the place of the first colon: a name has none.
    Basic(Zeroizing<Vec<u8>>, usize),
    /// A token.
    Bearer(&'a [u8]),
}

/// Reads a header; nothing where it is not well formed or of another scheme.
pub(super) fn parse(header: &HeaderValue) -> Option<Presented<'_>> {
    let bytes = header.as_bytes();
    let space = bytes.iter().position(|byte| *byte == b' ')?;
    let (scheme, rest) = (&bytes[..space], bytes[space..].trim_ascii());
    if scheme.eq_ignore_ascii_case(b"basic") {
        let decoded = Zeroizing::new(BASE64_STANDARD.decode(rest).ok()?);
        let colon = decoded.iter().position(|byte| *byte == b':')?;
        Some(Presented::Basic(decoded, colon))
    } else if scheme.eq_ignore_ascii_case(b"bearer") && !rest.is_empty() {
        Some(Presented::Bearer(rest))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::{Presented, parse};

    fn read(header: &[u8]) -> Option<(String, String)> {
        let header = HeaderValue::from_bytes(header).expect("a header");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Some(match parse(&header)? {
            Presented::Basic(both, colon) => (text(&both[..colon]), text(&both[colon + 1..])),
            Presented::Bearer(token) => ("bearer".to_owned(), text(token)),
        })
    }

    #[test]
    fn headers_are_read_as_the_schemes_define_them() {
        for (header, expected) in [
            ("Basic dXNlcjpwYXNz", Some(("user", "pass"))),
            ("basic  dXNlcjpwYXNz ", Some(("user", "pass"))),
            ("Basic dXNlcjpwYTpzcw==", Some(("user", "pa:ss"))),
            ("Basic OnBhc3M=", Some(("", "pass"))),
            ("Basic dXNlcjo=", Some(("user", ""))),
            ("Bearer abc", Some(("bearer", "abc"))),
            ("BEARER  abc", Some(("bearer", "abc"))),
            ("Basic dXNlcg==", None),
            ("Basic dXNlcjpwYXNz!", None),
            ("Basic user:pass", None),
            ("Basic", None),
            ("Basic ", None),
            ("Bearer", None),
            ("Bearer  ", None),
            ("Digest abc", None),
            ("nonsense", None),
            ("", None),
        ] {
            let expected = expected.map(|(name, secret)| (name.to_owned(), secret.to_owned()));
            assert_eq!(read(header.as_bytes()), expected, "{header}");
        }
        assert_eq!(read(b"Basic \xff\xfe"), None);
    }
}
