//! Terraform: what follows from `config.json`, and its commands on `deployments`.

mod command;
mod deployment;
mod files;

pub(crate) use command::{OLDEST, REMEDY, version};
pub(crate) use deployment::Deployment;
pub(crate) use files::working_files;
