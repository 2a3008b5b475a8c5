//! Who may call, and what: the principals of `elbm-auth`, known by secrets or by AWS, and the one policy.
//!
//! Invariants: no secret is kept in the clear or printed by `Debug`; what is not known for certain is nobody.

mod add;
mod aws;
mod credentials;
mod failures;
mod header;
mod limit;
pub(crate) mod policy;
mod remembered;
mod streams;
mod too_often;

pub use add::add;
pub(crate) use aws::{NotSignedIn, SignIn};
pub(crate) use credentials::Credentials;
pub use elbm_auth::arn::ArnPattern;
pub use elbm_auth::{Pattern, Role};
pub(crate) use elbm_auth::{Principal, name};
pub(crate) use limit::Limit;
pub(crate) use streams::Streams;
pub(crate) use too_often::TooOften;
