//! Who may call, and what: principals from a credentials file, known by secrets or by AWS, and the one policy.
//!
//! Invariants: no secret is kept in the clear or printed by `Debug`; what is not known for certain is nobody.

mod add;
mod aws;
mod credentials;
mod failures;
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
pub use aws::arn::ArnPattern;
pub(crate) use aws::{NotSignedIn, SignIn};
pub(crate) use credentials::Credentials;
pub(crate) use limit::Limit;
pub use pattern::Pattern;
pub use principal::Role;
pub(crate) use principal::{Principal, name};
pub(crate) use streams::Streams;
pub(crate) use too_often::TooOften;
