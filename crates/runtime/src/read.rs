//! JSON, read strictly into a type.

use chrono::{DateTime, Utc};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _},
};
use serde_json::error::Category;

use crate::text::{cut, quote, shorten};

/// Reads one JSON value straight into the type, so that the type sees duplicate keys, unknown fields and `null`.
///
/// # Errors
/// A sentence for people that begins with the place in the document, e.g. `targets[0].port: invalid type: string "80",
/// expected i32`.
pub fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| format!("the body is not UTF-8: byte {} begins no character", error.valid_up_to() + 1))?;
    if text.starts_with('\u{feff}') {
        return Err("the body begins with a byte order mark, which JSON does not have".to_owned());
    }
    if text.trim().is_empty() {
        return Err("the body is empty; it must be JSON".to_owned());
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| sentence(&error))?;
    deserializer.end().map_err(|_| "the body goes on after its JSON value".to_owned())?;
    Ok(value)
}

fn sentence(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let inner = error.inner();
    let place = format!(" at line {} column {}", inner.line(), inner.column());
    let message = inner.to_string();
    match inner.classify() {
        Category::Data => {
            let message = shorten(message.strip_suffix(&place).unwrap_or(&message));
            match error.path().to_string().as_str() {
                "." => message,
                path => format!("{}: {message}", cut(path, 64)),
            }
        }
        Category::Syntax | Category::Eof | Category::Io => format!("the body is not JSON: {message}"),
    }
}

/// A field that may be absent, but not `null`; for `#[serde(default, deserialize_with)]`.
///
/// # Errors
/// `null`, or no value of the type.
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// An instant in RFC 3339, of which chrono itself would also take looser forms.
///
/// # Errors
/// Anything but a string of that form.
pub fn date_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    let text = String::deserialize(deserializer)?;
    DateTime::parse_from_rfc3339(&text).map(|instant| instant.with_timezone(&Utc)).map_err(|_| {
        D::Error::custom(format!("{} is not a date-time of RFC 3339, e.g. 2016-08-29T09:12:33.001Z", quote(&text)))
    })
}

/// As [`date_time`], for a field that may be absent, but not `null`.
///
/// # Errors
/// `null`, or anything but a string of that form.
pub fn present_date_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    date_time(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Machine {
        id: String,
        #[serde(default, deserialize_with = "present")]
        port: Option<i32>,
        #[serde(default, deserialize_with = "present_date_time")]
        since: Option<DateTime<Utc>>,
        #[serde(default)]
        parts: Vec<Machine>,
    }

    fn refused(text: &str) -> String {
        json::<Machine>(text.as_bytes()).unwrap_err()
    }

    #[test]
    fn a_good_body_is_read() {
        let machine: Machine = json(br#" {"id": "a", "since": "2016-08-29T09:12:33.001+02:00"} "#).unwrap();
        assert_eq!((machine.id.as_str(), machine.port), ("a", None));
        assert_eq!(machine.since.unwrap().to_rfc3339(), "2016-08-29T07:12:33.001+00:00");
    }

    #[test]
    fn bad_bodies_are_named() {
        for (body, sentence) in [
            (r#"{"id": "a", "id": "b"}"#, "duplicate field `id`"),
            (r#"{"id": 5}"#, "id: invalid type: integer `5`, expected a string"),
            (r#"{"id": "a", "port": null}"#, "port: invalid type: null, expected i32"),
            (r#"{"id": "a", "port": 1.0}"#, "port: invalid type: floating point `1.0`, expected i32"),
            (r#"{"id": "a", "port": 99999999999}"#, "port: invalid value: integer `99999999999`, expected i32"),
            (r#"{"port": 1}"#, "missing field `id`"),
            (
                r#"{"id": "a", "parts": [{"id": "b"}, {"id": true}]}"#,
                "parts[1].id: invalid type: boolean `true`, expected a string",
            ),
            (
                r#"{"id": "a", "since": "2016-08-29"}"#,
                "since: '2016-08-29' is not a date-time of RFC 3339, e.g. 2016-08-29T09:12:33.001Z",
            ),
            (r#"{"id": "a"} {}"#, "the body goes on after its JSON value"),
            (r#"{"id": "a""#, "the body is not JSON: EOF while parsing an object at line 1 column 10"),
            (r#"{"id": "a",}"#, "the body is not JSON: trailing comma at line 1 column 12"),
            ("", "the body is empty; it must be JSON"),
            ("\u{feff}{}", "the body begins with a byte order mark, which JSON does not have"),
        ] {
            assert_eq!(refused(body), sentence, "{body}");
        }
        assert!(refused(r#"{"id": "a", "ID": "b"}"#).contains("unknown field `ID`, expected one of `id`"));
        assert_eq!(
            json::<Machine>(b"{\"id\": \"\xff\"}").unwrap_err(),
            "the body is not UTF-8: byte 9 begins no character"
        );
    }

    #[test]
    fn long_input_is_not_echoed() {
        let long = "x".repeat(10_000);
        for body in [
            format!(r#"{{"{long}": 1}}"#),
            format!(r#"{{"id": "a", "port": "{long}"}}"#),
            format!(r#"{{"id": "a", "since": "{long}"}}"#),
            format!(r#"{{"id": "a", "port": "a`, expected {long}"}}"#),
        ] {
            let sentence = refused(&body);
            assert!(sentence.len() < 250, "{sentence}");
        }
    }
}
