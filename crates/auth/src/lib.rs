//! Who may call: the credentials file, its principals and the load balancers that they are for, and what proves them. No HTTP and
//! no SDK.
//!
//! Invariants: no secret is kept in the clear or printed by `Debug`; what is not read for certain is refused.

pub mod arn;
mod file;
pub mod password;
mod pattern;
mod principal;
pub mod token;

pub use file::{Account, Accounts, FileError, Proof};
pub use pattern::{BadPattern, Pattern};
pub use principal::{Principal, Role, name};
