//! The values of the command line, each with its rule in words: the contract's own are regular expressions.

use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use elbm_client::types::{InstanceId, LoadBalancerName, Port, Reason, TargetGroupName};

use crate::options::{Longest, SETTINGS};

fn checked<T: FromStr>(text: &str, rule: &str) -> Result<T, String> {
    text.parse().map_err(|_| rule.to_owned())
}

pub(crate) fn instance(text: &str) -> Result<InstanceId, String> {
    checked(text, "an instance id is i- and 8 or 17 hexadecimal digits")
}

pub(crate) fn load_balancer(text: &str) -> Result<LoadBalancerName, String> {
    checked(text, "the name of a load balancer has letters, digits and hyphens, at most 32")
}

pub(crate) fn target_group(text: &str) -> Result<TargetGroupName, String> {
    checked(text, "the name of a target group has letters, digits and hyphens, at most 32")
}

pub(crate) fn reason(text: &str) -> Result<Reason, String> {
    checked(text, "a reason has printable ASCII characters, at most 200")
}

pub(crate) fn port(text: &str) -> Result<Port, String> {
    let number = text.parse().ok().filter(|number: &NonZeroU32| number.get() <= 65_535);
    number.map(Port::from).ok_or_else(|| "a port is a number from 1 to 65535".to_owned())
}

pub(crate) fn longest(text: &str) -> Result<Longest, String> {
    /// A week.
    const MOST: u64 = 604_800;
    if text == SETTINGS {
        return Ok(Longest::Settings);
    }
    let seconds = text.parse().ok().filter(|seconds| (1..=MOST).contains(seconds)).map(Duration::from_secs);
    seconds.map(Longest::Seconds).ok_or_else(|| format!("a time is a number of seconds from 1 to {MOST}"))
}
