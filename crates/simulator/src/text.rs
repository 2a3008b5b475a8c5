//! Values that JSON writes as texts: durations as `1m 30s`, actions as `elbv2:RegisterTargets`.

use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// What a text says; for `#[serde(deserialize_with)]`.
pub(crate) fn parsed<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(deserializer: D) -> Result<T, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

/// What a text says that may be absent; for `#[serde(default, deserialize_with)]`.
pub(crate) fn parsed_where_present<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    parsed(deserializer).map(Some)
}

/// A duration such as `1m 30s`.
pub(crate) fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    humantime::parse_duration(&text).map_err(|_| D::Error::custom(format!("'{text}' is not a duration such as 1m 30s")))
}

/// A duration that may be absent.
pub(crate) fn duration_where_present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    duration(deserializer).map(Some)
}
