//! What is read of strangers and of people, from any bytes: what must hold of it, whatever they are.
//!
//! Each function panics where it does not hold. `targets` hands them to libFuzzer, `tests/corpus.rs` the files of `corpus`,
//! those on which something has failed once among them.

mod contract;
mod credentials;
mod query;
mod request;

/// Panics where something does not hold of these bytes.
pub type Holds = fn(&[u8]);

/// What is tried: the name of the target and of its corpus, and the function.
pub const TARGETS: &[(&str, Holds)] = &[
    ("contract", contract::generates),
    ("credentials", credentials::are_read),
    ("query", query::is_answered),
    ("request", request::is_read),
];

/// Tries one of the [`TARGETS`].
///
/// # Panics
/// Where something does not hold, or there is no such target.
pub fn try_out(target: &str, bytes: &[u8]) {
    let (_, holds) = TARGETS.iter().find(|(name, _)| *name == target).expect("a target");
    holds(bytes);
}
