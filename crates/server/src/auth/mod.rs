//! Who may call, and what: principals from a credentials file, and the one policy.
//!
//! Invariants: no secret is kept in the clear or printed by `Debug`; what is not known for certain is nobody.

mod add;
mod credentials;
mod file;
mod header;
mod limit;
mod password;
mod pattern;
pub(crate) mod policy;
mod principal;
mod remembered;
mod streams;
mod token;
mod too_often;

pub use add::add;
pub(crate) use credentials::Credentials;
pub(crate) use limit::Limit;
pub use pattern::Pattern;
pub use principal::Role;
pub(crate) use principal::{Principal, name};
pub(crate) use streams::Streams;
pub(crate) use too_often::TooOften;
