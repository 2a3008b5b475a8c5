//! The body of a request: `application/x-www-form-urlencoded`, read strictly.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use super::AwsError;

/// The fields of a body, decoded. Rule: strict-body.
pub(crate) fn parse(body: &[u8]) -> Result<BTreeMap<String, String>, AwsError> {
    let body = std::str::from_utf8(body).map_err(|_| malformed("the body is not UTF-8"))?;
    let mut fields = BTreeMap::new();
    if body.is_empty() {
        return Ok(fields);
    }
    for pair in body.split('&') {
        let (name, value) = pair.split_once('=').ok_or_else(|| malformed(&format!("'{pair}' has no equals sign")))?;
        let (name, value) = (decode(name)?, decode(value)?);
        if name.is_empty() {
            return Err(malformed("a parameter has no name"));
        }
        if fields.contains_key(&name) {
            return Err(malformed(&format!("the parameter '{name}' is given twice")));
        }
        fields.insert(name, value);
    }
    Ok(fields)
}

fn decode(text: &str) -> Result<String, AwsError> {
    let escapes = text.split('%').skip(1);
    for escape in escapes {
        if !escape.as_bytes().get(..2).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) {
            return Err(malformed(&format!("'{text}' has an incomplete percent escape")));
        }
    }
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| malformed(&format!("'{text}' does not decode to UTF-8")))
}

fn malformed(what: &str) -> AwsError {
    AwsError::new("MalformedQueryString", format!("The query string contains a syntax error: {what}."))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_body_is_decoded() {
        let fields = parse(b"Action=DescribeInstances&Filter.1.Name=tag%3AName&Name=a+b%2Bc&Names=").unwrap();
        assert_eq!(fields["Action"], "DescribeInstances");
        assert_eq!(fields["Filter.1.Name"], "tag:Name");
        assert_eq!(fields["Name"], "a b+c");
        assert_eq!(fields["Names"], "");
        assert!(parse(b"").unwrap().is_empty());
    }

    #[test]
    fn a_malformed_body_is_refused() {
        let bodies: [&[u8]; 10] = [
            b"Action",
            b"&",
            b"Action=a&",
            b"=a",
            b"Action=a&Action=a",
            b"Action=a&%41ction=b",
            b"Action=%",
            b"Action=%4",
            b"Action=%zz",
            b"Action=%ff",
        ];
        for body in bodies {
            let error = parse(body).unwrap_err();
            assert_eq!(error.code, "MalformedQueryString", "{}", body.escape_ascii());
        }
        assert_eq!(parse(b"Action=\xff").unwrap_err().code, "MalformedQueryString");
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(fields in proptest::collection::btree_map(".{1,9}", ".{0,9}", 0..5)) {
            use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode as encode};
            let body = fields
                .iter()
                .map(|(name, value)| {
                    format!("{}={}", encode(name, NON_ALPHANUMERIC), encode(value, NON_ALPHANUMERIC))
                })
                .collect::<Vec<_>>()
                .join("&");
            prop_assert_eq!(parse(body.as_bytes()).unwrap(), fields);
        }
    }
}
