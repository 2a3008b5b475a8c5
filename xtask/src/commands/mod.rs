//! One command a file.

pub(crate) mod check;
pub(crate) mod clean;
pub(crate) mod generate;
pub(crate) mod run;
pub(crate) mod test;
