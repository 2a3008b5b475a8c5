//! One command a file.

pub(crate) mod bench;
pub(crate) mod build_image;
pub(crate) mod bump;
pub(crate) mod check;
pub(crate) mod clean;
pub(crate) mod clients;
pub(crate) mod configure;
pub(crate) mod deploy;
pub(crate) mod deploy_infra;
pub(crate) mod destroy;
pub(crate) mod doctor;
pub(crate) mod fuzz;
pub(crate) mod generate;
pub(crate) mod page;
pub(crate) mod plan;
pub(crate) mod release;
pub(crate) mod run;
pub(crate) mod setup;
pub(crate) mod soak;
pub(crate) mod test;
