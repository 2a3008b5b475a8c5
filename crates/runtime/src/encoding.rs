//! Percent-encoding, read strictly: a `%` without two hexadecimal digits and bytes that are not UTF-8 are errors.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::text::quote;

/// The names and values of a query string, decoded, in order. `+` stands for a space, as in a form.
pub(crate) fn query_pairs(query: Option<&str>) -> Result<Vec<(String, String)>, String> {
    let Some(query) = query.filter(|query| !query.is_empty()) else {
        return Ok(Vec::new());
    };
    query
        .split('&')
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decode(&name.replace('+', " "))?.into_owned(), decode(&value.replace('+', " "))?.into_owned()))
        })
        .collect()
}

/// The decoded text.
pub(crate) fn decode(text: &str) -> Result<Cow<'_, str>, String> {
    let complete = text.split('%').skip(1).all(|rest| {
        let mut digits = rest.bytes();
        digits.next().is_some_and(|digit| digit.is_ascii_hexdigit())
            && digits.next().is_some_and(|digit| digit.is_ascii_hexdigit())
    });
    if !complete {
        return Err(format!("{} has a % without two hexadecimal digits", quote(text)));
    }
    percent_decode_str(text).decode_utf8().map_err(|_| format!("{} is not UTF-8 when decoded", quote(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_decoded_in_order() {
        let pairs = |query| query_pairs(Some(query)).unwrap();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(query_pairs(None).unwrap(), []);
        assert_eq!(pairs(""), []);
        assert_eq!(pairs("b=2&a=1&b"), [pair("b", "2"), pair("a", "1"), pair("b", "")]);
        assert_eq!(pairs("a=b=c"), [pair("a", "b=c")]);
        assert_eq!(pairs("na%6De=%C3%A4+b%2B"), [pair("name", "ä b+")]);
        assert_eq!(pairs("a=1&"), [pair("a", "1"), pair("", "")]);
    }

    #[test]
    fn bad_encodings_are_errors() {
        for query in ["a=%", "a=%4", "a=%zz", "a=1&%=2", "a=%+1"] {
            assert!(
                query_pairs(Some(query)).unwrap_err().ends_with("has a % without two hexadecimal digits"),
                "{query}"
            );
        }
        assert_eq!(decode("%ff").unwrap_err(), "'%ff' is not UTF-8 when decoded");
    }
}
