//! One command a file.

pub(crate) mod bump;
pub(crate) mod check;
pub(crate) mod clean;
pub(crate) mod generate;
pub(crate) mod run;
pub(crate) mod setup;
pub(crate) mod test;
